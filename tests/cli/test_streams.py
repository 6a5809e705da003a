"""What every command prints reaches its reader, or the command says that it does not."""

from __future__ import annotations

import json
import os

import pytest
from public_reports import public_report
from running import AIPOWER

COMMANDS = {
    "a page of help": ("label", "--help"),
    "plain text": ("label", "scheme", "show", "training"),
    "a table": ("explain", "report.json"),
    "findings": ("validate", "report.json"),
    "what would leave": ("upload", "report.json", "--to", "./out", "--preview"),
    "a rating": ("label", "sound.json"),
}


@pytest.fixture
def shell(run, tmp_path):
    """Run a command with its output sent somewhere, beside two reports: `shell(command, to)`."""
    document = public_report(1)
    document["task"]["algorithms"][0]["algorithmName"] = "Å → B"
    (tmp_path / "sound.json").write_text(json.dumps(document))
    document["note"] = "\ud800"
    (tmp_path / "report.json").write_text(json.dumps(document))

    def _run(command, to, **environment):
        line = f'exec "$@" {to}'
        return run("-c", line, "shell", AIPOWER, *command, program="/bin/bash", **environment)

    return _run


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is full")
@pytest.mark.parametrize("to", [">/dev/full", ">&-"])
@pytest.mark.parametrize("name", COMMANDS)
def test_an_output_that_cannot_be_written_is_told_in_one_line(shell, name, to):
    ended = shell(COMMANDS[name], to)
    assert (ended.returncode, ended.stdout) == (2, "")
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("aipower: the output cannot be written: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_characters_that_the_encoding_lacks_change_nothing(shell, name):
    ended, plain = (shell(COMMANDS[name], "", PYTHONIOENCODING=each) for each in ("ascii", "utf-8"))
    assert (ended.returncode, ended.stderr) == (plain.returncode, plain.stderr)
    assert len(ended.stdout.splitlines()) >= len(plain.stdout.splitlines()) > 0


def test_a_closed_output_is_no_fault_of_what_prints_nothing(shell, tmp_path):
    assert shell(("table", "report.json", "-o", "t.csv"), ">&-").returncode == 0
    assert (tmp_path / "t.csv").exists()
