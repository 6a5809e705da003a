"""The user's project: where its settings are, and where its reports go by default."""

from __future__ import annotations

from pathlib import Path

REPORTS = "power-reports"
"""The default of the setting `output`: the folder of the reports, in the working folder."""

JOURNALS = ".runs"
"""Where journals are, within the folder of the reports."""


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
