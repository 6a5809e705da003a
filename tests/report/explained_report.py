"""A small report with its evidence, made as a run makes it: from facts."""

from __future__ import annotations

import json
from pathlib import Path

from ai_power_export.evidence_names import SECONDARY
from ai_power_export.facts import Certainty, Facts, Origin
from ai_power_export.reconcile import reconcile
from ai_power_export.report.assemble import assemble
from ai_power_export.report.evidence import evidence

FOREST, SVC, BAYES = (
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.svm.SVC",
    "sklearn.naive_bayes.GaussianNB",
)
ALGORITHM = "task.algorithms"


def facts() -> Facts:
    """A forest that took most of the time, a support vector machine, and a class that hardly ran."""
    said = Facts()
    said.add("header.reportId", "an-id", Origin.DERIVED, "here")
    said.add("header.publisher.projectName", "mine", Origin.USER, "settings")
    said.add("header.publisher.projectName", "folder", Origin.MACHINE, "git", certainty=Certainty.LIKELY)
    said.add("task.taskStage", "training", Origin.OBSERVED, "a.py:3")
    said.add("task.taskFamily", "imageClassification", Origin.SOURCE, "a.py:2", note="for images")
    said.add(
        "task.taskFamily", "tabularClassification", Origin.OBSERVED, "a.py:3", certainty=Certainty.LIKELY
    )
    said.add("environment.powerSource", "wind", Origin.DERIVED, "the mix", certainty=Certainty.GUESS)
    said.add("measures.powerConsumption", 0.25, Origin.METER, "CodeCarbon", subject="codecarbon")
    said.add("evidence.pue", 1.5, Origin.METER, "CodeCarbon")
    _algorithms(said)
    said.lack("measures.gpuTrackingMode", "CodeCarbon tracked no GPU")
    said.lack("infrastructure.components", "no processor could be asked")
    said.lack("task.dataset", "the data could not be described")
    said.lack(f"{ALGORITHM}.hyperparameters", "a search chose the values")
    said.warn("a-code", "a text")
    return said


def _algorithms(said: Facts) -> None:
    for subject, seconds, place in ((FOREST, 3.0, "a.py:3"), (SVC, 1.0, "a.py:4")):
        more = {"subject": subject, "weight": seconds}
        said.add(f"{ALGORITHM}.classPath", subject, Origin.OBSERVED, place, **more)
    more = {"subject": FOREST, "weight": 3.0}
    said.add(f"{ALGORITHM}.optimizer", "gridSearch", Origin.OBSERVED, "a.py:3", **more)
    seen = {"n_estimators": 60, "criterion": "gini", "max_depth": None, "n_jobs": 2}
    said.add(f"{ALGORITHM}.hyperparameters", seen, Origin.OBSERVED, "a.py:3", **more)
    written = {"n_estimators": 50, "criterion": "gini"}
    said.add(f"{ALGORITHM}.hyperparameters", written, Origin.SOURCE, "a.py:1", subject=FOREST)
    said.add(
        "evidence.hyperparameters.defaults", ["criterion", "max_depth"], Origin.OBSERVED, "a.py:3", **more
    )
    said.add("evidence.hyperparameters.varied", {"max_features": [1, 2]}, Origin.OBSERVED, "a.py:3", **more)
    said.add(SECONDARY, BAYES, Origin.OBSERVED, "a.py:5", note="fitted once, 0.01 s")
    said.add(f"{ALGORITHM}.classPath", BAYES, Origin.SOURCE, "a.py:5", subject=BAYES)


def documents(said: Facts | None = None) -> tuple[dict, dict]:
    """The report and its evidence, as JSON objects."""
    verdict = reconcile(said or facts())
    document = assemble(verdict)
    return document, json.loads(json.dumps(evidence(verdict, document, {"id": "a-run"})))


def write(folder: Path, name: str = "report_a") -> Path:
    """Write both side by side; return the path of the report."""
    document, beside = documents()
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document))
    path.with_suffix(".evidence.json").write_text(json.dumps(beside))
    return path
