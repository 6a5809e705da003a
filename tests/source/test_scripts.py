"""What is read from small scripts: one question each, in scripts/*.toml."""

import sys
from pathlib import Path

import pytest

from ai_power_export.facts import Certainty
from ai_power_export.source.inspect import read_source

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = sorted((Path(__file__).parent / "scripts").glob("*.toml"))
SCRIPTS = [script for file in FILES for script in tomllib.loads(file.read_text(encoding="utf-8"))["script"]]
ALGORITHMS = "task.algorithms."


def classes(facts):
    return [fact.value for fact in facts.about(ALGORITHMS + "classPath")]


def hyperparameters(facts, certainty):
    found = {}
    for fact in facts.about(ALGORITHMS + "hyperparameters"):
        if fact.certainty is certainty:
            found.update(fact.value)
    return found


def test_there_are_enough_scripts():
    assert len(SCRIPTS) >= 80
    assert len({script["name"] for script in SCRIPTS}) == len(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_script(script, tmp_path):
    file = tmp_path / "train.py"
    file.write_text(script["code"], encoding="utf-8")
    facts = read_source(file)

    for key, field in (
        ("stage", "task.taskStage"),
        ("family", "task.taskFamily"),
        ("requests", "task.nbRequest"),
    ):
        if key in script:
            assert facts.value(field) == script[key]
    if "classes" in script:
        assert sorted(classes(facts)) == sorted(script["classes"])
    assert not set(script.get("absent", [])) & set(classes(facts))
    if "training" in script:
        assert facts.value(ALGORITHMS + "trainingType") == script["training"]
    if "optimizer" in script:
        assert facts.value(ALGORITHMS + "optimizer") == script["optimizer"]
    for name, value in script.get("algorithm", {}).items():
        assert facts.value(ALGORITHMS + name) == pytest.approx(value), name
    for name in script.get("unsaid_fields", []):
        assert facts.value(ALGORITHMS + name) is None, name

    sure, assumed = (hyperparameters(facts, certainty) for certainty in (Certainty.CERTAIN, Certainty.LIKELY))
    for name, value in script.get("hyperparameters", {}).items():
        assert sure[name] == value, name
    for name, value in script.get("defaults", {}).items():
        assert assumed[name] == value, name
    assert not set(script.get("unsaid", [])) & {*sure, *assumed}

    for name, value in script.get("data", {}).items():
        assert facts.value(f"task.dataset.{name}", "input") == value, name
    for name in script.get("no_data", []):
        assert facts.value(f"task.dataset.{name}", "input") is None, name

    told = str(facts.to_json())
    for word in script.get("silent", []):
        assert word not in told
    if "warning" in script:
        assert any(script["warning"] in warning.text for warning in facts.warnings)
