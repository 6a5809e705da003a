"""`aipower recover`: make the reports of runs that died."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_power_export.console import say

HELP = """Make the draft reports of runs that died, from what they left in FOLDER.

FOLDER is where reports are written (power-reports, or the folder it is in). A run whose program is
still running is left alone. Exit code 1 if a run could not be recovered.

  aipower recover power-reports
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recover", help=HELP)(_recover)


def _recover(folder: Annotated[Path, typer.Argument(help="Folder of the reports.")] = Path()) -> None:
    from ai_power_export.run.recover import journals, recover

    found = journals(folder)
    if not found:
        say(f"nothing to recover in {folder}")
    results = [recover(journal) for journal in found]
    for result in results:
        for written in result.written:
            say(f"wrote {written.line}")
        if result.why_not:
            say(f"not recovered: {result.journal.name}: {result.why_not}")
    if any(result.why_not for result in results):
        raise typer.Exit(1)
