"""The small table at the end of a run, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from ai_power_export.console import say
from ai_power_export.report.boamps import FIELDS
from ai_power_export.report.publish import Written
from ai_power_export.run.billing import above_rest, generation, price
from ai_power_export.settings import Settings
from ai_power_export.units import emissions, energy


def show(written: Sequence[Written], settings: Settings, *, quiet: bool) -> None:
    """Show what was measured and where the reports are; only what is missing when quiet."""
    if not quiet and sys.stderr is not None:
        for each in written:
            _table(each, settings)
    for each in written:
        if each.lacks:
            say(f"{each.path.name} is {each.lacks}")


def _table(each: Written, settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="aipower", title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(each, settings):
        if value:
            table.add_row(name, value)
    Console(stderr=True).print(table)


def _rows(each: Written, settings: Settings) -> list[tuple[str, str]]:
    report = each.report
    measure = report.measures[0]
    seconds = f"{measure.measurement_duration:.1f} s" if measure.measurement_duration else ""
    return [
        ("energy", f"{energy(measure.power_consumption)} in {seconds}"),
        ("above rest", _told(above_rest, measure)),
        ("cost", _told(price, report, settings)),
        ("emissions", _emissions(each)),
        ("electricity", _told(generation, report)),
        ("quality", report.quality or ""),
        ("task", (report.task and report.task.task_description) or ""),
        ("report", str(each.path)),
        ("filled", f"{each.filled} of {len(FIELDS)} fields"),
    ]


def _told(say_it: Callable[..., str], *values: Any) -> str:
    """Return what follows from values; nothing where the user has set one that is of another kind."""
    try:
        return say_it(*values)
    except (TypeError, ValueError):
        return ""


def _emissions(each: Written) -> str:
    environment = each.report.environment
    intensity = environment.power_source_carbon_intensity if environment else None
    if environment is None or intensity is None:
        return ""
    grams = each.report.measures[0].power_consumption * intensity
    return f"{emissions(grams)} ({environment.country})"
