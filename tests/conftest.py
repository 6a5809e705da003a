"""What several rooms' tests share: running scripts bare and measured, and the official schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from official_boamps import official_validator

ROOT = Path(__file__).parent.parent
AIPOWER = str(Path(sys.executable).with_name("aipower"))
"""The command as it was installed beside this interpreter."""


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment without settings of ours or CodeCarbon's, and with an empty home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("AIPOWER_", "CODECARBON_", "PYTEST_", "COV_"))
    }
    return {**kept, "HOME": str(home), "COLUMNS": "300"}


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


@pytest.fixture
def run(tmp_path):
    """Run a command line in an empty folder: `run("script.py", "arg")` runs Python."""

    def _run(*arguments, program: str = sys.executable, stdin: str = "", timeout: float = 120, **environment):
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [program, *map(str, arguments)],
            cwd=tmp_path,
            env={**clean_environment(home), **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        return Ended(done.returncode, done.stdout, done.stderr, tmp_path)

    return _run


@pytest.fixture
def export(run):
    """Run `aipower export --offline --country FRA` on a script, without the summary table."""

    def _export(*arguments: str | Path, options: tuple[str, ...] = (), **more) -> Ended:
        fixed = ("export", "--offline", "--country", "FRA", "--quiet")
        return run(*fixed, *options, *arguments, program=AIPOWER, **more)

    return _export


@pytest.fixture(scope="session")
def official():
    """The official schema's validator; skips where the reference data is not beside the checkout."""
    return official_validator()
