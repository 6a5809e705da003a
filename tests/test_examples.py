"""Each example, driven through the built command, gives a valid report of what it does."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest
from running import ROOT

from ai_power_export.report.checks.check import check

pytest.importorskip("sklearn")

EXAMPLES = {
    "digits_random_forest.py": {
        "taskStage": "training",
        "taskFamily": "imageClassification",
        "classPath": "sklearn.ensemble.RandomForestClassifier",
        "dataType": "image",
        "dataQuantity": 1347,
        "source": "public",
    },
    "diabetes_ridge.py": {
        "taskFamily": "tabularRegression",
        "classPath": "sklearn.linear_model.Ridge",
        "dataQuantity": 331,
        "source": "public",
    },
    "blobs_kmeans.py": {
        "taskFamily": "clustering",
        "trainingType": "unsupervisedLearning",
        "classPath": "sklearn.cluster.KMeans",
        "dataQuantity": 60_000,
    },
    "cancer_grid_search.py": {
        "taskFamily": "tabularClassification",
        "classPath": "sklearn.svm.SVC",
        "optimizer": "gridSearch",
        "dataQuantity": 426,
    },
    "wine_cross_validation.py": {
        "taskFamily": "tabularClassification",
        "classPath": "sklearn.ensemble.GradientBoostingClassifier",
        "dataQuantity": 178,
    },
    "two_flushes.py": {
        "taskFamily": "tabularRegression",
        "classPath": "sklearn.ensemble.HistGradientBoostingRegressor",
        "dataQuantity": 20_000,
    },
    "word_count.py": {"dataType": "text"},
    "keras_inception_early_stopping.py": {
        "taskStage": "training",
        "taskFamily": "imageClassification",
        "trainingType": "supervisedLearning",
        "classPath": "keras.applications.InceptionV3",
        "algorithmName": "cnn",
        "framework": "keras",
        "parametersNumber": 0.021808931,
        "epochsNumber": 2,
        "optimizer": "adam",
        "dataType": "image",
        "dataQuantity": 8,
        "shape": "(8, 75, 75, 3)",
    },
}
ARGUMENTS = {"keras_inception_early_stopping.py": ("--images", "8", "--epochs", "2")}
NEEDS = {"keras_inception_early_stopping.py": ("keras", "torch")}
"""What an example needs beside scikit-learn; without it, it is not tried."""
MEASURES_ITSELF = {"wine_cross_validation.py", "two_flushes.py"}


SEVERAL_REPORTS = {"stages.py": ["preprocessing", "training", "inference"]}
"""Examples with a report of each stage, beside that of the run."""


def test_every_example_is_tried():
    assert set(EXAMPLES) | set(SEVERAL_REPORTS) == {path.name for path in (ROOT / "examples").glob("*.py")}


@pytest.fixture(scope="module")
def ended_examples():
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_a_valid_and_true_report(name, tmp_path, run, export, official):
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    missing = [module for module in NEEDS.get(name, ()) if find_spec(module) is None]
    if missing:
        pytest.skip(f"{name} needs {' and '.join(missing)}")
    arguments = ARGUMENTS.get(name, ())
    ended = run(name) if name in MEASURES_ITSELF else export(name, *arguments, timeout=300)
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    assert [error.message for error in official.iter_errors(report)] == []
    assert check(report).findings == ()
    assert report["header"]["reportStatus"] == "final"
    task = report["task"]
    algorithm, data = task["algorithms"][0], task["dataset"][0]
    said = {**algorithm, **data, "taskStage": task["taskStage"], "taskFamily": task["taskFamily"]}
    wanted = EXAMPLES[name]
    assert {field: said.get(field) for field in wanted} == wanted


def test_no_model_is_invented_for_a_plain_computation(tmp_path, export):
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    task = export("word_count.py").reports[0]["task"]
    for algorithm in task["algorithms"]:
        assert not {"classPath", "framework", "trainingType", "foundationModelName"} & algorithm.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", SEVERAL_REPORTS)
def test_an_example_gives_a_report_of_each_stage(name, tmp_path, run):
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    ended = run(name)
    assert ended.returncode == 0, ended.stderr
    stages = {
        evidence["run"]["stage"]: report
        for report, evidence in zip(ended.reports, ended.evidence, strict=True)
    }
    assert set(stages) == {None, *SEVERAL_REPORTS[name]}
    assert {stage: check(report).findings for stage, report in stages.items()} == dict.fromkeys(stages, ())
    assert [stages[stage]["task"]["taskStage"] for stage in SEVERAL_REPORTS[name]] == SEVERAL_REPORTS[name]
    (algorithm,) = stages["training"]["task"]["algorithms"]
    assert algorithm["classPath"] == "sklearn.linear_model.SGDClassifier"
    assert len(list(tmp_path.glob("power-reports/live_*.jsonl"))) == 1
