"""Files that the real tools wrote; they lie beside the checkout and are no part of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "samples"
SAMPLES = Path(os.environ.get("TRACKER_SAMPLES") or BESIDE)

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"no samples in {SAMPLES}: set TRACKER_SAMPLES to the folder that holds them"
)

TASKS = "codecarbon/three-tasks/emissions_base_38183d45-1849-43c7-877f-a671ff218e22.csv"
LOGS = "carbontracker/demo_22800.99852_2026-11-21T234804Z_carbontracker.log"


@pytest.mark.parametrize(
    ("name", "kwh", "seconds", "begin"),
    [
        ("codecarbon/run/emissions.csv", 5.878412810335979e-05, 7.576932209, "2026-11-21 23:54:27"),
        ("codecarbon/simulated-rapl/emissions.csv", 5.375013979787562e-05, 3.013868945, "2026-11-21 23:56:04"),
        # The energy of three tasks with the time of the last.
        ("codecarbon/three-tasks/emissions.csv", 5.43344729079286e-05, None, None),
        (TASKS, 1.5529178746169613e-05, 2.0041684790001, "2026-11-21 23:54:37"),
        ("eco2ai/emission.csv", 0.0001395086784948, 3.215407133102417, "2026-11-21 23:47:12"),
        ("eco2ai/emission_ep.csv", 2.218032e-08, 2.3295624, "2026-11-21 23:47:46"),
        ("eco2ai/encoded_emission_ep.csv", 2.218032e-08, 2.3295624, "2026-11-21 23:47:46"),
        (LOGS, 60 * 6 / 3.6e6, 6.0, "2026-11-21 23:48:06"),
        ("carbontracker/cli_mode", 60 * 3.01 / 3.6e6, 3.01, "2026-11-21 23:48:40"),
        # 45 W and 5 W, of which carbontracker wrote the mean.
        ("carbontracker/rapl", 1.699237011e-04, 12.0, "2026-11-21 23:52:19"),
        ("pyjoules/pyjoules.csv", (44.806623 + 4.978514) / 3.6e6, 1.0001215934753418, "2026-11-21 23:51:58"),
        ("pyrapl/pyrapl.csv", (135.197379 + 15.021931) / 3.6e6, 3.000044853, "2026-11-21 23:51:53"),
        ("ecologits-llm-impacts.json", 3.2967238860294823e-05, None, None),
    ],
)  # fmt: skip
def test_the_first_run_of_each(load, name, kwh, seconds, begin):
    done = load(SAMPLES / name)
    assert not done.refused
    measure = done.measures[0]
    assert measure["powerConsumption"] == pytest.approx(kwh)
    assert measure.get("measurementDuration") == (pytest.approx(seconds) if seconds else None)
    assert measure.get("measurementDateTime") == begin


def test_each_of_a_hundred_runs_is_a_report(load):
    done = load(SAMPLES / "codecarbon" / "emissions-2.5.0-llama2.csv")
    assert len(done.paths) == 104
    assert len({report["header"]["reportId"] for report in done.reports}) == 104
    (environment,) = {json.dumps(report["environment"]) for report in done.reports[:1]}
    assert json.loads(environment)["country"] == "France"
    assert not done.refused


@pytest.mark.parametrize("name", ["zeus/zeus.csv", "zeus/zeus_rapl.csv", "eit/data.json"])
def test_files_without_energy_are_refused(load, name):
    done = load(SAMPLES / name)
    assert not done.paths
    assert done.refused


def test_greenops_is_refused(load):
    for path in sorted((SAMPLES / "greenops").iterdir()):
        (outcome,) = load(path).outcomes
        assert outcome.is_file
        assert "greenops measures nothing" in outcome.why_not
