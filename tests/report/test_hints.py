"""Every field has a hint, and what hints name is there."""

from __future__ import annotations

import re

import pytest
import typer

from ai_power_export.cli.app import app
from ai_power_export.report.answers import typed_answers
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.hints import hints
from ai_power_export.settings import Settings

KINDS = {"string": str, "number": (int, float), "integer": int}


def test_every_field_has_one_hint_in_the_formats_order():
    assert list(hints()) == [info.path for info in FIELDS]
    assert all(hints().values())


@pytest.mark.parametrize(
    "info", [info for info in FIELDS if "--set " in hints()[info.path]], ids=lambda info: info.path
)
def test_an_assignment_that_a_hint_shows_is_accepted(info):
    (shown,) = re.findall(r"--set (\S+='[^']*'|[^\s,;]+)", hints()[info.path])
    path, _, text = shown.replace("'", "").partition("=")
    value = typed_answers({path: text}, "--set")[info.path]
    assert isinstance(value, KINDS[info.kind])
    assert not info.choices or value in info.choices


def test_what_hints_name_exists():
    text = "\n".join(hints().values())
    command = typer.main.get_command(app).commands["export"]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert set(re.findall(r"(?<![\w-])--[a-z-]+", text)) <= options
    assert {name.lower() for name in re.findall(r"AIPOWER_(\w+)", text)} <= Settings.model_fields.keys()
    assert set(re.findall(r"(\w+) in \[tool\.aipower\]", text)) <= Settings.model_fields.keys()
    assert set(re.findall(r"\[tool\.aipower\.(\w+)\]", text)) <= Settings.model_fields.keys()
    assert set(re.findall(r"aipower ([a-z]+)", text)) <= typer.main.get_command(app).commands.keys()
