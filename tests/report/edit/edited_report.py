"""Reports to edit, made as a run makes them: from facts, on disk, with their evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_power_export.facts import Certainty, Facts, Origin
from ai_power_export.report.header import header_facts
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.publish import publish

FOREST = "sklearn.ensemble.RandomForestClassifier"
REPORT_ID = "4d1f8f0e-5a3c-4a53-9d44-0c8f7a3f2b11"
GAPS = ("environment.country", "environment.powerSourceCarbonIntensity")


def facts(*, without: tuple[str, ...] = (), more: Mapping[str, Any] | None = None) -> Facts:
    """What is known of a forest that was trained; complete, but for `without`, plus what the user said."""
    said = header_facts(REPORT_ID)
    for field, value, origin, place in (
        ("header.publisher.confidentialityLevel", "internal", Origin.DERIVED, "default"),
        ("task.taskStage", "training", Origin.OBSERVED, "train.py:4"),
        ("task.taskFamily", "tabularClassification", Origin.SOURCE, "train.py:4"),
        ("system.os", "linux", Origin.MACHINE, "platform"),
        ("software.language", "python", Origin.MACHINE, "platform"),
        ("environment.country", "France", Origin.METER, "geolocation"),
        ("environment.powerSourceCarbonIntensity", 56.0, Origin.DERIVED, "energy mix"),
    ):
        said.add(field, value, origin, place)
    likely = {"certainty": Certainty.LIKELY, "note": "the firmware names no cloud"}
    said.add("infrastructure.infraType", "other", Origin.DERIVED, "firmware", **likely)
    said.add("environment.powerSource", "nuclear", Origin.DERIVED, "the mix", certainty=Certainty.GUESS)
    _entries(said)
    said.found = [fact for fact in said.found if fact.field not in without]
    said.lack("task.measuredAccuracy", "no score was seen")
    for field, value in (more or {}).items():
        said.add(field, value, Origin.USER, "settings")
    return said


def _entries(said: Facts) -> None:
    for prefix, subject, origin, place, values in (
        ("task.algorithms", FOREST, Origin.OBSERVED, "train.py:4",
         {"classPath": FOREST, "algorithmName": "randomForest", "algorithmType": "treeEnsemble",
          "algorithmUri": "https://scikit-learn.org/forest", "framework": "scikit-learn",
          "frameworkVersion": "1.5.0", "trainingType": "supervisedLearning"}),
        ("task.dataset", "input", Origin.OBSERVED, "train.py:4",
         {"dataUsage": "input", "dataType": "tabular", "dataQuantity": 1347, "shape": "(1347, 64)"}),
        ("measures", "codecarbon", Origin.METER, "CodeCarbon",
         {"measurementMethod": "codecarbon", "powerConsumption": 0.25, "measurementDuration": 3600.0}),
        ("infrastructure.components", "cpu", Origin.MACHINE, "/proc/cpuinfo",
         {"componentType": "cpu", "componentName": "Intel(R) Xeon(R)", "nbComponent": 1}),
    ):  # fmt: skip
        for name, value in values.items():
            said.add(f"{prefix}.{name}", value, origin, place, subject=subject)


def write(folder: Path, *, cut_short: str = "", name: str = "", **known: Any) -> Path:
    """Publish a report; return its path, under the name that it has by itself or another."""
    path = publish(facts(**known), folder, {"id": "a-run"}, PrivacyFilter(), cut_short).path
    if name:
        path.with_suffix(".evidence.json").rename(folder / f"{name}.evidence.json")
        path = path.rename(folder / f"{name}.json")
    return path


def read(path: Path) -> tuple[dict, dict]:
    """Return a report and its evidence as they are on disk."""
    beside = path.with_suffix(".evidence.json")
    return json.loads(path.read_text()), json.loads(beside.read_text())


def only(folder: Path) -> Path:
    """Return the only report of a folder, and make sure that its evidence is the only other file of it."""
    (path,) = (each for each in folder.glob("report*.json") if not each.name.endswith(".evidence.json"))
    assert [each.name for each in folder.glob("*.evidence.json")] == [f"{path.stem}.evidence.json"]
    return path
