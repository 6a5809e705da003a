"""The questions after a script: never in its way, and never instead of its end."""

from __future__ import annotations

import json
import signal
import time

import pytest
from edited_report import only, read
from person import CTRL_C, AtTerminal

SCRIPT = "import sys\nprint('done,', input('who? '))\nsys.exit(7)\n"
OPTIONS = ("--offline", "--country", "FRA", "--quiet", "--interactive")


@pytest.fixture
def at_terminal(tmp_path):
    """Run `aipower export --interactive` on a script at a terminal."""

    def _at_terminal(code: str, *options: str) -> AtTerminal:
        (tmp_path / "work.py").write_text(code)
        return AtTerminal("export", *OPTIONS, *options, "work.py", folder=tmp_path)

    return _at_terminal


def test_the_script_has_its_terminal_and_its_end_and_then_its_user_is_asked(at_terminal, tmp_path):
    with at_terminal(SCRIPT) as person:
        person.sees("who? ")
        person.types("me")
        person.sees("done, me")
        person.answers("task.dataset[0].dataUsage", "input")
        person.answers("task.dataset[0].dataType", "text")
        # All that the format requires is there: the report is final, before the conversation ends.
        assert read(only(tmp_path / "power-reports"))[0]["header"]["reportStatus"] == "draft"
        person.sees(" > ")
        person.presses(CTRL_C)
        assert person.ends() == 7
    document = read(only(tmp_path / "power-reports"))[0]
    assert document["task"]["dataset"] == [{"dataUsage": "input", "dataType": "text"}]


def test_a_report_is_delivered_with_the_answers(at_terminal, tmp_path):
    with at_terminal(
        "print('done')\n", "--confidentiality", "public", "--upload", "shelf", "--yes"
    ) as person:
        person.answers("task.dataset[0].dataUsage", "input")
        assert not (tmp_path / "shelf").exists()
        person.answers("task.dataset[0].dataType", "text")
        person.sees(" > ")
        person.presses(CTRL_C)
        person.sees("delivered to")
        assert person.ends() == 0
    (there,) = (tmp_path / "shelf").glob("*.json")
    assert json.loads(there.read_text())["task"]["dataset"] == [{"dataUsage": "input", "dataType": "text"}]


@pytest.mark.slow
def test_nobody_answers(at_terminal, tmp_path):
    with at_terminal("1 / 0\n", "--time-limit", "0.4") as person:
        person.sees("ZeroDivisionError: division by zero")
        person.sees("within 0.4 s > ")
        began = time.monotonic()
        assert person.ends() == 1
        assert time.monotonic() - began < 10
        assert "no answer for 0.4 s" in person.shown
        assert person.shown.count("Traceback") == 1
    assert only(tmp_path / "power-reports")


def test_who_interrupts_the_script_is_asked_nothing(at_terminal, tmp_path):
    with at_terminal("import time\nprint('working', flush=True)\ntime.sleep(60)\n") as person:
        person.sees("working")
        person.presses(CTRL_C)
        assert person.ends() == -signal.SIGINT
        assert "Enter skips" not in person.shown
        assert "KeyboardInterrupt" in person.shown


@pytest.mark.slow
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os.abort()"])
def test_the_end_of_the_script_is_ours(at_terminal, end):
    with at_terminal(f"import os, signal\nprint('in', flush=True)\n{end}\n") as person:
        assert person.ends() == (-signal.SIGKILL if "SIGKILL" in end else -signal.SIGABRT)
        assert "Enter skips" not in person.shown


@pytest.mark.slow
def test_a_signal_for_us_is_for_the_script(at_terminal):
    with at_terminal("import time\nprint('working', flush=True)\ntime.sleep(60)\n") as person:
        person.sees("working")
        person.process.send_signal(signal.SIGTERM)
        assert person.ends() == -signal.SIGTERM


def test_without_a_terminal_nothing_is_asked(export, tmp_path):
    (tmp_path / "work.py").write_text(SCRIPT)
    ended = export("work.py", options=("--interactive",), stdin="me\n")
    assert (ended.returncode, ended.stdout) == (7, "who? done, me\n")
    assert "nobody can be asked here: aipower edit asks later" in ended.stderr
    assert len(ended.reports) == 1
