"""What docs/ci.md and the examples name is there."""

import re

import pytest
from running import ROOT

from ai_power_export.settings import Settings

FILES = [
    "docs/ci.md",
    "action.yml",
    "examples/ci/github.yml",
    "examples/ci/github-moderation.yml",
    "examples/ci/gitlab.yml",
]


@pytest.mark.parametrize("name", FILES)
def test_variables_are_settings(name):
    named = set(re.findall(r"\bAIPOWER_([A-Z0-9_]+)", (ROOT / name).read_text()))
    assert named <= {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("name", FILES)
def test_options_are_those_of_the_commands(name):
    import typer

    from ai_power_export.cli.app import app

    commands = typer.main.get_command(app).commands
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    for line in lines:
        for command, rest in re.findall(r"aipower ([a-z]+)([^`|;&]*)", line):
            told = set(re.findall(r"(?<!\S)--[a-z][a-z0-9-]+", rest.partition("train.py")[0]))
            known = {
                each for option in commands[command].params for each in (*option.opts, *option.secondary_opts)
            }
            assert told <= known, line


def test_the_pages_that_are_linked_are_there():
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / "docs/ci.md").read_text())
    assert links
    assert all((ROOT / "docs" / link).exists() for link in links)
