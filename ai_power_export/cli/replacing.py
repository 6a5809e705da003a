"""Files that a command writes where its user says: none that is there is replaced unless they say so too."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ai_power_export.errors import BadInput

Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def check_free(path: Path, sources: Iterable[Path] = (), *, force: bool) -> None:
    """Refuse a file that is there, before any work is done for it.

    Args:
        path: Where a result is to go.
        sources: What it is made of, which stays as it is whatever is said.
        force: Whether another file may be replaced.

    Raises:
        BadInput: It is there, and may not be replaced.
    """
    if not os.path.lexists(path):
        return
    if any(path.exists() and source.exists() and path.samefile(source) for source in sources):
        raise BadInput("is what the result is made of, and stays as it is", str(path), "name another file")
    if not force:
        raise BadInput("is there already", str(path), "--force replaces it")
