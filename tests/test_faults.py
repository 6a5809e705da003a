"""When things go wrong: one clear word, the report of what was measured, never a wrong number."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from codecarbon.core.units import Energy, Power
from codecarbon.external.hardware import CPU
from codecarbon.external.ram import RAM
from running import clean_environment

from ai_power_export import OfflinePowerTracker, PowerReportOutput

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False, "measure_power_secs": 60}
JOULES_PER_KWH = 3.6e6


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tracker(power):
    made = OfflinePowerTracker(**QUIET)
    made.start()
    yield made
    made.stop()


def evidence(folder, stage=None) -> dict:
    found = [json.loads(path.read_text()) for path in folder.glob("power-reports/*.evidence.json")]
    (one,) = [each for each in found if each["run"].get("stage") == stage]
    return one


def warned(folder, code: str) -> list[str]:
    return [each["text"] for each in evidence(folder)["warnings"] if each["code"] == code]


def spend(tracker, seconds=0.2) -> None:
    """Let some time pass between two readings of the meter."""
    time.sleep(seconds)
    tracker._measure_power_and_energy()


def assert_evenly(interval: dict, watts: float) -> None:
    """What was measured is the power that there was, for as long as it was measured.

    A busy machine may take some milliseconds from one step of a reading to the next.
    """
    assert interval["kwh"] * JOULES_PER_KWH / interval["seconds"] == pytest.approx(watts, rel=0.1)


# ---- trackers ------------------------------------------------------------------------------------


def test_a_tracker_that_is_started_twice_goes_on_and_says_so_once(tracker, power, tmp_path, capsys):
    time.sleep(0.1)
    tracker.start()
    tracker.start()
    time.sleep(0.1)
    tracker.stop()
    (report,) = tracker.reports
    assert report.measures[0].measurement_duration >= 0.2
    assert_evenly(evidence(tmp_path)["run"]["interval"], 100)
    assert capsys.readouterr().err.count("start: the tracker is running already") == 1


def test_flush_and_stages_before_the_start_are_told_once_and_change_nothing(power, tmp_path, capsys):
    tracker = OfflinePowerTracker(**QUIET)
    for _ in range(2):
        assert tracker.flush() is None
        tracker.start_stage("early")
    with tracker:
        time.sleep(0.1)
    said = capsys.readouterr().err
    assert said.count("flush: the tracker is not running") == 1
    assert said.count("start_stage: the tracker is not running") == 1
    assert len(tracker.reports) == 1
    assert_evenly(evidence(tmp_path)["run"]["interval"], 100)


def test_two_trackers_in_one_program_say_once_that_they_measure_the_same(
    power, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("ai_power_export.run.processes._told", set())
    first, second = (
        OfflinePowerTracker(report_settings={"output": f"of-{name}"}, **QUIET) for name in ("first", "second")
    )
    first.start()
    second.start()
    time.sleep(0.1)
    second.stop()
    first.stop()
    for name in ("first", "second"):
        (path,) = (tmp_path / f"of-{name}").glob("*.evidence.json")
        found = json.loads(path.read_text())
        assert [each["code"] for each in found["warnings"]].count("measured-twice") == 1
        assert_evenly(found["run"]["interval"], 100)
    assert capsys.readouterr().err.count("another tracker of this program") == 1


def test_two_programs_that_are_measured_at_the_same_time_say_so(power, tmp_path, run):
    (tmp_path / "other.py").write_text(
        "from ai_power_export import OfflinePowerTracker\n"
        "t = OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False,\n"
        "    report_settings={'output': 'of-other'})\n"
        "t.start(); print('began', flush=True); input(); t.stop()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "other.py"],
        env=clean_environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    other.stdout.readline()
    with OfflinePowerTracker(**QUIET):
        pass
    _, said = other.communicate("\n")
    assert said.count("another run was measured on this machine at the same time") == 1
    assert any("another run was measured" in text for text in warned(tmp_path, "measured-twice"))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_others_put_among_the_files_of_runs_is_neither_written_to_nor_fatal(
    power, tmp_path, monkeypatch
):
    folder, precious = tmp_path / "shared", tmp_path / "precious"
    folder.mkdir()
    precious.write_text("precious")
    monkeypatch.setattr("ai_power_export.run.neighbours.gettempdir", lambda: str(folder))
    (folder / f"aipower-run-{os.getpid()}-other-run").symlink_to(precious)
    os.utime(precious)
    for name in ("aipower-run-", "aipower-run-x-y-z", "aipower-run-1"):
        (folder / name).touch()
    with OfflinePowerTracker(**QUIET):
        pass
    assert precious.read_text() == "precious"
    assert not warned(tmp_path, "recording-failed")
    assert warned(tmp_path, "measured-twice")


def test_a_stage_that_another_thread_ends_has_its_own_time(tracker, power, tmp_path):
    tracker.start_stage("training")
    time.sleep(0.2)
    thread = threading.Thread(target=tracker.stop_stage, args=["training"])
    thread.start()
    thread.join()
    power.set(1000)
    time.sleep(0.2)
    tracker.stop()
    (stage,) = evidence(tmp_path)["run"]["stages"]
    assert_evenly(stage["interval"], 100)
    assert stage["ended"]


# ---- clocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [-7200, 7200])
def test_a_clock_that_is_set_changes_neither_durations_nor_begins(
    tracker, power, tmp_path, monkeypatch, by, capsys
):
    now, began = time.time, time.time()
    with tracker.stage("before"):
        time.sleep(0.1)
    monkeypatch.setattr(time, "time", lambda: now() + by)
    with tracker.stage("after"):
        time.sleep(0.1)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    for each in (run, *run["stages"]):
        assert 0 <= each["interval"]["begin"] - began + 1 < 60
        assert 0 < each["interval"]["seconds"] < 60
        assert_evenly(each["interval"], 100)
    (log,) = tmp_path.glob("power-reports/live_*.jsonl")
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert [row["begin"] < row["end"] for row in rows] == [True] * len(rows)
    way = "forward" if by > 0 else "back"
    assert capsys.readouterr().err.count(f"the clock was set {way} by 7200 s") == 1


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux tells of suspensions")
def test_what_is_used_around_a_suspension_is_left_out(tracker, power, tmp_path, monkeypatch, capsys):
    boot, now, asleep = time.clock_gettime, time.time, 0.0
    monkeypatch.setattr(
        time, "clock_gettime", lambda which: boot(which) + (asleep if which == time.CLOCK_BOOTTIME else 0.0)
    )
    monkeypatch.setattr(time, "time", lambda: now() + asleep)
    spend(tracker)
    asleep = 3600.0
    power.set(5000)
    time.sleep(0.1)
    power.set(100)
    spend(tracker)
    with tracker.stage("awake"):
        time.sleep(0.2)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    assert run["interval"]["unmeasured"] >= 0.2
    assert_evenly(run["interval"], 100)
    (stage,) = run["stages"]
    assert_evenly(stage["interval"], 100)
    assert stage["interval"]["begin"] - run["interval"]["begin"] > 3600
    said = capsys.readouterr().err
    assert said.count("suspended for 3600 s") == 1
    assert "the clock was set" not in said
    assert "a draft: the meter failed" in said


# ---- meters --------------------------------------------------------------------------------------


class Breaking:
    """Makes the CPU of a tracker answer something else than it measures."""

    def __init__(self, monkeypatch):
        self._measure, self.answer = CPU.measure_power_and_energy, None
        monkeypatch.setattr(
            CPU, "measure_power_and_energy", lambda cpu, last_duration: self.say(cpu, last_duration)
        )

    def say(self, cpu, last_duration):
        true = self._measure(cpu, last_duration)
        return true if self.answer is None else self.answer(cpu)


def _raise(cpu):
    raise OSError(5, "Input/output error")


ANSWERS = {
    "raises": _raise,
    "says nothing": lambda cpu: None,
    "is no number": lambda cpu: (Power.from_watts(1), Energy.from_energy(float("nan"))),
    "is infinite": lambda cpu: (Power.from_watts(1), Energy.from_energy(math.inf)),
    "goes back": lambda cpu: (Power.from_watts(1), Energy.from_energy(-0.5)),
}


@pytest.fixture
def broken(power, monkeypatch):
    return Breaking(monkeypatch)


@pytest.mark.parametrize("how", ANSWERS)
def test_a_meter_that_dies_half_way_leaves_what_was_measured(
    broken, tracker, tmp_path, how, capsys, monkeypatch
):
    monkeypatch.setattr(RAM, "total_power", lambda ram: Power.from_watts(10))
    tracker._measure_power_and_energy()
    spend(tracker)
    broken.answer = ANSWERS[how]
    with tracker.stage("unmeasured"):
        for _ in range(3):
            spend(tracker, 0.1)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    assert run["interval"]["unmeasured"] >= 0.3
    assert_evenly({**run["interval"], "kwh": run["interval"]["cpu_kwh"]}, 100)
    assert run["interval"]["ram_kwh"] * JOULES_PER_KWH <= 10 * run["interval"]["seconds"] * 1.02
    (report,) = tracker.reports
    assert report.measures[0].power_consumption == run["interval"]["kwh"]
    said = capsys.readouterr().err
    assert said.count("the meter of the CPU failed") == 1
    assert "a draft: the meter failed for" in said
    assert "aipower: unmeasured  not measured" in said
    assert len(warned(tmp_path, "meter-failed")) == 1


def test_a_meter_that_fails_for_a_while_is_left_out_for_that_while(broken, tracker, power, tmp_path):
    spend(tracker)
    broken.answer = _raise
    power.set(5000)
    spend(tracker)
    power.set(100)
    broken.answer = None
    spend(tracker)
    with tracker.stage("after"):
        time.sleep(0.2)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    assert_evenly(run["interval"], 100)
    assert run["interval"]["unmeasured"] >= 0.4
    assert "unmeasured" not in run["stages"][0]["interval"]
    assert_evenly(run["stages"][0]["interval"], 100)


def test_a_meter_that_never_answers_gives_no_report(broken, tmp_path, capsys):
    broken.answer = _raise
    tracker = OfflinePowerTracker(**QUIET)
    tracker.start()
    spend(tracker)
    tracker.stop()
    assert tracker.reports == []
    assert not list(tmp_path.glob("power-reports/report_*"))
    said = capsys.readouterr().err
    assert said.count("the meter of the CPU failed (OSError") == 1
    assert "no report: CodeCarbon measured nothing" in said


def test_a_counter_that_stands_still_is_no_measurement(broken, tracker, tmp_path, capsys):
    spend(tracker)
    broken.answer = lambda cpu: (Power.from_watts(0), Energy.from_energy(0))
    for _ in range(8):
        spend(tracker, 0.2)
    tracker.stop()
    assert capsys.readouterr().err.count("its counter stands still") == 1
    assert evidence(tmp_path)["run"]["interval"]["unmeasured"] >= 0.2


def counting(cpu, *stands):
    """Give a CPU counters as CodeCarbon's RAPL files are; returns them."""
    files = [
        SimpleNamespace(last_energy=Energy(each), max_energy_reading=Energy(262144 / JOULES_PER_KWH))
        for each in stands
    ]
    cpu._intel_interface = SimpleNamespace(_rapl_files=files)
    return files


