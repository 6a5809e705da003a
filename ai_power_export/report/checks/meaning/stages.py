"""A report beside its evidence: it says what was measured, and no stage used more than its run.

The evidence keeps what the meter gave for the run, for each of its stages and for
this report; so each report of a run can be judged alone, in whatever order they come.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Measure, Reading, as_number
from ai_power_export.report.checks.meaning.wording import error, plain, warning

METER = "codecarbon"
"""`measurementMethod` of the measure whose energies the intervals of the evidence have."""
TOLERANCE = 0.01
"""Share that an energy or a duration that was rounded may be off by."""
MOMENT = 0.1
"""Seconds that a stage may seem longer than its run by, in runs of a few of them."""


def findings_beside(document: Any, version: str, evidence: Any) -> Iterator[Finding]:
    """Yield what contradicts between a report and the evidence beside it, both of any shape.

    Args:
        document: The report.
        version: The version of the format that it follows.
        evidence: What lies beside it; that of another report tells nothing.
    """
    reading = Reading(document, version)
    identifier = reading.one("header").spot("reportId").value
    run = evidence.get("run") if isinstance(evidence, dict) else None
    if not isinstance(run, dict) or identifier is None or evidence.get("reportId") != identifier:
        return
    methods = [measure.part.text("measurementMethod") for measure in reading.measures]
    if METER in methods:
        measure = reading.measures[methods.index(METER)]
        yield from _against_meter(measure, run)
        yield from _of_stage(measure, run) if run.get("stage") else _of_whole(measure, run)


def _against_meter(measure: Measure, run: dict[str, Any]) -> Iterator[Finding]:
    measured = _sum([run.get("interval")], "kwh")
    if measure.kwh is not None and measured and not math.isclose(measure.kwh, measured, rel_tol=TOLERANCE):
        what = f"is {plain(measure.kwh)} kWh, but the evidence says that {plain(measured)} kWh were measured"
        mend = "give what was measured, or move the evidence away if another meter knows better"
        yield warning(measure.part.spot("powerConsumption").path, "energy-against-evidence", what, mend)


def _of_stage(measure: Measure, run: dict[str, Any]) -> Iterator[Finding]:
    kwh, seconds = _sum(run.get("intervals"), "kwh"), _sum(run.get("intervals"), "seconds")
    mend = "give that of the stage: it is a part of its run"
    if measure.kwh and kwh and measure.kwh > kwh * (1 + TOLERANCE):
        what = f"is {plain(measure.kwh)} kWh for a stage, but the whole run used {plain(kwh)} kWh"
        yield error(measure.part.spot("powerConsumption").path, "stage-above-run", what, mend)
    if measure.seconds and seconds and measure.seconds > seconds * (1 + TOLERANCE) + MOMENT:
        what = f"is {plain(measure.seconds)} s for a stage, but the whole run took {plain(seconds)} s"
        yield error(measure.part.spot("measurementDuration").path, "stage-longer-than-run", what, mend)


def _of_whole(measure: Measure, run: dict[str, Any]) -> Iterator[Finding]:
    """Compare a run with all its stages together; what ran at once is counted in each of them."""
    stages = [stage.get("interval") for stage in _entries(run.get("stages"))]
    again = [
        (len(overlap["stages"]) - 1) * _sum([overlap.get("interval")], "kwh")
        for overlap in _entries(run.get("overlaps"))
        if isinstance(overlap.get("stages"), list)
    ]
    together = _sum(stages, "kwh") - math.fsum(again)
    if measure.kwh and measure.kwh > 0 and together > measure.kwh * (1 + TOLERANCE):
        what = (
            f"is {plain(measure.kwh)} kWh, but its {len(stages)} stages together used {plain(together)} kWh"
        )
        mend = "give that of the whole run: stages are parts of it"
        yield error(measure.part.spot("powerConsumption").path, "stages-above-run", what, mend)


def _sum(intervals: Any, name: str) -> float:
    """Add up one number of intervals; what has none counts as nothing."""
    return math.fsum(as_number(interval.get(name)) or 0.0 for interval in _entries(intervals))


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
