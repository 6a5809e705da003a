"""How these tests import a file: in this process, as the command does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from ai_power_export.importers.importing import Order, Outcome, import_files
from ai_power_export.settings import load_settings


@dataclass(frozen=True)
class Done:
    """What an import came to, in the order of the rows."""

    outcomes: list[Outcome]
    folder: Path

    @property
    def paths(self) -> list[Path]:
        return [each.written.path for each in self.outcomes if each.written]

    @property
    def reports(self) -> list[dict]:
        return [json.loads(path.read_text(encoding="utf-8")) for path in self.paths]

    @property
    def measures(self) -> list[dict]:
        return [report["measures"][0] for report in self.reports]

    @property
    def evidence(self) -> list[dict]:
        return [json.loads(path.with_suffix(".evidence.json").read_text()) for path in self.paths]

    @property
    def refused(self) -> list[tuple[int, str]]:
        return [(each.line, each.why_not) for each in self.outcomes if each.why_not]

    @property
    def warnings(self) -> list[set[str]]:
        """Codes of the warnings of each report."""
        return [{warning["code"] for warning in each["warnings"]} for each in self.evidence]


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Import contents (or a path) as a file of some name: `load(text, "emissions.csv", per_row=True)`."""
    monkeypatch.chdir(tmp_path)

    def _load(content: str | bytes | Path, name: str = "file.csv", **order) -> Done:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        settings = load_settings(tmp_path, order.pop("settings", {}))
        folder = tmp_path / "power-reports"
        made = Order(settings, folder, **order)
        return Done(list(import_files([path], made, lambda *_: None)), folder)

    return _load
