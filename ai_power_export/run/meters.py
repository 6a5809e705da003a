"""The meters that the user has named: read with CodeCarbon's tracker, and an entry each in reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.facts import Facts, Origin
from ai_power_export.measure.interval import Interval, Reading
from ai_power_export.meter_names import meter_names
from ai_power_export.run.folder import early_setting
from ai_power_export.run.processes import tell_once

if TYPE_CHECKING:
    from ai_power_export.measure.meters.company import Company
    from ai_power_export.run.record import Record

MEASURES = "measures."
CODECARBON = "codecarbon"


class NamedMeters:
    """The meters beside CodeCarbon; where none is named this does nothing."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._company: Company | None = None

    def start(self) -> None:
        """Start those that the settings name; where they cannot be used CodeCarbon measures alone."""
        folder, given = Path(self._record.folder), self._record.settings
        named = early_setting("meters", folder, given)
        rank = self._record.rank
        if not named or (rank is not None and not rank.measures):
            return
        from ai_power_export.measure.meters.registry import wanted

        try:
            found = wanted(meter_names(named), early_setting("meter", folder, given) or {})
        except (BadInput, ValueError) as error:
            self._tell(f"{error}; CodeCarbon measures alone")
            return
        from ai_power_export.measure.meters.company import Company

        self._company = Company(found)
        self._company.start(self._record.folder)
        self._keep(self._company)

    def add_to(self, reading: Reading, *, patiently: bool = False) -> Reading:
        """Return a reading of CodeCarbon's, just taken, with the totals of the others at its moment."""
        if self._company is None:
            return reading
        try:
            totals = self._company.totals(reading.at, patiently=patiently)
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
            self._tell(f"the meters could not be read: {type(error).__name__}: {error}")
            return reading
        self._keep(self._company)
        return replace(reading, meters=totals)

    def stop(self) -> None:
        """End them."""
        company, self._company = self._company, None
        if company is not None:
            company.stop()
            self._keep(company)

    def _keep(self, company: Company) -> None:
        self._record.meters = company.to_json()
        self._record.warnings += company.warnings
        company.warnings = []

    def _tell(self, text: str) -> None:
        if ["meter-failed", text] not in self._record.warnings:
            self._record.warnings.append(["meter-failed", text])
            say(text)


def of_named_meters(record: Record, interval: Interval, codecarbon: Facts) -> Facts:
    """Return the facts of the meters that the user named, in that order, with all else that CodeCarbon says.

    Args:
        record: The run.
        interval: What the report is about.
        codecarbon: CodeCarbon's facts about it, and the machine's. Where CodeCarbon was not named what they
            say of `measures` is left out, unless no meter that was named has measured.
    """
    if not record.meters:
        return codecarbon
    own = [
        fact for fact in codecarbon.found if fact.field.startswith(MEASURES) and fact.subject == CODECARBON
    ]
    facts, entries = Facts(), 0
    for meter in record.meters:
        if meter["name"] == CODECARBON:
            facts.found += own
            entries += 1
            continue
        found = _entry(record, meter, interval)
        entries += bool(found.found)
        facts.extend(found)
    if not entries:
        facts.warn(
            "meters-all-failed", "no meter that was named has measured: the report has CodeCarbon's energy"
        )
        facts.found += own
    quality = (
        None if not facts.found or facts.found[0].subject == CODECARBON else _quality(facts, record, interval)
    )
    rest = [fact for fact in codecarbon.found if fact not in own]
    if quality is not None:
        rest = [fact for fact in rest if fact.field != "quality"]
        facts.add("quality", quality, Origin.DERIVED, "errors of the parts that the first meter measures")
    facts.extend(Facts(rest, codecarbon.missing, codecarbon.warnings))
    return facts


def _entry(record: Record, meter: Mapping[str, Any], interval: Interval) -> Facts:
    from ai_power_export.measure.meters.entries import description_of, entry_facts

    periods = next((stage.periods for stage in record.stages if stage.interval is interval), 1)
    description = description_of(meter)
    found = entry_facts(meter["name"], description, interval, periods)
    if description is not None and any(each.code == "meter-left-out" for each in found.warnings):
        why = (
            f"it has a value every {description.shortest:g} s" if description.shortest else "it is too coarse"
        )
        tell_once(f"meter {meter['name']} is left out where there is too little for it: {why}")
    return found


def _quality(facts: Facts, record: Record, interval: Interval) -> str | None:
    from ai_power_export.measure.meters.entries import description_of, error_of
    from ai_power_export.measure.quality import grade

    first = facts.found[0].subject
    meter = next(each for each in record.meters if each["name"] == first)
    description = description_of(meter)
    error = error_of(description, interval.meters[first]) if description else None
    return None if error is None else grade(error)
