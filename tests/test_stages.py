"""Stages: each has the energy of its own time, and together with the rest they are the run."""

from __future__ import annotations

import json
import math
import threading
import time
from datetime import datetime, timezone

import pytest

from ai_power_export import OfflinePowerTracker

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False, "measure_power_secs": 15}


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tracker(power):
    made = OfflinePowerTracker(**QUIET)
    made.start()
    time.sleep(0.1)
    yield made
    made.stop()


def run_of(folder) -> dict:
    """Return what the evidence of a run's report keeps of the run."""
    found = [json.loads(path.read_text())["run"] for path in folder.glob("power-reports/*.evidence.json")]
    assert len({run["id"] for run in found}) == 1
    return min(found, key=lambda run: run["stage"] is not None)


def warnings_of(folder, stage: str | None) -> list[str]:
    found = [json.loads(path.read_text()) for path in folder.glob("power-reports/*.evidence.json")]
    (evidence,) = [each for each in found if each["run"]["stage"] == stage]
    return [each["code"] for each in evidence["warnings"]]


def rows_of(folder) -> list[dict]:
    (log,) = folder.glob("power-reports/live_*.jsonl")
    return [json.loads(line) for line in log.read_text().splitlines()]


def energies(tracker) -> list[float]:
    return [report.measures[0].power_consumption for report in tracker.reports]


def assert_adds_up(run: dict) -> None:
    """Stages, counted once where they overlap, and the rest are the run."""
    for name in ("kwh", "cpu_kwh", "seconds"):
        stages = math.fsum(each["interval"][name] for each in run["stages"])
        twice = math.fsum(each["interval"][name] * (len(each["stages"]) - 1) for each in run["overlaps"])
        assert stages - twice + run["rest"][name] == pytest.approx(run["interval"][name], rel=1e-9)


def assert_true(interval: dict, power, seconds: float) -> None:
    """An interval has the energy of just its time, but for the error of sampling; and that is the time it should be.

    A busy machine sleeps longer than it is told to.
    """
    truth = power.between(interval["begin"], interval["begin"] + interval["seconds"])
    assert interval["kwh"] == pytest.approx(truth, rel=0.02, abs=power.sampling_error)
    assert seconds - 0.06 <= interval["seconds"] < seconds + 2


def test_stages_one_after_the_other_have_their_own_energy_and_begin(tmp_path, tracker, power):
    begins = {}
    for name, watts in (("preprocessing", 20), ("training", 200), ("inference", 60)):
        power.set(watts)
        begins[name] = time.time()
        with tracker.stage(name):
            time.sleep(0.4)
        power.set(500)
        time.sleep(0.1)
    tracker.stop()
    whole, *stages = tracker.reports
    assert [each.task.task_stage for each in stages] == list(begins)
    run = run_of(tmp_path)
    for report, stage, begin in zip(stages, run["stages"], begins.values(), strict=True):
        assert_true(stage["interval"], power, 0.4)
        (measure,) = report.measures
        assert measure.power_consumption == stage["interval"]["kwh"]
        assert measure.measurement_duration == stage["interval"]["seconds"]
        said = datetime.strptime(measure.measurement_date_time, "%Y-%m-%d %H:%M:%S")
        assert abs(said.replace(tzinfo=timezone.utc).timestamp() - begin) <= 1
    assert_adds_up(run)
    assert run["interval"]["kwh"] == whole.measures[0].power_consumption


def test_nested_and_overlapping_stages_count_shared_energy_in_each_and_once_in_the_run(
    tmp_path, tracker, power
):
    def wait(watts):
        power.set(watts)
        time.sleep(0.3)

    tracker.start_stage("outer")
    wait(50)
    with tracker.stage("inner"):
        wait(150)
    tracker.start_stage("late")
    wait(300)
    tracker.stop_stage("outer")
    wait(80)
    tracker.stop_stage()
    tracker.stop()
    run = run_of(tmp_path)
    for stage, seconds in zip(run["stages"], (0.9, 0.3, 0.6), strict=True):
        assert_true(stage["interval"], power, seconds)
    for overlap in run["overlaps"]:
        assert_true(overlap["interval"], power, 0.3)
    assert_adds_up(run)
    assert [each["stages"] for each in run["overlaps"]] == [["inner", "outer"], ["late", "outer"]]
    assert "stages-overlap" in warnings_of(tmp_path, "outer")
    assert "stages-counted-in" in warnings_of(tmp_path, None)


def test_stages_shorter_than_a_sample_still_add_up(tmp_path, tracker, power):
    for _ in range(40):
        with tracker.stage("long"):
            time.sleep(0.015)
        with tracker.stage("short"):
            time.sleep(0.005)
    tracker.stop()
    _, long, short = energies(tracker)
    run = run_of(tmp_path)
    assert_adds_up(run)
    assert [each["periods"] for each in run["stages"]] == [40, 40]
    # The same power all the time: energy is as time.
    seconds = [each["interval"]["seconds"] for each in run["stages"]]
    assert long / short == pytest.approx(seconds[0] / seconds[1], rel=0.02)