@pytest.mark.parametrize(("later", "is_set"), [(0.0, True), (0.0728178, False)])
def test_a_counter_that_was_set_back_is_told_from_one_that_has_run_over(
    broken, tracker, tmp_path, later, is_set, capsys
):
    cpu = next(each for each in tracker._hardware if isinstance(each, CPU))
    (file,) = counting(cpu, 0.07281 if is_set else 0.0728177)
    spend(tracker)
    whole_turn = 262144 / JOULES_PER_KWH

    def turn(cpu):
        earlier, now = float(file.last_energy), later if is_set else 0.000001
        file.last_energy = Energy(now)
        return Power.from_watts(1), Energy.from_energy(now + whole_turn - earlier)

    if is_set:
        file.last_energy = Energy(0.03)
    broken.answer = turn
    spend(tracker)
    broken.answer = None
    tracker.stop()
    assert ("was set back" in capsys.readouterr().err) == is_set
    interval = evidence(tmp_path)["run"]["interval"]
    assert interval["kwh"] < 0.001
    assert ("unmeasured" in interval) == is_set


def test_a_counter_that_cannot_be_read_any_longer_is_no_measurement(broken, tracker, tmp_path, capsys):
    cpu = next(each for each in tracker._hardware if isinstance(each, CPU))
    (file,) = counting(cpu, 0.01)
    spend(tracker)
    file.sample_skipped = True
    spend(tracker)
    tracker.stop()
    assert capsys.readouterr().err.count("its counter cannot be read") == 1
    assert_evenly(evidence(tmp_path)["run"]["interval"], 100)


