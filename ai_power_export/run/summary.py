"""The small table at the end of a run, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ai_power_export.console import say
from ai_power_export.report.boamps import FIELDS
from ai_power_export.run.finish import Written


def show(written: Sequence[Written], *, quiet: bool) -> None:
    """Show what was measured and where the reports are; only what is missing when quiet."""
    if not quiet and sys.stderr is not None:
        for each in written:
            _table(each)
    for each in written:
        if each.lacks:
            say(f"{each.path.name} is {each.lacks}")


def _table(each: Written) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="aipower", title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(each):
        if value:
            table.add_row(name, value)
    Console(stderr=True).print(table)


def _rows(each: Written) -> list[tuple[str, str]]:
    report = each.report
    measure = report.measures[0]
    seconds = f"{measure.measurement_duration:.1f} s" if measure.measurement_duration else ""
    return [
        ("energy", f"{energy(measure.power_consumption)} in {seconds}"),
        ("emissions", _emissions(each)),
        ("quality", report.quality or ""),
        ("task", (report.task and report.task.task_description) or ""),
        ("report", str(each.path)),
        ("filled", f"{each.filled} of {len(FIELDS)} fields"),
    ]


def _emissions(each: Written) -> str:
    environment = each.report.environment
    intensity = environment.power_source_carbon_intensity if environment else None
    if environment is None or intensity is None:
        return ""
    grams = each.report.measures[0].power_consumption * intensity
    return f"{_with_unit(grams, (('kg', 1e3), ('g', 1.0), ('mg', 1e-3)))} CO2eq ({environment.country})"


def energy(kwh: float) -> str:
    """Write an energy with the unit that fits its size.

    >>> energy(0.0000123), energy(1.5)
    ('12.3 mWh', '1.5 kWh')
    """
    return _with_unit(kwh, (("MWh", 1e3), ("kWh", 1.0), ("Wh", 1e-3), ("mWh", 1e-6), ("µWh", 1e-9)))


def _with_unit(value: float, units: Sequence[tuple[str, float]]) -> str:
    name, size = next(((name, size) for name, size in units if abs(value) >= size), units[-1])
    return f"{value / size:.3g} {name}"
