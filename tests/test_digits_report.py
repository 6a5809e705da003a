"""The whole report of one real training run, field by field: each value, or why it is absent."""

from __future__ import annotations

import datetime
import json
import platform
import re
import shutil
from importlib.metadata import version

import pytest
from running import ROOT

from ai_power_export.report.checks.check import check
from ai_power_export.report.evidence import filled_fields
from ai_power_export.report.format.boamps import FIELDS

pytest.importorskip("sklearn")

PRESENT = {
    "header.formatVersion": "0.1",
    "header.formatVersionSpecificationUri": "https://github.com/Boavizta/BoAmps/tree/main/model",
    "header.reportId": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "header.reportDatetime": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    "header.reportStatus": "final",
    "header.publisher.projectName": "digits-study",
    "header.publisher.confidentialityLevel": "internal",
    "task.taskStage": "training",
    "task.taskFamily": "imageClassification",
    "task.algorithms.trainingType": "supervisedLearning",
    "task.algorithms.algorithmType": "treeEnsemble",
    "task.algorithms.algorithmName": "randomForest",
    "task.algorithms.algorithmUri": "https://scikit-learn.org/stable/modules/generated/"
    "sklearn.ensemble.RandomForestClassifier.html",
    "task.algorithms.framework": "scikit-learn",
    "task.algorithms.frameworkVersion": version("scikit-learn"),
    "task.algorithms.classPath": "sklearn.ensemble.RandomForestClassifier",
    "task.dataset.dataUsage": "input",
    "task.dataset.dataType": "image",
    # 1347 of 1797 digits are trained on: 64 float64 features each, 8 bytes a feature.
    "task.dataset.dataSize": 1347 * 64 * 8 / 1e9,
    "task.dataset.dataQuantity": 1347,
    "task.dataset.shape": "(1347, 64)",
    "task.dataset.source": "public",
    "task.dataset.sourceUri": "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    # The accuracy that the script prints, over its 450 held-out digits.
    "task.measuredAccuracy": lambda value, printed: f"{value:.3f}" == printed,
    "task.taskDescription": re.compile(r"Trained RandomForestClassifier \(scikit-learn .+\(1347, 64\)\."),
    "measures.measurementMethod": "codecarbon",
    "measures.version": version("codecarbon"),
    "measures.cpuTrackingMode": re.compile("rapl|cpu_load|constant"),
    "measures.averageUtilizationCpu": lambda value, printed: 0 < value <= 1,
    "measures.powerConsumption": lambda value, printed: 1e-7 < value < 1e-2,
    "measures.measurementDuration": lambda value, printed: 0.5 < value < 100,
    "measures.measurementDateTime": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    "system.os": platform.system().lower(),
    "system.distribution": re.compile(r".+"),
    "system.distributionVersion": re.compile(r".+"),
    "software.language": "python",
    "software.version": platform.python_version(),
    "infrastructure.infraType": re.compile("publicCloud|onPremise|other"),
    "infrastructure.components.componentName": re.compile(r".+ threads?\)"),
    "infrastructure.components.componentType": "cpu",
    "infrastructure.components.nbComponent": lambda value, printed: value >= 1,
    "infrastructure.components.memorySize": None,  # of the RAM, below
    "infrastructure.components.manufacturer": re.compile(r"Intel|AMD|Apple|.+"),
    "infrastructure.components.family": re.compile(r".+"),
    "infrastructure.components.share": lambda value, printed: 0 < value <= 1,
    "environment.country": "France",
    "environment.powerSourceCarbonIntensity": lambda value, printed: 20 < value < 120,
    "quality": re.compile("high|medium|low"),
}
"""Fields that are filled on a CPU-only machine without network, with only a country set."""

