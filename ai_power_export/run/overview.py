"""What the summary at the end of a run says: a table of its parts, and what holds for all of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.measure.energies import kwh_of
from ai_power_export.project import as_seen
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.publish import Written
from ai_power_export.run.billing import Drawn, above_rest, generation, paid
from ai_power_export.settings import Settings
from ai_power_export.units import duration, emissions, energy, money

CODECARBON = "codecarbon"
REPORT = "report"
"""The name of the fact that tells where a report is."""
COLUMNS = ("part", "time", "energy", "emissions", "cost", "forward", "backward")
"""The last two are the passes of models that were timed."""


@dataclass(frozen=True)
class Overview:
    """The summary of one run, in words."""

    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    """One for each stage, or each interval between flushes; then the rest and the run, counted once."""
    notes: Sequence[str] = ()
    """What is counted in several rows."""
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class _Part:
    name: str
    drawn: Drawn
    models: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def overview(written: Sequence[Written], settings: Settings, folder: Path) -> Overview:
    """Say in words what the reports of one run hold, which are named as seen from a folder."""
    first = written[0]
    found = _parts(first)
    total = _total(first, found)
    rows = [_cells(each, first, settings) for each in found] if len(found) > 1 else []
    used = [index for index in range(len(COLUMNS)) if any(row[index] for row in rows)]
    return Overview(
        tuple(COLUMNS[index] for index in used),
        [tuple(row[index] for index in used) for row in rows],
        [*_notes(first.run)] if rows else [],
        [
            (name, value)
            for name, value in (*_facts(written, total, settings), *_places(written, folder))
            if value and not (rows and name in COLUMNS)
        ],
    )


# ---- the parts ------------------------------------------------------------------------------------


def _parts(first: Written) -> list[_Part]:
    """Return the parts of a run and last the run itself; nothing where its first meter tells of none."""
    run, meter = first.run, first.report.measures[0].measurement_method or CODECARBON
    intervals = run.get("intervals", [])
    if not intervals or not all(_kwh(each, meter) for each in intervals):
        return []
    end = intervals[-1]["begin"] + intervals[-1]["seconds"]
    stages = [
        _Part(
            each["name"], _drawn(each["interval"], meter, end if each["periods"] > 1 else None), _models(each)
        )
        for each in run.get("stages", [])
    ]
    if stages and run.get("rest") and run["rest"]["seconds"] > 0:
        stages.append(_Part("(rest)", _drawn(run["rest"], meter, end)))
    if not stages and len(intervals) > 1:
        stages = [_Part(str(number), _drawn(each, meter)) for number, each in enumerate(intervals, 1)]
    whole = Drawn(
        intervals[0]["begin"],
        math.fsum(each["seconds"] for each in intervals),
        math.fsum(_kwh(each, meter) for each in intervals),
    )
    return [*stages, _Part("run", whole, _models(run))]


def _drawn(interval: Mapping[str, Any], meter: str, end: float | None = None) -> Drawn:
    if interval.get("unmeasured"):
        end = end or interval["begin"] + interval["seconds"] + interval["unmeasured"]
    return Drawn(interval["begin"], interval["seconds"], _kwh(interval, meter), end)


def _kwh(interval: Mapping[str, Any], meter: str) -> float:
    if meter == CODECARBON:
        return float(interval["kwh"])
    return kwh_of(interval.get("meters", {}).get(meter, {}))


def _models(of: Mapping[str, Any]) -> Mapping[str, Mapping[str, float]]:
    found: Mapping[str, Mapping[str, float]] = of.get("models", {})
    return found


def _cells(part: _Part, first: Written, settings: Settings) -> tuple[str, ...]:
    intensity = _intensity(first)
    if part.drawn.seconds <= 0:
        return (part.name, "not measured", *[""] * (len(COLUMNS) - 2))
    return (
        part.name,
        duration(part.drawn.seconds),
        energy(part.drawn.kwh),
        "" if intensity is None else emissions(part.drawn.kwh * intensity),
        _money(part.drawn, settings),
        _passes(part, "forward"),
        _passes(part, "backward"),
    )


def _passes(part: _Part, kind: str) -> str:
    seconds = math.fsum(each[kind] for each in part.models.values())
    return duration(seconds) if seconds else ""


def _money(drawn: Drawn, settings: Settings) -> str:
    found = paid(drawn, settings)
    return "" if found is None or settings.currency is None else money(found, settings.currency)


def _intensity(first: Written) -> float | None:
    """Return the carbon intensity (g CO2-equivalent a kWh) that the report tells."""
    environment = first.report.environment
    found = environment.power_source_carbon_intensity if environment else None
    return found if isinstance(found, (int, float)) else None


def _notes(run: Mapping[str, Any]) -> Iterator[str]:
    for each in run.get("overlaps", []):
        names, interval = " and ".join(each["stages"]), each["interval"]
        if interval["seconds"] > 0:
            shared = f"{duration(interval['seconds'])} and {energy(interval['kwh'])}"
            yield f"{names} ran at the same time: {shared} are in each of them, and in the run once"


# ---- the run --------------------------------------------------------------------------------------


def _total(first: Written, parts: Sequence[_Part]) -> Drawn | None:
    """Return what the run used; what the one report says where there is one."""
    if len(parts) > 1:
        return parts[-1].drawn
    measure = first.report.measures[0]
    begin = parts[-1].drawn.begin if parts else 0.0
    said = (measure.measurement_duration, measure.power_consumption)
    if not all(isinstance(each, (int, float)) for each in said):
        return None
    return Drawn(begin, measure.measurement_duration or 0.0, measure.power_consumption)


def _facts(written: Sequence[Written], total: Drawn | None, settings: Settings) -> Iterator[tuple[str, str]]:
    first = written[0]
    if total is not None:
        yield from _amounts(first, total, settings)
    yield "electricity", _told(generation, first.report)
    yield from _of_models(first.run)
    yield "quality", ", ".join(dict.fromkeys(each.report.quality for each in written if each.report.quality))
    tasks = {each.report.task.task_description for each in written if each.report.task}
    yield "task", (tasks.pop() or "") if len(tasks) == 1 else ""


def _places(written: Sequence[Written], folder: Path) -> Iterator[tuple[str, str]]:
    for each in written:
        yield REPORT, f"{as_seen(each.path, folder)} ({each.filled} of {len(FIELDS)} fields)"


def _amounts(first: Written, total: Drawn, settings: Settings) -> Iterator[tuple[str, str]]:
    yield "energy", f"{energy(total.kwh)} in {duration(total.seconds)}"
    yield "above rest", _told(above_rest, first.report.measures[0], total.kwh, total.seconds)
    by = " by the tariff of its hours" if settings.tariff else ""
    cost = _money(total, settings)
    yield "cost", f"{cost}{by}" if cost else ""
    intensity, environment = _intensity(first), first.report.environment
    if intensity is not None and environment is not None:
        yield "emissions", f"{emissions(total.kwh * intensity)} ({environment.country})"


def _of_models(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, spent in _models(run).items():
        passes = [
            f"{duration(spent[kind])} {kind}"
            + (f" ({energy(spent[f'{kind}KwhByTime'])} by its time)" if f"{kind}KwhByTime" in spent else "")
            for kind in ("forward", "backward")
            if spent[kind]
        ]
        yield f"model {name}", f"{', '.join(passes)}, {spent['calls']} calls"


def _told(say_it: Callable[..., str], *values: Any) -> str:
    """Return what follows from values; nothing where the user has set one that is of another kind."""
    try:
        return say_it(*values)
    except (TypeError, ValueError):
        return ""