def test_each_iteration_is_a_row_with_the_users_values(tmp_path, power):
    loss = {"value": 1.0}
    watch = {"loss": lambda: loss["value"], "all": loss, "broken": lambda: 1 / 0, "no value": object()}
    tracker = OfflinePowerTracker(watch=watch, live_csv=True, **QUIET)
    tracker.start()
    for _ in range(3):
        tracker.update_stage("training")
        time.sleep(0.1)
        loss["value"] /= 2
    tracker.stop_stage("training")
    tracker.stop()
    rows = [row for row in rows_of(tmp_path) if row["settled"]]
    turns = [row for row in rows if row["row"] == "iteration"]
    assert [row["iteration"] for row in turns] == [1, 2, 3]
    assert [row["values"]["loss"] for row in turns] == [0.5, 0.25, 0.125]
    assert turns[0]["values"] == {"loss": 0.5, "all": {"value": 0.5}, "broken": None, "no value": None}
    (stage,) = [row for row in rows if row["row"] == "stage"]
    assert math.fsum(row["kwh"] for row in turns) == pytest.approx(stage["kwh"], rel=0.02)
    assert stage["watts"] == pytest.approx(100, rel=0.02)
    (table,) = tmp_path.glob("power-reports/live_*.csv")
    header, *lines = table.read_text().splitlines()
    assert header.endswith("settled,loss,all,broken,no value")
    assert len(lines) == len(rows)


def test_a_broken_watched_value_is_told_once(tmp_path, power, capsys):
    tracker = OfflinePowerTracker(watch={"broken": lambda: 1 / 0}, **QUIET)
    with tracker:
        for _ in range(3):
            tracker.update_stage("training")
    assert capsys.readouterr().err.count("'broken'") == 1


def test_misuse_is_told_once_and_measures_nothing_wrong(tmp_path, tracker, power, capsys):
    tracker.start_stage("training")
    tracker.start_stage("training")
    time.sleep(0.2)
    for _ in range(2):
        tracker.stop_stage("training")
    tracker.stop_stage("training")
    tracker.stop_stage("never begun")
    tracker.stop_stage()
    tracker.stop()
    said = capsys.readouterr().err
    for text in (
        "stage 'training' is running already",
        "no stage 'training' is running",
        "no stage 'never begun'",
        "no stage is running",
    ):
        assert said.count(text) == 1
    assert_true(run_of(tmp_path)["stages"][0]["interval"], power, 0.2)
    assert len(tracker.reports) == 2


def test_stages_of_a_tracker_that_does_not_run_are_told_and_nothing_else(tmp_path, capsys):
    tracker = OfflinePowerTracker(**QUIET)
    with tracker.stage("too early"):
        tracker.update_stage("too early")
    tracker.stop_stage("too early")
    assert tracker.reports == []
    assert "start_stage: the tracker is not running" in capsys.readouterr().err


def test_a_stage_that_is_never_stopped_ends_with_the_run(tmp_path, tracker, power, capsys):
    tracker.start_stage("training")
    time.sleep(0.3)
    tracker.stop()
    assert_true(run_of(tmp_path)["stages"][0]["interval"], power, 0.3)
    assert "stage-not-ended" in warnings_of(tmp_path, "training")
    assert capsys.readouterr().err.count("stage 'training' was ended by the end of the run") == 1
    assert [row["settled"] for row in rows_of(tmp_path) if row["row"] == "stage"] == [True]


def test_an_exception_in_a_stage_goes_through_and_ends_it(tracker, power):
    with pytest.raises(LookupError, match="mine"), tracker.stage("training"):
        time.sleep(0.1)
        raise LookupError("mine")
    assert tracker._story.stages.running == ()


def test_a_flush_within_a_stage_splits_the_run_and_not_the_stage(tmp_path, tracker, power):
    with tracker.stage("training"):
        time.sleep(0.2)
        tracker.flush()
        time.sleep(0.2)
    tracker.stop()
    run = run_of(tmp_path)
    assert_true(run["stages"][0]["interval"], power, 0.4)
    total = math.fsum(each["kwh"] for each in run["intervals"])
    assert run["stages"][0]["interval"]["kwh"] + run["rest"]["kwh"] == pytest.approx(total, rel=1e-9)


def test_stages_in_threads_have_their_own_energy(tmp_path, tracker, power):
    def work(name, seconds):
        with tracker.stage(name):
            time.sleep(seconds)

    threads = [threading.Thread(target=work, args=(f"thread {n}", 0.2 + n / 5)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tracker.stop()
    found = {each["name"]: each["interval"] for each in run_of(tmp_path)["stages"]}
    for number in range(3):
        assert_true(found[f"thread {number}"], power, 0.2 + number / 5)
    assert_adds_up(run_of(tmp_path))


def test_a_wall_clock_that_is_set_back_changes_no_duration(tmp_path, tracker, power, monkeypatch):
    now = time.time
    with tracker.stage("training"):
        time.sleep(0.2)
        monkeypatch.setattr(time, "time", lambda: now() - 7200)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    tracker.stop()
    (stage,) = run_of(tmp_path)["stages"]
    assert stage["interval"]["seconds"] == pytest.approx(0.2, abs=0.1)
    assert stage["interval"]["kwh"] > 0


def test_a_short_stage_just_before_the_stop_is_measured(tmp_path, tracker, power):
    with tracker.stage("training"):
        time.sleep(0.1)
    with tracker.stage("inference"):
        time.sleep(0.005)
    tracker.stop()
    training, inference = run_of(tmp_path)["stages"]
    assert_true(training["interval"], power, 0.1)
    assert_true(inference["interval"], power, 0.005)
    assert_adds_up(run_of(tmp_path))


def test_any_name_will_do(tmp_path, tracker, power):
    for name in (7, "", "été/../x\n", "training"):
        with tracker.stage(name):
            time.sleep(0.06)
    tracker.stop()
    assert [each["name"] for each in run_of(tmp_path)["stages"]] == ["7", "", "été/../x\n", "training"]
    assert_adds_up(run_of(tmp_path))