ABSENT = {
    "header.licensing": "only the publisher can say it",
    "header.publisher.name": "only the publisher can say it",
    "header.publisher.division": "only the publisher can say it",
    "header.publisher.publicKey": "nothing was signed",
    "task.nbRequest": "it is no inference",
    "task.algorithms.foundationModelName": "there is no foundation model",
    "task.algorithms.foundationModelUri": "there is no foundation model",
    "task.algorithms.parametersNumber": "a forest has no parameters in the format's sense",
    "task.algorithms.layersNumber": "a forest has no layers",
    "task.algorithms.epochsNumber": "a forest is not trained in epochs",
    "task.algorithms.optimizer": "nothing was searched or optimised by a named algorithm",
    "task.algorithms.quantization": "nothing was quantised",
    "task.dataset.dataFormat": "the data came from no file that was seen",
    "task.dataset.owner": "nothing that was seen says it",
    "task.estimatedAccuracy": "the accuracy was measured",
    "measures.manufacturer": "it was no watt-meter",
    "measures.gpuTrackingMode": "there is no GPU",
    "measures.averageUtilizationGpu": "there is no GPU",
    "measures.powerCalibrationMeasurement": "the machine was not calibrated",
    "measures.durationCalibrationMeasurement": "the machine was not calibrated",
    "infrastructure.cloudProvider": "no cloud was seen",
    "infrastructure.cloudInstance": "no cloud was seen",
    "infrastructure.cloudService": "no AI service was used",
    "infrastructure.components.series": "depends on the processor's name",
    "environment.latitude": "no geolocation was asked",
    "environment.longitude": "no geolocation was asked",
    "environment.location": "no geolocation was asked",
    "environment.powerSupplierType": "only the user can say it",
    "environment.powerSource": "only the user can say it",
}
"""Fields that nothing on such a machine can say, and why."""

MACHINE_MAY_SAY = {
    "infrastructure.components.series",
    "infrastructure.cloudProvider",
    "infrastructure.cloudInstance",
    "measures.gpuTrackingMode",
    "measures.averageUtilizationGpu",
}
"""Absent ones that another machine than a plain one can say."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    import subprocess

    from running import AIPOWER, clean_environment

    folder = tmp_path_factory.mktemp("study") / "digits-study"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "digits_random_forest.py", folder)
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    command = [AIPOWER, "export", "--offline", "--country", "FRA", "digits_random_forest.py"]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(folder.parent), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    (path,) = (each for each in folder.glob("power-reports/*.json") if "evidence" not in each.name)
    evidence = json.loads(path.with_suffix(".evidence.json").read_text())
    return json.loads(path.read_text()), evidence, done.stdout.split()[-1], path


def value_at(report, path):
    for part in path.split("."):
        report = report[0] if isinstance(report, list) else report
        report = report.get(part)
    return report


def test_the_two_lists_are_the_format():
    assert set(PRESENT) | set(ABSENT) == {info.path for info in FIELDS}
    assert not set(PRESENT) & set(ABSENT)


def test_at_least_45_of_the_77_fields_are_filled(exported):
    report, *_ = exported
    assert len(filled_fields(report)) >= 45


@pytest.mark.parametrize("path", PRESENT)
def test_a_field_has_its_true_value(path, exported):
    report, evidence, printed, _ = exported
    value, wanted = value_at(report, path), PRESENT[path]
    if path == "infrastructure.components.memorySize":
        import psutil

        value = next(
            each for each in report["infrastructure"]["components"] if each["componentType"] == "ram"
        )
        assert value["memorySize"] == pytest.approx(psutil.virtual_memory().total / 1024**3, abs=0.01)
    elif isinstance(wanted, re.Pattern):
        assert wanted.fullmatch(str(value)), value
    elif callable(wanted):
        assert wanted(value, printed), value
    else:
        assert value == pytest.approx(wanted) if isinstance(wanted, float) else value == wanted
    assert any(re.sub(r"\[\d+\]", "", each) == path for each in evidence["fields"])


@pytest.mark.parametrize("path", ABSENT)
def test_a_field_that_nothing_says_is_absent_with_a_reason(path, exported):
    report, evidence, *_ = exported
    if path in MACHINE_MAY_SAY and path in filled_fields(report):
        return
    assert path not in filled_fields(report)
    (absent,) = (each for each in evidence["absent"] if each["field"] == path)
    assert absent["reason"]


def test_the_report_is_valid_and_well_named(exported, official):
    report, _, _, path = exported
    assert [error.message for error in official.iter_errors(report)] == []
    assert check(report).findings == ()
    report_id = report["header"]["reportId"]
    infra = report["infrastructure"]["infraType"]
    assert path.name == f"report_training_imageClassification_{infra}_{report_id}.json"


def test_begin_duration_and_date_fit_together(exported):
    report, *_ = exported
    when = [
        datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        for text in (report["measures"][0]["measurementDateTime"], report["header"]["reportDatetime"])
    ]
    elapsed = (when[1] - when[0]).total_seconds()
    assert elapsed + 1 >= report["measures"][0]["measurementDuration"]
    assert elapsed < report["measures"][0]["measurementDuration"] + 30
