"""`aipower merge`: make one report of what the ranks of a distributed job left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_power_export.console import say

HELP = """Make one report of what the ranks of a distributed job left on its machines.

Each PLACE is a folder of reports (power-reports, or the folder it is in), copied from one of the machines,
or a report that lacks other machines. Rank 0 does the same by itself where it reaches the others' folder.
The same rank twice, or ranks of different runs, are refused.

  aipower merge node-0/power-reports node-1/power-reports
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("merge", help=HELP)(_merge)


def _merge(
    places: Annotated[list[Path], typer.Argument(metavar="PLACE...", help="Folders, or reports.")],
) -> None:
    from ai_power_export.run.job.places import merge_places

    for written in merge_places(places):
        say(f"wrote {written.line}")
