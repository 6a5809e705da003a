"""Settings that a run needs while it is measured, found without loading them all.

`settings` decides the same with checks, and costs some 0.2 s to import. What cannot be read here
is left for it to complain about.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_power_export.project import REPORTS, find_project


def output_folder(folder: Path, given: Mapping[str, Any]) -> Path:
    """Return the folder of the reports."""
    return folder / str(early_setting("output", folder, given) or REPORTS)


def is_per_stage(folder: Path, given: Mapping[str, Any]) -> bool:
    """Tell whether the run is to be split by itself."""
    return str(early_setting("per_stage", folder, given) or "").lower() in (
        "true",
        "1",
        "yes",
        "on",
        "t",
        "y",
    )


def early_setting(name: str, folder: Path, given: Mapping[str, Any]) -> Any:
    """Return a setting given in code, by its variable, or by the project's file; None where none is."""
    return given.get(name) or os.environ.get(f"AIPOWER_{name.upper()}") or _of_project(folder).get(name)


def _of_project(folder: Path) -> dict[str, Any]:
    project = find_project(folder)
    return {} if project is None else _table_in(project.read_text(encoding="utf-8", errors="replace"))


def _table_in(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table = tomllib.loads(text)["tool"]["aipower"]
    except (ValueError, KeyError, TypeError):
        return {}
    return table if isinstance(table, dict) else {}
