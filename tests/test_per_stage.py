"""A run that is split by itself: one report a stage, and stages and rest are the run."""

from __future__ import annotations

import json
import math
import time

import pytest

from ai_power_export import OfflinePowerTracker, track_power

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False}
NUMBERS = ("seconds", "kwh", "cpu_kwh", "gpu_kwh", "ram_kwh")


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


class Slow(ClassifierMixin, BaseEstimator):
    """A model whose every call takes its time, at a power of its own."""

    def __init__(self, power=None, seconds=0.8):
        self.power, self.seconds = power, seconds

    def _work(self, watts):
        if self.power is not None:
            self.power.set(watts)
        time.sleep(self.seconds)

    def fit(self, X, y):
        self._work(200)
        self.classes_ = [0, 1]
        return self

    def predict(self, X):
        self._work(50)
        return [0] * len(X)


def work(power, seconds):
    X, y = load_iris(return_X_y=True)
    StandardScaler().fit(X)
    time.sleep(0.3)
    model = Slow(power, seconds).fit(X, y)
    model.predict(X)
    time.sleep(0.3)


def run_of(folder) -> dict:
    found = [json.loads(path.read_text())["run"] for path in folder.glob("power-reports/*.evidence.json")]
    assert len({run["id"] for run in found}) == 1
    assert all(run["stages"] == found[0]["stages"] for run in found)
    return found[0]


def assert_adds_up(run: dict) -> None:
    for name in NUMBERS:
        stages = math.fsum(each["interval"][name] for each in run["stages"])
        whole = math.fsum(each[name] for each in run["intervals"])
        assert stages + run["rest"][name] == pytest.approx(whole, rel=1e-9)
        assert run["rest"][name] >= 0


def test_at_a_constant_power_each_stage_has_the_energy_of_its_time(tmp_path, power):
    tracker = OfflinePowerTracker(per_stage=True, **QUIET)
    tracker.start()
    work(None, 0.8)
    tracker.stop()
    stages = {report.task.task_stage: report.measures[0] for report in tracker.reports}
    assert list(stages) == ["preprocessing", "training", "inference"]
    for measure in stages.values():
        assert measure.power_consumption == pytest.approx(
            100 * measure.measurement_duration / 3.6e6, rel=0.02
        )
    for name in ("training", "inference"):
        assert stages[name].measurement_duration == pytest.approx(0.8, abs=0.3)
    assert_adds_up(run_of(tmp_path))


def test_with_a_power_that_changes_a_stage_is_off_by_no_more_than_a_reading_at_each_end(tmp_path, power):
    tracker = OfflinePowerTracker(per_stage=True, **QUIET)
    tracker.start()
    work(power, 2.0)
    tracker.stop()
    run = run_of(tmp_path)
    assert_adds_up(run)
    for stage in run["stages"]:
        interval = stage["interval"]
        truth = power.between(interval["begin"], interval["begin"] + interval["seconds"])
        most = 2 * 0.5 * 150 / 3.6e6
        assert interval["kwh"] == pytest.approx(truth, abs=most)
    kwh = {stage["name"]: stage["interval"]["kwh"] for stage in run["stages"]}
    assert kwh["training"] > 2.5 * kwh["inference"]


def test_each_report_tells_of_its_own_calls(tmp_path, power):
    tracker = OfflinePowerTracker(per_stage=True, **QUIET)
    tracker.start()
    work(None, 0.2)
    tracker.flush()
    Slow(None, 0.2).fit([[0.0], [1.0]], [0, 1])
    tracker.stop()
    preparing, training, inference = tracker.reports
    assert preparing.task.task_stage == "preprocessing"
    assert training.task.algorithms[0].class_path.endswith("Slow")
    assert inference.task.nb_request == 1
    assert inference.task.task_stage == "inference"
    assert_adds_up(run_of(tmp_path))


def test_a_run_in_which_nothing_is_observed_stays_whole(tmp_path, power):
    @track_power(offline=True, per_stage=True, **QUIET)
    def nothing():
        time.sleep(0.2)

    nothing()
    (path,) = tmp_path.glob("power-reports/*.evidence.json")
    assert "stages" not in json.loads(path.read_text())["run"]


def test_stages_that_the_user_names_are_those_of_the_run(tmp_path, power):
    tracker = OfflinePowerTracker(per_stage=True, **QUIET)
    tracker.start()
    with tracker.stage("mine"):
        work(None, 0.2)
    tracker.stop()
    assert [stage["name"] for stage in run_of(tmp_path)["stages"]] == ["mine"]


SCRIPT = """
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
X, y = load_digits(return_X_y=True)
model = RandomForestClassifier(60, random_state=0).fit(X, y)
for _ in range(20):
    model.predict(X)
"""


@pytest.mark.parametrize("way", ["flag", "project", "variable"])
def test_export_splits_a_script(way, tmp_path, export):
    (tmp_path / "script.py").write_text(SCRIPT)
    if way == "project":
        (tmp_path / "pyproject.toml").write_text("[tool.aipower]\nper_stage = true\n")
    variables = {"AIPOWER_PER_STAGE": "true"} if way == "variable" else {}
    ended = export("script.py", options=("--per-stage",) if way == "flag" else (), **variables)
    assert ended.returncode == 0, ended.stderr
    stages = {report["task"]["taskStage"] for report in ended.reports}
    assert {"training", "inference"} <= stages <= {"preprocessing", "training", "inference"}
    assert_adds_up(run_of(tmp_path))
