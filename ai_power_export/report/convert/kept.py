"""What the evidence beside a report keeps of its conversions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import Fact, Origin
from ai_power_export.report.convert.content import plain_leaves
from ai_power_export.report.convert.conversion import Step
from ai_power_export.report.evidence import value_at
from ai_power_export.report.reading.places import dotted

CONVERSIONS = "conversions"
"""Section of the evidence: what each conversion had no place for, and what the way back takes again."""

NOTHING_KNOWN: Mapping[str, Any] = {
    "run": {},
    "fields": {},
    "absent": [],
    "unseen": [],
    "guesses": [],
    "dropped": [],
    "other": {},
    "warnings": [],
}
"""Evidence of a report that came without any."""


def steps_in(evidence: Mapping[str, Any], name: str) -> tuple[Step, ...]:
    """Return the conversions that a report has gone through.

    Args:
        evidence: Its evidence as JSON.
        name: Its file, for the message.

    Raises:
        BadInput: The section is not as it was written.
    """
    try:
        return tuple(map(Step.from_json, evidence.get(CONVERSIONS, ())))
    except (KeyError, TypeError, AttributeError):
        raise BadInput(
            f"{CONVERSIONS} in its evidence cannot be read", name, "take that section out to do without"
        ) from None


def evidence_of(
    document: Mapping[str, Any],
    steps: Sequence[Step],
    before: Mapping[str, Any] | None,
    source: str,
    *,
    facts: bool,
) -> dict[str, Any]:
    """Return the evidence to lie beside a converted report.

    Args:
        document: The converted report.
        steps: The conversions that it has gone through.
        before: The evidence of the report that was converted; None if there was none.
        source: That report's file.
        facts: Whether each value is to be said to come from that report, where nothing else is known.
    """
    known = {**NOTHING_KNOWN, **(before or {})}
    if facts and not known["fields"]:
        known["fields"] = dict(_said_by(source, document))
    return {
        "reportId": value_at(document, "header.reportId"),
        **known,
        CONVERSIONS: [step.to_json() for step in steps],
    }


def _said_by(source: str, document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, value in plain_leaves(document):
        fact = Fact(dotted(path), value, Origin.DERIVED, source, note="converted").to_json()
        yield dotted(path), {name: each for name, each in fact.items() if name != "field"}
