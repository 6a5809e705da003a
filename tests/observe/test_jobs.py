"""Real scikit-learn jobs say the same true facts on every Python and with both engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from jobs import EXPECTED

from ai_power_export.facts import Facts

SCRIPT = Path(__file__).parent / "jobs.py"
PYTHONS = os.environ.get("AIPOWER_TEST_PYTHONS", sys.executable).split(os.pathsep)
"""Interpreters that have scikit-learn and what this package needs; by default the running one."""


@lru_cache(maxsize=16)
def observe(python: str, *options: str) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2]), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [python, str(SCRIPT), *options], capture_output=True, text=True, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def facts_of(observed: dict) -> Facts:
    return Facts.from_json(observed["facts"])


def said_of(facts: Facts, field: str) -> object:
    """Return what was said: a value, of an accuracy where it was seen, of a bare name the hyperparameter."""
    if field == "task.measuredAccuracy":
        return next((fact.note for fact in facts.about(field) if 0.3 < fact.value <= 1), None)
    if field == "evidence.secondaryAlgorithms":
        return {fact.value for fact in facts.about(field)}
    if "." in field:
        return facts.value(field)
    return (facts.value("task.algorithms.hyperparameters") or {}).get(field)


@lru_cache(maxsize=16)
def usable(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--engine", "wrapping")], ids=["own-engine", "wrapping"])
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("job", EXPECTED)
def test_a_job_says_what_is_true(job, python, options):
    if not usable(python):
        pytest.skip(f"{python} is absent or has no scikit-learn")
    observed = observe(python, *options)[job]
    facts = facts_of(observed)

    assert observed["warnings"] == []
    assert {field: said_of(facts, field) for field in EXPECTED[job]} == EXPECTED[job]
    assert all(fact.place.startswith("jobs.py:") for fact in facts.found)


def test_the_running_python_has_the_engine_it_should():
    engine = observe(sys.executable, "reduction")["reduction"]["engine"]

    assert engine == ("MonitoringEngine" if sys.version_info >= (3, 12) else "WrappingEngine")
