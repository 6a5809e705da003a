"""Where a run keeps what must outlive it, found without loading all settings while something is measured."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEFAULT = "power-reports"
"""The default of the setting `output`."""


def output_folder(folder: Path, given: Mapping[str, Any]) -> Path:
    """Return the output folder: given in code, by `AIPOWER_OUTPUT`, by the project's file, or the default.

    `settings` decides the same with checks, and costs some 0.2 s to import. What cannot be
    read here is left for it to complain about.
    """
    said = given.get("output") or os.environ.get("AIPOWER_OUTPUT") or _of_project(folder)
    return folder / str(said or DEFAULT)


def _of_project(folder: Path) -> str | None:
    for place in (folder, *folder.parents):
        try:
            text = (place / "pyproject.toml").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if "[tool.aipower" in text:
            return _output_in(text)
    return None


def _output_in(text: str) -> str | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return str(tomllib.loads(text)["tool"]["aipower"]["output"])
    except (ValueError, KeyError, TypeError):
        return None
