"""How tests run scripts: the command, a clean environment, and how a process ended."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
AIPOWER = str(Path(sys.executable).with_name("aipower"))
"""The command as it was installed beside this interpreter."""


OF_THE_CI = ("CI", "GITHUB_", "GITLAB_", "JENKINS_", "TF_BUILD")
"""What variables of the service begin with that may run these tests."""

TEMPORARY = tempfile.TemporaryDirectory(prefix="aipower-")
"""Folder for temporary files: runs of tests that go on at the same time do not meet in it."""


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment without settings of ours or CodeCarbon's, outside of CI, and with an empty home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("AIPOWER_", "CODECARBON_", "PYTEST_", "COV_", *OF_THE_CI))
    }
    return {**kept, "HOME": str(home), "COLUMNS": "300", "TMPDIR": TEMPORARY.name}


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it left in `folder`."""

    returncode: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def reports(self) -> list[dict]:
        """The reports it wrote, as documents."""
        return [json.loads(path.read_text()) for path in self.report_paths]

    @property
    def report_paths(self) -> list[Path]:
        found = sorted(self.folder.glob("power-reports/report_*.json"))
        return [path for path in found if not path.name.endswith(".evidence.json")]

    @property
    def evidence(self) -> list[dict]:
        return [json.loads(path.with_suffix(".evidence.json").read_text()) for path in self.report_paths]

    @property
    def own_stderr(self) -> str:
        """Its stderr without the lines that we print."""
        lines = self.stderr.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("aipower:"))
