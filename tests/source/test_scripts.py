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


@pytest.fixture(params=SCRIPTS, ids=lambda script: script["name"])
def script(request):
    return request.param


@pytest.fixture
def facts(script, tmp_path):
    file = tmp_path / "train.py"
    file.write_text(script["code"], encoding="utf-8")
    return read_source(file)


def test_task(script, facts):
    said = {
        "stage": facts.value("task.taskStage"),
        "family": facts.value("task.taskFamily"),
        "requests": facts.value("task.nbRequest"),
    }
    expected = {key: script[key] for key in said if key in script}
    assert {key: said[key] for key in expected} == expected
    assert not [key for key in script.get("no_task", []) if said[key] is not None]


def test_algorithms(script, facts):
    if "classes" in script:
        assert sorted(classes(facts)) == sorted(script["classes"])
    assert not set(script.get("absent", [])) & set(classes(facts))


def test_fields_of_the_algorithm(script, facts):
    expected = dict(script.get("algorithm", {}))
    expected.update({"trainingType": script["training"]} if "training" in script else {})
    expected.update({"optimizer": script["optimizer"]} if "optimizer" in script else {})
    for name, value in expected.items():
        assert facts.value(ALGORITHMS + name) == pytest.approx(value), name
    for name in script.get("unsaid_fields", []):
        assert facts.value(ALGORITHMS + name) is None, name


def test_hyperparameters(script, facts):
    sure, assumed = (hyperparameters(facts, certainty) for certainty in (Certainty.CERTAIN, Certainty.LIKELY))
    expected = script.get("hyperparameters", {})
    assert {name: sure.get(name) for name in expected} == expected
    expected = script.get("defaults", {})
    assert {name: assumed.get(name) for name in expected} == expected
    assert not set(script.get("unsaid", [])) & {*sure, *assumed}


def test_data(script, facts):
    expected = script.get("data", {})
    assert {name: facts.value(f"task.dataset.{name}", "input") for name in expected} == expected
    for name in script.get("no_data", []):
        assert facts.value(f"task.dataset.{name}", "input") is None, name


def test_what_is_kept_back_is_said_nowhere(script, facts):
    told = str(facts.to_json())
    assert not [word for word in script.get("silent", []) if word in told]
    if "warning" in script:
        assert any(script["warning"] in warning.text for warning in facts.warnings)


def test_every_fact_has_its_line(script, facts):
    lines = script["code"].count("\n") + 1
    for fact in facts.found:
        file, _, line = fact.place.rpartition(":")
        assert file == "train.py"
        assert 1 <= int(line) <= lines
