"""A calibration reaches the reports of its machine, measured the same way, and only while it is fresh."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from running import AIPOWER, clean_environment

ENERGY, DURATION = "powerCalibrationMeasurement", "durationCalibrationMeasurement"
FIELD = f"measures.{ENERGY}"


@pytest.fixture
def calibrate(run):
    """Calibrate for two seconds whatever else this machine does."""

    def _calibrate(*options, **environment):
        fixed = ("calibrate", "--seconds", "2", "--max-utilization", "1")
        return run(*fixed, *options, program=AIPOWER, **environment)

    return _calibrate


@pytest.fixture
def exported(export, tmp_path):
    """Export a small script; returns its measure, why it has no calibration, and its evidence."""
    (tmp_path / "small.py").write_text("print(sum(range(10**6)))\n")

    def _exported(**environment):
        for path in tmp_path.glob("power-reports/*.json"):
            path.unlink()
        ended = export("small.py", **environment)
        (report,), (evidence,) = ended.reports, ended.evidence
        why = next((each["reason"] for each in evidence["absent"] if each["field"] == FIELD), None)
        return report["measures"][0], why, evidence

    return _exported


def kept(tmp_path):
    (path,) = tmp_path.glob("home/.local/share/ai-power-export/calibrations/*.json")
    return path


def change(tmp_path, **changes):
    """Change what is kept: `begin` of its interval, or one of its modes."""
    path = kept(tmp_path)
    data = json.loads(path.read_text())
    for name, value in changes.items():
        data["interval" if name in data["interval"] else "modes"][name] = value
    path.write_text(json.dumps(data))


@pytest.mark.slow
def test_reports_carry_energy_and_duration_exactly_as_measured(calibrate, exported, tmp_path):
    begun = time.monotonic()
    ended = calibrate("--json")
    lasted = time.monotonic() - begun
    document = json.loads(ended.stdout)
    measured = document["interval"]
    assert document["file"] == str(kept(tmp_path))
    assert 2 <= measured["seconds"] <= lasted
    measure, _, evidence = exported()
    assert (measure[ENERGY], measure[DURATION]) == (measured["kwh"], measured["seconds"])
    said = evidence["fields"][f"measures[0].{ENERGY}"]
    assert said["place"] == f"aipower calibrate, {document['date'][:10]}"


@pytest.mark.slow
def test_a_calibration_that_does_not_hold_is_left_out_with_the_reason(calibrate, exported, tmp_path):
    _, why, _ = exported()
    assert why == "this machine was never calibrated"
    calibrate()
    measure, why, _ = exported(CODECARBON_TRACKING_MODE="process")
    assert ENERGY not in measure
    assert 'differs from the run in what was tracked: "machine", not "process"' in why
    change(tmp_path, version="3.1.0")
    assert 'differs from the run in CodeCarbon\'s version: "3.1.0", not' in exported()[1]
    change(tmp_path, begin=time.time() - 40 * 86400)
    assert "is older than 30 days" in exported()[1]
    assert "CodeCarbon's version" in exported(AIPOWER_CALIBRATION_MAX_AGE_DAYS="50")[1]
    change(tmp_path, begin=time.time() + 5 * 86400)
    assert "is of a day to come" in exported()[1]
    path = kept(tmp_path)
    path.write_text("{")
    assert exported()[1] == "the calibration of this machine cannot be read"
    path.rename(path.with_name("0123456789abcdef.json"))
    assert exported()[1].startswith("only other machines were calibrated")


def test_a_busy_machine_is_refused(run, tmp_path):
    burning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        ended = run("calibrate", "--seconds", "2", "--max-utilization", "0.01", program=AIPOWER)
    finally:
        burning.kill()
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("aipower: this machine is not at rest: its CPUs were ")
    assert "at most 1% is taken for rest. Which program does it cannot be told" in ended.stderr
    assert not (tmp_path / "home" / ".local").exists()


def test_interrupted_it_keeps_nothing_and_says_so(tmp_path):
    command = [AIPOWER, "calibrate", "--seconds", "50", "--max-utilization", "1"]
    environment = clean_environment(tmp_path)
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    assert running.stderr.readline().startswith("aipower: measuring this machine at rest for 50 s")
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, told) == (130, "aipower: interrupted: nothing was kept\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["data", "no/../absolute"])
def test_the_users_data_folder_is_respected_if_it_is_absolute(calibrate, tmp_path, where):
    given = str(tmp_path / where) if where == "data" else where
    ended = calibrate("--json", XDG_DATA_HOME=given)
    home = tmp_path / "home" / ".local" / "share"
    expected = tmp_path / "data" if where == "data" else home
    assert json.loads(ended.stdout)["file"].startswith(str(expected))


def test_a_folder_that_cannot_be_written_is_one_line(calibrate, tmp_path):
    (tmp_path / "file").write_text("")
    ended = calibrate(XDG_DATA_HOME=str(tmp_path / "file"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "the calibration cannot be kept: " in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize("options", [("--seconds", "1"), ("--max-utilization", "2"), ("--seconds", "x")])
def test_bad_options(run, options):
    ended = run("calibrate", *options, program=AIPOWER)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