def test_sampling_that_fails_is_told_once_and_not_by_its_thread(tracker, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(CPU, "monitor_power", lambda cpu: 1 / 0)
    for _ in range(3):
        tracker._monitor_power()
    time.sleep(0.2)
    tracker.stop()
    assert capsys.readouterr().err.count("could not be sampled: ZeroDivisionError") == 1
    assert_evenly(evidence(tmp_path)["run"]["interval"], 100)


def test_a_thread_of_codecarbons_that_dies_loses_nothing(tracker, tmp_path):
    tracker._scheduler.stop()
    tracker._scheduler_monitor_power.stop()
    with tracker.stage("training"):
        time.sleep(0.2)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    assert_evenly(run["interval"], 100)
    assert_evenly(run["stages"][0]["interval"], 100)


def test_codecarbon_that_fails_at_the_stop_leaves_what_was_measured(tracker, monkeypatch, tmp_path, capsys):
    with tracker.stage("training"):
        time.sleep(0.2)
    monkeypatch.setattr(tracker, "_prepare_emissions_data", lambda: 1 / 0)
    tracker.stop()
    run = evidence(tmp_path)["run"]
    assert_evenly(run["interval"], 100)
    assert_evenly(run["stages"][0]["interval"], 100)
    said = capsys.readouterr().err
    assert said.count("CodeCarbon failed when it was stopped (its log says why)") == 1
    assert "a draft: CodeCarbon failed when it was stopped" in said


def test_totals_of_codecarbons_own_tracker_that_are_no_numbers_are_not_reported(
    power, tmp_path, monkeypatch, capsys
):
    from codecarbon import OfflineEmissionsTracker

    handler = PowerReportOutput()
    tracker = OfflineEmissionsTracker(output_handlers=[handler], **QUIET)
    tracker.start()
    time.sleep(0.1)
    monkeypatch.setattr(
        CPU,
        "measure_power_and_energy",
        lambda cpu, last_duration: (Power.from_watts(1), Energy.from_energy(math.nan)),
    )
    tracker.stop()
    assert handler.reports == []
    assert "totals are no numbers" in capsys.readouterr().err


# ---- what is written at once -----------------------------------------------------------------------


def test_a_flush_is_in_the_live_log_and_the_journal_at_once(tracker, tmp_path):
    time.sleep(0.1)
    tracker.flush()
    (log,) = tmp_path.glob("power-reports/live_*.jsonl")
    (row,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (row["row"], row["period"], row["settled"]) == ("interval", 1, True)
    (journal,) = tmp_path.glob("power-reports/.runs/*.json")
    (kept,) = json.loads(journal.read_text())["stretches"]
    assert kept["interval"]["kwh"] == row["kwh"] > 0


def test_the_last_iteration_is_a_row_also_where_its_stage_is_never_stopped(tracker, tmp_path):
    for _ in range(2):
        tracker.update_stage("training")
        time.sleep(0.1)
    tracker.stop()
    (log,) = tmp_path.glob("power-reports/live_*.jsonl")
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert [row["iteration"] for row in rows if row["row"] == "iteration" and row["settled"]] == [1, 2]
