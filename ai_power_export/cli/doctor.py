"""`aipower doctor`: what can be measured here, how well, and what would improve it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ai_power_export.doctor.examine import Diagnosis
    from ai_power_export.doctor.finding import Finding

HELP = """Say what can be measured on this machine, which quality reports will have, and how to get better.

CodeCarbon measures for two seconds and is asked how. Nothing is changed, and nothing is requested from the
network but with --online. The exit code is 1 where nothing can be measured at all.
"""
SIGNS = {"good": "+", "fair": "~", "poor": "!"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=HELP)(_doctor)


def _doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask CodeCarbon's geolocation service for the country.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    return doctor_command(online, as_json)


def doctor_command(online: bool, as_json: bool) -> int:
    """Print what can be measured; return the exit code.

    Raises:
        BadInput: The project's settings cannot be used.
    """
    from ai_power_export.doctor.examine import examine
    from ai_power_export.settings import load_settings

    folder = Path.cwd()
    diagnosis = examine(load_settings(folder, {}), folder, online=online)
    if as_json:
        sys.stdout.write(json.dumps(diagnosis.to_json(), indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(diagnosis)))
    return 1 if diagnosis.quality is None else 0


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield _verdict(diagnosis)
    for finding in diagnosis.findings:
        yield from _finding_lines(finding)


def _verdict(diagnosis: Diagnosis) -> str:
    if diagnosis.quality is None:
        return "nothing can be measured here"
    shares = ", ".join(f"{name.upper()} {share:.0%}" for name, share in diagnosis.shares.items() if share)
    verdict = f"quality of a report now: {diagnosis.quality} (±{diagnosis.error:.0%}), of {shares}"
    busy = diagnosis.quality_when_busy
    return f"{verdict}; with all CPUs busy: {busy}" if busy and busy != diagnosis.quality else verdict


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"{SIGNS[finding.state.value]} {finding.topic}: {finding.says}"
    for mend in finding.improve:
        yield f"    {mend.command}"
        yield f"      {mend.note}"
