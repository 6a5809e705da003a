"""Of the command line of a program only what says nothing of anybody is kept."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PRINT = "import json\nfrom ai_power_export.run.arguments import told_arguments\nprint(json.dumps(told_arguments()))\n"

TOLD = [
    (["--epochs", "3", "-v", "fast"], ["--epochs", "3", "-v", "fast"]),
    (["--lr=1e-4", "--model=org/name"], ["--lr=1e-4", "--model="]),
    (["--api-key", "hunter2", "7"], ["--api-key", "", "7"]),
    (["--api-key=hunter2"], ["--api-key="]),
    (
        ["--dsn", "abc", "--webhook=x", "--sort-keys", "yes"],
        ["--dsn", "", "--webhook=", "--sort-keys", "yes"],
    ),
    (
        ["--max-tokens", "64", "--pad_token=0", "--authors", "2"],
        ["--max-tokens", "64", "--pad_token=0", "--authors", "2"],
    ),
    (
        ["--aws.key", "k", "--hftoken", "t", "--userName", "b", "--num-users", "9"],
        ["--aws.key", "", "--hftoken", "", "--userName", "", "--num-users", "9"],
    ),
    (["--user", "alice", "--e-mail=a@b.org"], ["--user", "", "--e-mail="]),
    (["/home/alice/data.csv", "two words", "x" * 25], ["", "", ""]),
    (["--note", "a sentence of somebody"], ["--note", ""]),
    (["https://alice:secret@example.org"], [""]),
    ([], []),
]


@pytest.mark.parametrize(("arguments", "told"), TOLD)
def test_names_numbers_and_short_words_are_kept(arguments, told, tmp_path):
    assert ran(tmp_path, PRINT, arguments) == told


def test_what_the_program_has_changed_is_not_known(tmp_path):
    assert ran(tmp_path, f"import sys\nsys.argv[1:] = ['--epochs', '4']\n{PRINT}", ["--epochs", "3"]) is None


def ran(folder, text, arguments):
    (folder / "script.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "script.py", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
