"""Where every value of a report comes from, what lost against it, and how to get what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.evidence_names import SECONDARY
from ai_power_export.facts import Fact, JsonValue, Missing, Notice
from ai_power_export.reconcile.verdict import Decision, Dropped, list_of
from ai_power_export.report.evidence import (
    NOTHING_SAYS,
    Evidence,
    entries_of,
    filled_fields,
    value_at,
    without_indices,
)
from ai_power_export.report.explain_hyperparameters import MARKS, Hyperparameters, hyperparameters_in
from ai_power_export.report.explain_rivals import Rival, rivals_of, said
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.format.fields import FieldInfo
from ai_power_export.report.hints import hints

REMOVED = "removed by hand since"
"""The reason why a value that the evidence has is missing in the report."""


@dataclass(frozen=True)
class Explained:
    """One field of the format: its value and where that comes from, or why it has none."""

    path: str
    """Path in the report, with indices: `task.algorithms[0].classPath`."""
    value: JsonValue
    """As it stands in the report; None where the field is missing."""
    unit: str
    """Unit of the value, such as kWh; empty for plain numbers and texts."""
    fact: Fact | None
    """The fact that won when the report was made; None where the evidence has none."""
    rivals: tuple[Rival, ...]
    by_hand: bool
    """Whether the report does not say what its evidence says."""
    reason: str
    """Why the field is missing; empty where it is not, or where there is no evidence."""
    hint: str
    """How to get it."""
    elsewhere: bool
    """Whether another entry of the same list has this field."""

    @property
    def is_gap(self) -> bool:
        """Whether the field has no value and never had one."""
        return self.value is None and not self.by_hand

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object: a value with its origin, or a reason with a hint."""
        told = said(self.fact) if self.fact else {}
        shown: dict[str, Any] = {"field": self.path, "value": self.value}
        if self.unit:
            shown["unit"] = self.unit
        shown |= {"changedByHand": True, "was": told} if self.by_hand else {**told, "value": self.value}
        if self.rivals:
            shown["rivals"] = [rival.to_json() for rival in self.rivals]
        if self.value is None:
            shown |= {"reason": self.reason, "hint": self.hint}
        return shown


