"""What runs like this one took before.

Comparable are reports of the same stage, task family, kind of data and functional unit (`label.groups`).
Their energies by functional unit are compared, so that more epochs or requests are no worse by themselves;
where neither report has such a unit, their runs. Of several the median counts.

The ratio to the median is off by

- nothing that meters do, where all were measured in the same way on the same hardware: they err alike, and
  the ratio does not;
- else the errors of both, in quadrature (JCGM 100:2008, 5.1.2);
- and, where there are several, twice the standard deviation of a run and of their median together:
  2 s sqrt(1 + 1/n) (JCGM 100:2008, 6.2.1, with a coverage factor of 2). Of one run nobody knows how much
  others scatter: that is what the tolerance is for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, stdev

from ai_power_export.budget.finding import Amount
from ai_power_export.budget.taken import Taken, take
from ai_power_export.errors import AipowerError, BadInput
from ai_power_export.label.groups import TOLD_BY
from ai_power_export.report.reading.found import report_files

ALIKE = ("stage", "task_family", "data_type", "functional_unit")
"""What comparable reports have in common, of what `TOLD_BY` names; the hardware may be another."""
COVERAGE = 2.0


@dataclass(frozen=True)
class Compared:
    """A report beside comparable ones."""

    ratio: Amount
    """What it took, as a multiple of the median of theirs."""
    mine: float
    """kWh by functional unit, or of the run where there is none."""
    theirs: float
    """The median of the same."""
    unit: str
    """The functional unit; empty where runs are compared."""
    is_other_work: bool
    """Whether one of them did another amount of work, so that only energies by unit compare."""
    runs: int
    """How many they are."""
    is_alike: bool
    """Whether all were measured in the same way on the same hardware."""
    hardware: str
    """The classes of hardware, where they differ: `gpu, not cpu`."""


def baseline_of(place: str, tell: Callable[[str], object]) -> tuple[Taken, ...]:
    """Return the reports of a baseline, each once.

    Args:
        place: What `report_files` takes.
        tell: Is told, in a line each, what was left out: what is no report, not a valid one, or a draft.

    Raises:
        BadInput: There is no such place, or it holds no report that counts.
    """
    try:
        names = sorted(report_files(place))
    except BadInput as error:
        raise BadInput(error.what, place, "a baseline is made of reports that are kept") from None
    found: dict[str, Taken] = {}
    for name in names:
        try:
            taken = take(Path(name))
        except AipowerError as error:
            tell(f"left out of the baseline: {error}")
            continue
        found.setdefault(taken.subject.identity, taken)
    if not found:
        raise BadInput("holds no valid report to compare with", place)
    return tuple(found.values())


def compare(report: Taken, baseline: Iterable[Taken]) -> Compared:
    """Compare a report with those of a baseline that are like it; with itself it is not.

    Raises:
        BadInput: None is, or energies are not told, or not above zero.
    """
    theirs = _like(report, baseline)
    metric = "energy" if report.measured.unit.name else "run_energy"
    energies = [_above_zero(each, metric) for each in theirs]
    mine, middle = _above_zero(report, metric), median(energies)
    is_alike = bool(report.way) and all(each.way == report.way for each in theirs)
    errors = [] if is_alike else [report.measured.error, max(each.measured.error for each in theirs)]
    error = math.hypot(*errors, _scatter(energies) / middle)
    counts = {each.measured.unit.count for each in (report, *theirs)}
    return Compared(
        ratio=Amount(mine / middle, error),
        mine=mine,
        theirs=middle,
        unit=report.measured.unit.name,
        is_other_work=len(counts) > 1,
        runs=len(theirs),
        is_alike=is_alike,
        hardware=_other_hardware(report, theirs),
    )


def _like(report: Taken, baseline: Iterable[Taken]) -> list[Taken]:
    left = [each for each in baseline if each.subject.identity != report.subject.identity]
    if not left:
        raise BadInput("the baseline holds nothing but this report", report.name)
    for name in ALIKE:
        left, before = [each for each in left if each.key[name] == report.key[name]], left
        if not left:
            mine, theirs = report.key[name], before[0].key[name]
            what = f"nothing in the baseline is like it by {TOLD_BY[name].en}"
            raise BadInput(f"{what}: {mine or 'not told'}, not {theirs or 'untold'}", report.name)
    return left


def _above_zero(taken: Taken, metric: str) -> float:
    value = taken.measured.values.get(metric)
    if value is None or value <= 0:
        raise BadInput(taken.measured.why_not.get(metric, "took no energy that compares"), taken.name)
    return value


def _scatter(energies: Sequence[float]) -> float:
    """Return how far one more run may be from their median by chance; 0 where nobody knows."""
    count = len(energies)
    return COVERAGE * stdev(energies) * math.sqrt(1 + 1 / count) if count > 1 else 0.0


def _other_hardware(report: Taken, theirs: Iterable[Taken]) -> str:
    mine = report.key["hardware_class"]
    others = sorted({each.key["hardware_class"] for each in theirs} - {mine})
    return f"{mine or 'untold'}, not {' or '.join(each or 'untold' for each in others)}" if others else ""
