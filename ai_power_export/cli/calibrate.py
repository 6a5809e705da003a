"""`aipower calibrate`: measure this machine at rest, so that reports can say what it draws doing nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import CheckFailed

if TYPE_CHECKING:
    from ai_power_export.measure.calibration import Calibration

HELP = r"""Measure this machine at rest; reports carry the result.

Close what is running and wait. The result is kept in your data folder, with the hardware it is of,
and is used for 30 days (calibration_max_age_days in \[tool.aipower]). A machine that is not at rest is
refused.
"""
SHORTEST = 2
"""Seconds: CodeCarbon reads power once a second."""
FIRST_LOOK = 1.0
"""Seconds for which the CPUs are watched before the measurement, to spare the user a vain wait."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate", help=HELP)(_calibrate)


def _calibrate(
    seconds: Annotated[int, typer.Option(min=SHORTEST, help="How long to measure.")] = 60,
    max_utilization: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Share of the time that CPUs and GPUs at rest are busy at most; 0.1 if not said.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    try:
        return calibrate_command(seconds, max_utilization, as_json)
    except KeyboardInterrupt:
        say("interrupted: nothing was kept")
        return 130


def calibrate_command(seconds: int, max_utilization: float | None, as_json: bool) -> int:
    """Measure, keep and print a calibration; return the exit code.

    Raises:
        BadInput: The project's settings cannot be used.
        CheckFailed: The machine is not at rest, nothing can be measured, or the result cannot be kept.
    """
    from ai_power_export.measure.calibration import Calibration, keep, unrest
    from ai_power_export.measure.probe import NothingMeasured, probe
    from ai_power_export.settings import load_settings

    busiest = load_settings(
        Path.cwd(), {"calibration_max_utilization": max_utilization}
    ).calibration_max_utilization
    _refuse(_first_look(busiest))
    try:
        meter, interval, *_ = probe(_progress(seconds), tracking_mode="machine")
    except NothingMeasured as error:
        raise CheckFailed(f"{error}: nothing was kept") from None
    _refuse(unrest(interval, busiest))
    calibration = Calibration.of(meter, interval)
    try:
        path = keep(calibration)
    except (OSError, RuntimeError) as error:
        raise CheckFailed(f"the calibration cannot be kept: {error}") from None
    _print(calibration, path, as_json)
    return 0


def _first_look(busiest: float) -> str:
    from ai_power_export.measure.calibration import unrest
    from ai_power_export.measure.interval import between, reading_at

    first = reading_at(time.perf_counter())
    time.sleep(FIRST_LOOK)
    return unrest(between(first, reading_at(time.perf_counter())), busiest)


def _refuse(why: str) -> None:
    if why:
        raise CheckFailed(
            f"this machine is not at rest: {why}. Which program does it cannot be told from here; "
            "close what is running, or settle --max-utilization. Nothing was kept"
        )


def _progress(seconds: int) -> Callable[[], None]:
    """Return a wait that shows on stderr how far it is."""

    def wait() -> None:
        from rich.console import Console
        from rich.progress import track

        say(f"measuring this machine at rest for {seconds} s; leave it alone")
        end = time.perf_counter() + seconds
        steps = track(range(seconds), "at rest", console=Console(stderr=True), transient=True)
        for step in steps if sys.stderr.isatty() else range(seconds):
            time.sleep(max(0.0, end - seconds + step + 1 - time.perf_counter()))

    return wait


def _print(calibration: Calibration, path: Path, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({**calibration.to_json(), "file": str(path)}, indent=1) + "\n")
        return
    from ai_power_export.units import energy, power

    interval = calibration.interval
    parts = (("CPU", interval.cpu_kwh), ("GPU", interval.gpu_kwh), ("RAM", interval.ram_kwh))
    watts = power(interval.kwh, interval.seconds)
    shares = ", ".join(f"{name} {power(kwh, interval.seconds)}" for name, kwh in parts if kwh > 0)
    busy = "" if interval.cpu_utilization is None else f", CPUs {interval.cpu_utilization:.1%} busy"
    sys.stdout.write(
        f"{energy(interval.kwh)} in {interval.seconds:.1f} s at rest: {watts} ({shares}){busy}\n"
    )
    sys.stdout.write(f"kept in {path}\n")
