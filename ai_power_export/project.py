"""The user's project: where its settings are, and where its reports go by default."""

from __future__ import annotations

from pathlib import Path

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
    """Return the nearest `pyproject.toml` with a `[tool.aipower]` table, from here upwards."""
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        try:
            if "[tool.aipower" in path.read_text(encoding="utf-8", errors="replace"):
                return path
        except OSError:
            continue
    return None
