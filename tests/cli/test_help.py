"""What help says arrives as it was written: text in brackets is no markup."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ai_power_export.cli.app import app

IN_BRACKETS = re.compile(r"\[[^\[\]\n]+\]")


def _commands(command, path=()):
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*path, name))


COMMANDS = dict(_commands(get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_what_stands_in_brackets_is_shown(path):
    command = COMMANDS[path]
    shown = (
        CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "1000", "TERMINAL_WIDTH": "1000"}).output
    )
    for text in (command.help, *(getattr(each, "help", None) for each in command.params)):
        for said in IN_BRACKETS.findall((text or "").replace("\\[", "[")):
            assert said in shown


def test_there_is_something_to_look_for():
    helps = [command.help or "" for command in COMMANDS.values()]
    assert any(IN_BRACKETS.search(text) for text in helps)
