"""Reports of one run beside each other: no stage of it used more than the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Measure, Reading, as_number
from ai_power_export.report.checks.meaning.wording import error, plain

TOLERANCE = 1.01
"""Energies that are written with few digits, and moments between two readings, may be off by one per cent."""
MOMENT = 0.1
"""Seconds that a stage may seem longer than its run by, in runs of a few of them."""


@dataclass(frozen=True)
class OfRun:
    """A report and what the evidence beside it keeps of its run."""

    name: str
    """Of the file."""
    document: Any
    version: str
    run: Mapping[str, Any]
    """The member `run` of the evidence."""

    @property
    def stage(self) -> str | None:
        """Name of the stage that it is the report of; None for that of the whole run."""
        stage = self.run.get("stage")
        return stage if isinstance(stage, str) else None

    @cached_property
    def measures(self) -> list[Measure]:
        """Its measures."""
        return Reading(self.document, self.version).measures

    def measure_like(self, other: Measure) -> Measure | None:
        """Return its measure by the same method."""
        method = other.part.text("measurementMethod")
        return next((each for each in self.measures if each.part.text("measurementMethod") == method), None)


def consistent_stages(reports: Iterable[OfRun]) -> Iterator[tuple[str, Finding]]:
    """Yield, each with the name of its file, what contradicts between the reports of one run and its stages.

    Reports belong together where their evidence has the same run's id.
    """
    runs: dict[str, list[OfRun]] = defaultdict(list)
    for report in reports:
        identifier = report.run.get("id")
        if isinstance(identifier, str) and isinstance(report.run.get("stages"), list):
            runs[identifier].append(report)
    for together in runs.values():
        stages = [report for report in together if report.stage is not None]
        for whole in (report for report in together if report.stage is None):
            yield from _of_run(whole, stages)


def _of_run(whole: OfRun, stages: list[OfRun]) -> Iterator[tuple[str, Finding]]:
    for measure in whole.measures[:1]:
        pairs = [(stage, found) for stage in stages if (found := stage.measure_like(measure)) is not None]
        for stage, part in pairs:
            yield from ((stage.name, finding) for finding in _of_stage(whole.name, measure, part))
        total = sum(part.kwh or 0.0 for _, part in pairs) - _counted_again(whole.run)
        if measure.kwh is not None and measure.kwh > 0 and total > measure.kwh * TOLERANCE:
            what = (
                f"is {plain(measure.kwh)} kWh, but its {len(pairs)} stages together used {plain(total)} kWh"
            )
            mend = "correct the reports that were changed: stages are parts of their run"
            path = measure.part.spot("powerConsumption").path
            yield whole.name, error(path, "stages-above-run", what, mend)


def _of_stage(name: str, whole: Measure, part: Measure) -> Iterator[Finding]:
    mend = f"correct one of the two reports: the stage is a part of the run in {name}"
    if whole.kwh and part.kwh and part.kwh > whole.kwh * TOLERANCE > 0:
        what = f"is {plain(part.kwh)} kWh, but the whole run used {plain(whole.kwh)} kWh"
        yield error(part.part.spot("powerConsumption").path, "stage-above-run", what, mend)
    if whole.seconds and part.seconds and part.seconds > whole.seconds * TOLERANCE + MOMENT > 0:
        what = f"is {plain(part.seconds)} s, but the whole run took {plain(whole.seconds)} s"
        yield error(part.part.spot("measurementDuration").path, "stage-longer-than-run", what, mend)


def _counted_again(run: Mapping[str, Any]) -> float:
    """Return the energy (kWh) of times in which stages ran at once, as often as it is counted too much."""
    overlaps = run.get("overlaps")
    again = 0.0
    for overlap in overlaps if isinstance(overlaps, list) else ():
        if isinstance(overlap, dict) and isinstance(overlap.get("stages"), list):
            interval = overlap.get("interval")
            kwh = as_number(interval.get("kwh")) if isinstance(interval, dict) else None
            again += (len(overlap["stages"]) - 1) * (kwh or 0.0)
    return again
