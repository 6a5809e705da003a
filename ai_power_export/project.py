"""The user's project: where its settings are, and where its reports go by default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = "aipower"
"""Name of our settings among the tools of a project."""

REPORTS = "power-reports"
"""The default of the setting `output`: the folder of the reports, in the working folder."""

JOURNALS = ".runs"
"""Where journals are, within the folder of the reports."""


def as_seen(path: Path, folder: Path | None = None) -> Path:
    """Return a path as seen from a folder, by default the working folder.

    Below it without the folders that lead there: they name the user, and what is printed is often kept.
    """
    try:
        return path.relative_to(folder or Path.cwd())
    except (ValueError, OSError):
        return path


def find_project(folder: Path) -> Path | None:
    """Return the nearest `pyproject.toml` with settings of ours, from here upwards.

    One that is not readable as TOML and names us is taken for it: whoever reads the settings says so.
    """
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        try:
            if TABLE in text and settings_in(text) is not None:
                return path
        except ValueError:
            return path
    return None


def settings_in(text: str) -> Any:
    """Return what a `pyproject.toml` has as `tool.aipower`, which may be no table; None without it.

    Raises:
        ValueError: It is not readable as TOML.
    """
    tools = tomllib.loads(text).get("tool")
    return tools.get(TABLE) if isinstance(tools, dict) else None