@dataclass(frozen=True)
class Explanation:
    """All that can be said about a report; `about` narrows it down."""

    report_id: str | None
    filled: int
    """How many of the format's fields have a value."""
    has_evidence: bool
    fields: tuple[Explained, ...]
    """In the format's order, lists entry by entry."""
    hyperparameters: tuple[Hyperparameters, ...]
    secondary: tuple[Fact, ...]
    """Algorithms that ran for too little of the time to be named in the report."""
    guesses: tuple[Fact, ...]
    dropped: tuple[Dropped, ...]
    unseen: tuple[Missing, ...]
    other: tuple[Fact, ...]
    """What the format has no place for."""
    warnings: tuple[Notice, ...]

    def about(self, prefix: str) -> Explanation:
        """Keep what concerns fields whose path begins so, with indices or without.

        Raises:
            BadInput: No field and nothing else begins so.
        """
        narrowed = replace(
            self,
            fields=tuple(each for each in self.fields if _begins(each.path, prefix)),
            hyperparameters=tuple(each for each in self.hyperparameters if _begins(each.path, prefix)),
            secondary=tuple(fact for fact in self.secondary if _begins("task.algorithms", prefix)),
            guesses=tuple(fact for fact in self.guesses if _begins(fact.field, prefix)),
            dropped=tuple(each for each in self.dropped if _begins(each.fact.field, prefix)),
            unseen=tuple(missing for missing in self.unseen if _begins(missing.field, prefix)),
            other=tuple(fact for fact in self.other if _begins(fact.field, prefix)),
            warnings=(),
        )
        if not (narrowed.fields or narrowed.hyperparameters or narrowed.other):
            raise BadInput(f"the format has no field that begins with {prefix!r}", "--field", _near(prefix))
        return narrowed

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON object."""
        return {
            "reportId": self.report_id,
            "evidence": self.has_evidence,
            "filled": f"{self.filled} of {len(FIELDS)} fields",
            "fields": [each.to_json() for each in self.fields],
            "hyperparameters": [each.to_json() for each in self.hyperparameters],
            "secondaryAlgorithms": [fact.to_json() for fact in self.secondary],
            "guesses": [fact.to_json() for fact in self.guesses],
            "dropped": [{**each.fact.to_json(), "why": each.why} for each in self.dropped],
            "unseen": [asdict(missing) for missing in self.unseen],
            "other": [fact.to_json() for fact in self.other],
            "warnings": [asdict(notice) for notice in self.warnings],
        }


def explain(document: Mapping[str, Any], evidence: Evidence | None) -> Explanation:
    """Explain a report, which need not be valid.

    Args:
        document: The report.
        evidence: What lies beside it; without it only values, gaps and hints can be told.
    """
    known = evidence or Evidence(None)
    return Explanation(
        report_id=value_at(document, "header.reportId"),
        filled=len(filled_fields(document)),
        has_evidence=evidence is not None,
        fields=tuple(_explained(document, evidence)),
        hyperparameters=tuple(hyperparameters_in(known)),
        secondary=tuple(fact for fact in known.other if fact.field == SECONDARY),
        guesses=known.guesses,
        dropped=known.dropped,
        unseen=known.unseen,
        other=tuple(fact for fact in known.other if fact.field not in (SECONDARY, *MARKS)),
        warnings=known.warnings,
    )


def _explained(document: Mapping[str, Any], evidence: Evidence | None) -> Iterator[Explained]:
    known, filled = evidence or Evidence(None), filled_fields(document)
    for info, path, value in _values(document, known):
        decision = known.decisions.get(path)
        by_hand = evidence is not None and value != (decision.winner.value if decision else None)
        reason = "" if value is not None or evidence is None else _reason(info, decision, known)
        yield Explained(
            path,
            value,
            _unit(info),
            fact=decision.winner if decision else None,
            rivals=rivals_of(decision) if decision and not by_hand else (),
            by_hand=by_hand,
            reason=reason,
            hint=hints()[info.path],
            elsewhere=value is None and info.path in filled,
        )


def _values(document: Mapping[str, Any], known: Evidence) -> Iterator[tuple[FieldInfo, str, JsonValue]]:
    """Yield every field with its path and value, in the format's order, lists entry by entry."""
    for list_path, infos in groupby(FIELDS, key=lambda info: list_of(info.path)):
        if list_path is None:
            yield from ((info, info.path, value_at(document, info.path)) for info in infos)
        else:
            yield from _entry_values(document, known, list_path, list(infos))


def _entry_values(
    document: Mapping[str, Any], known: Evidence, list_path: str, infos: list[FieldInfo]
) -> Iterator[tuple[FieldInfo, str, JsonValue]]:
    entries = entries_of(document, list_path)
    made = {path.partition("]")[0] for path in known.decisions if path.startswith(f"{list_path}[")}
    # An entry that was taken out by hand is there in the evidence.
    entries += [{}] * (len(made) - len(entries))
    if not entries:
        yield from ((info, info.path, None) for info in infos)
    for index, entry in enumerate(entries):
        for info in infos:
            name = info.path.removeprefix(f"{list_path}.")
            yield info, f"{list_path}[{index}].{name}", entry.get(name)


def _reason(info: FieldInfo, decision: Decision | None, known: Evidence) -> str:
    if decision is not None:
        return REMOVED
    of_entry = (missing.reason for missing in known.unseen if missing.field == info.path)
    return known.absent.get(info.path) or next(of_entry, NOTHING_SAYS)


def _unit(info: FieldInfo) -> str:
    """Return the unit that the format's description names: `length of the measurement, in s`."""
    found = re.search(r", in ([^,;()]+)", info.description) if info.kind == "number" else None
    return found[1].strip() if found else ""


def _begins(path: str, prefix: str) -> bool:
    return path.startswith(prefix) or without_indices(path).startswith(prefix)


def _near(prefix: str) -> str:
    from difflib import get_close_matches

    known = {info.path[:end] for info in FIELDS for end in _ends(info.path)}
    near = get_close_matches(prefix, sorted(known), 1)
    return f"did you mean {near[0]}?" if near else ""


def _ends(path: str) -> list[int]:
    """Return where the parts of a dotted path end."""
    return [found.start() for found in re.finditer(r"\.|$", path)]
