"""What the tests of frameworks share: an untouched script is exported, and its report is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
OURS = re.compile(r"door-moved|observer-off|follower-failed|recording-failed|monitoring-taken|source-un")
"""Codes of warnings by which we say that something of ours failed."""


@dataclass(frozen=True)
class Said:
    """The one report of a run, with its evidence."""

    report: dict
    evidence: dict

    def value(self, path: str) -> object:
        """Return what is said at a path, None where nothing is.

        `task.algorithms[0].framework` is looked up in the report;
        `hyperparameters.lr` among those of the first algorithm, in the evidence.
        """
        if path.startswith("hyperparameters."):
            kept = self.evidence["fields"].get("task.algorithms[0].hyperparameters", {}).get("value", {})
            return kept.get(path.removeprefix("hyperparameters."))
        found: object = self.report
        for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
            found = found.get(name) if isinstance(found, dict) else None
            if index and isinstance(found, list):
                found = found[int(index)] if int(index) < len(found) else None
        return found

    def values(self, expected: dict[str, object]) -> dict[str, object]:
        """Return what is said at each path of a table, to be compared with it."""
        return {path: self.value(path) for path in expected}


@pytest.fixture
def said(export, official):
    """Export a script of the folder `scripts` that must give one valid report, observed without a fault."""

    def _said(script: str, *arguments: str, options: tuple[str, ...] = (), valid: bool = True) -> Said:
        ended = export(SCRIPTS / script, *arguments, options=options, timeout=300)
        assert ended.returncode == 0, ended.stderr
        (report,), (evidence,) = ended.reports, ended.evidence
        assert [each for each in evidence["warnings"] if OURS.match(each["code"])] == []
        if valid:
            assert [error.message for error in official.iter_errors(report)] == []
        return Said(report, evidence)

    return _said
