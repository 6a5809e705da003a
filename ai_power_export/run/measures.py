"""The entries of `measures` in a report: one for each meter that the user has named, in that order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ai_power_export.facts import Fact, Facts, Origin
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.meter_facts import SUBJECT as CODECARBON
from ai_power_export.run.processes import tell_once

if TYPE_CHECKING:
    from ai_power_export.run.record import Record

LIST = "measures."
QUALITY = "quality"
OF_CODECARBON = ("cpu-power-assumed", "ram-power-assumed")
"""Codes of warnings about CodeCarbon's energy alone."""


def of_named_meters(record: Record, interval: Interval, codecarbon: Facts) -> Facts:
    """Return the facts of the meters that the user has named, and all else that CodeCarbon says.

    `quality` is that of the first entry.

    Args:
        record: The run.
        interval: What the report is about.
        codecarbon: The facts of CodeCarbon and of the machine. What they say of `measures` is left out
            where CodeCarbon was not named, unless no meter that was named has measured.
    """
    if not record.meters:
        return codecarbon
    own = [fact for fact in codecarbon.found if _is_entry(fact) and fact.subject == CODECARBON]
    facts = Facts()
    for meter in record.meters:
        facts.extend(Facts(own) if meter["name"] == CODECARBON else _entry(record, meter, interval))
    if not any(map(_is_entry, facts.found)):
        text = "no meter that was named has measured: the report has CodeCarbon's energy"
        facts.warn("meters-all-failed", text)
        facts.extend(Facts(own))
    rest = Facts(
        [fact for fact in codecarbon.found if fact not in own], codecarbon.missing, codecarbon.warnings
    )
    facts.extend(rest if facts.found[0].subject == CODECARBON else _of_first(facts, rest, record, interval))
    return facts


def _is_entry(fact: Fact) -> bool:
    return fact.field.startswith(LIST)


def _of_first(facts: Facts, rest: Facts, record: Record, interval: Interval) -> Facts:
    """Return the rest with the quality of the first entry, where that is not CodeCarbon's."""
    kept = Facts([fact for fact in rest.found if fact.field != QUALITY], rest.missing, rest.warnings)
    kept.add(
        QUALITY,
        _quality(facts.found[0].subject, record, interval),
        Origin.DERIVED,
        "the first meter's errors",
    )
    if not any(fact.subject == CODECARBON for fact in facts.found):
        kept.missing = [each for each in kept.missing if not each.field.startswith(LIST)]
        kept.warnings = [each for each in kept.warnings if each.code not in OF_CODECARBON]
    return kept


def _entry(record: Record, meter: Mapping[str, Any], interval: Interval) -> Facts:
    from ai_power_export.measure.meters.entries import LEFT_OUT, description_of, entry_facts

    periods = next((stage.periods for stage in record.stages if stage.interval is interval), 1)
    description = description_of(meter)
    found = entry_facts(meter["name"], description, interval, periods)
    if description is not None and any(each.code == LEFT_OUT for each in found.warnings):
        every = f"its values come every {description.shortest:g} s"
        why = every if description.shortest else "its last digit is too coarse"
        tell_once(f"meter {meter['name']} is left out of reports where that is too little to tell: {why}")
    return found


def _quality(name: str, record: Record, interval: Interval) -> str | None:
    from ai_power_export.measure.meters.entries import description_of, error_of
    from ai_power_export.measure.quality import grade

    description = next(description_of(meter) for meter in record.meters if meter["name"] == name)
    error = error_of(description, interval.meters[name]) if description is not None else None
    return None if error is None else grade(error)
