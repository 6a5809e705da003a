"""What several rooms' tests share: running scripts bare and measured, and the official schema."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from official_boamps import official_validator
from running import AIPOWER, TEMPORARY, Ended, clean_environment
from written_reports import refused_reports

# A shell lets what it runs in the background ignore Ctrl-C, and so would the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Let runs of this process not meet those of other tests that go on at the same time."""
    monkeypatch.setattr("ai_power_export.run.neighbours.gettempdir", lambda: TEMPORARY.name)


@pytest.fixture
def power(monkeypatch):
    """The power of a CPU that counts exactly what it draws, 100 W until it is set."""
    from known_meter import known_power  # needs CodeCarbon, which not all tests do

    return known_power(monkeypatch)


@pytest.fixture
def run(tmp_path):
    """Run a command line in an empty folder: `run("script.py", "arg")` runs Python."""

    def _run(*arguments, program: str = sys.executable, stdin: str = "", timeout: float = 600, **environment):
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


@pytest.fixture(scope="session", autouse=True)
def officially_checked(tmp_path_factory):
    """Have the official schema judge every report that tests of this process have left."""
    yield
    assert refused_reports(tmp_path_factory.getbasetemp()) == {}


@pytest.fixture(scope="session")
def official():
    """The official schema's validator; skips where the reference data is not beside the checkout."""
    return official_validator()
