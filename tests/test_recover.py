"""A run that is killed is recovered: every stage that had ended, whenever it was killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time

import pytest
from running import AIPOWER, clean_environment

STAGED = """
import time
from ai_power_export import OfflinePowerTracker
t = OfflinePowerTracker(country_iso_code="FRA", log_level="critical", save_to_file=False)
t.start()
print("began", flush=True)
for number in range(40):
    with t.stage(f"stage {number}"):
        time.sleep(0.12)
    print(number, flush=True)
"""
MOMENTS = random.Random(0).sample(range(100, 3500), 8)


@pytest.fixture
def killed(tmp_path):
    """Run a script and kill it so many seconds after its first line; return what it had printed."""

    def _killed(text, seconds, *command):
        (tmp_path / "script.py").write_text(text)
        (tmp_path / "home").mkdir(exist_ok=True)
        process = subprocess.Popen(
            [*(command or [sys.executable]), "script.py"],
            cwd=tmp_path,
            env=clean_environment(tmp_path / "home"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        return first + process.communicate()[0]

    return _killed


def recovered_stages(ended) -> dict[str, dict]:
    return {e["run"]["stage"]: e["run"] for e in ended.evidence if e["run"].get("stage")}


@pytest.mark.slow
@pytest.mark.parametrize("milliseconds", MOMENTS)
def test_every_stage_that_had_ended_is_recovered(milliseconds, killed, run, tmp_path):
    said = killed(STAGED, milliseconds / 1000).split()[1:]
    ended = run("recover", "power-reports", program=AIPOWER)
    assert ended.returncode == 0, ended.stderr
    stages = recovered_stages(ended)
    assert {f"stage {number}" for number in said} <= stages.keys()
    for number in said:
        (stage,) = [s for s in stages[f"stage {number}"]["stages"] if s["name"] == f"stage {number}"]
        assert 0.02 <= stage["interval"]["seconds"] < 5  # a busy machine sleeps longer than it is told to
        assert stage["interval"]["kwh"] > 0
    assert {report["header"]["reportStatus"] for report in ended.reports} == {"draft"}
    assert not (tmp_path / "power-reports" / ".runs").exists()


def test_a_run_without_stages_is_recovered_from_its_journal(killed, run):
    text = (
        "import time\nfrom ai_power_export import OfflinePowerTracker\n"
        "t = OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False,\n"
        "    measure_power_secs=0.5)\nt.start()\nprint('began', flush=True)\ntime.sleep(60)\n"
    )
    begun = time.monotonic()
    killed(text, 2.5)
    lasted = time.monotonic() - begun
    ended = run("recover", program=AIPOWER)
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    (measure,) = report["measures"]
    assert 0.5 < measure["measurementDuration"] < lasted
    assert measure["powerConsumption"] > 0
    assert measure["measurementMethod"] == "codecarbon"
    assert report["environment"]["country"] == "France"
    assert "died before the run was stopped" in ended.evidence[0]["run"]["cutShort"]


def test_a_run_that_goes_on_is_left_alone(run, tmp_path):
    (tmp_path / "script.py").write_text(
        "import subprocess, sys\nfrom ai_power_export import OfflinePowerTracker\n"
        "t = OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False)\n"
        "t.start()\nt.start_stage('training')\n"
        "print(subprocess.run([sys.executable, '-m', 'ai_power_export', 'recover', '.']).returncode)\n"
        "t.stop()\n"
    )
    ended = run("script.py")
    assert ended.stdout == "1\n"
    assert "its program is still running" in ended.stderr
    assert recovered_stages(ended).keys() == {"training"}


def test_what_is_no_journal_and_a_folder_that_is_not_there_are_told(run, tmp_path):
    ended = run("recover", "nowhere", program=AIPOWER)
    assert ended.returncode == 2
    assert "no such folder" in ended.stderr
    assert "nothing to recover" in run("recover", program=AIPOWER).stderr
    journals = tmp_path / "power-reports" / ".runs"
    journals.mkdir(parents=True)
    (journals / "torn.json").write_text('{"run_id": "x", "stret')
    ended = run("recover", program=AIPOWER)
    assert ended.returncode == 1
    assert "torn.json: not readable as a journal" in ended.stderr


def test_a_torn_last_line_of_the_live_log_is_passed_over(killed, run, tmp_path):
    killed(STAGED, 1.0)
    (log,) = tmp_path.glob("power-reports/live_*.jsonl")
    whole = [json.loads(line) for line in log.read_text().splitlines()]
    with log.open("a") as file:
        file.write('{"run": "')
    ended = run("recover", program=AIPOWER)
    assert ended.returncode == 0, ended.stderr
    assert {row["stage"] for row in whole if row["row"] == "stage"} <= recovered_stages(ended).keys()
