"""Distributed trainings: one report a job, one measurement a machine, the data set counted right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from running import AIPOWER

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not torch.distributed.is_available(), reason="PyTorch without process groups"),
]

SCRIPT = Path(__file__).parent / "scripts" / "torch_distributed.py"
ROWS, BATCH, EPOCHS = 96, 8, 3
WATTS = 100.0

KNOWN_METER = f"""
from codecarbon.core.units import Energy, Power
from codecarbon.external.hardware import CPU
from codecarbon.external.ram import RAM
def measure(cpu, last_duration):
    return Power.from_watts({WATTS}), Energy.from_energy({WATTS} * last_duration / 3.6e6)
CPU.measure_power_and_energy = measure
CPU.monitor_power = lambda cpu: None
RAM.measure_power_and_energy = lambda ram, last_duration: (Power.from_watts(0), Energy.from_energy(0))
"""
"""A `sitecustomize` of the user's, with which every CodeCarbon measures exactly so many watts."""


def torchrun(ranks: int, *rest: str) -> list[str]:
    return ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks), *rest]


EXPORT = ("export", "--offline", "--country", "FRA", "--quiet")

WAYS = {
    "each rank is exported": (2, sys.executable, [*torchrun(2, "--no-python", AIPOWER, *EXPORT, "{script}")]),
    "torchrun is exported": (2, AIPOWER, [*EXPORT, *torchrun(2, "{script}")]),
    "torchrun of four is exported": (4, AIPOWER, [*EXPORT, *torchrun(4, "{script}")]),
    "a tracker in each rank": (2, sys.executable, torchrun(2, "{script}", "tracker")),
    "a tracker in each of four ranks": (4, sys.executable, torchrun(4, "{script}", "tracker")),
    "a decorator in each rank": (2, sys.executable, torchrun(2, "{script}", "decorator")),
    "processes that an exported script spawns": (2, AIPOWER, [*EXPORT, "{script}", "spawn"]),
    "processes that a tracked script spawns": (2, sys.executable, ["{script}", "tracker", "spawn"]),
}


@pytest.fixture
def job(run, tmp_path):
    """Run the script with some data in some way, all trackers measuring the known power."""

    def _job(way: str, data: str):
        (tmp_path / "meter").mkdir()
        (tmp_path / "meter" / "sitecustomize.py").write_text(KNOWN_METER)
        (tmp_path / "train.py").write_text(SCRIPT.read_text())
        ranks, program, command = WAYS[way]
        filled = [part for word in command for part in (["train.py", data] if word == "{script}" else [word])]
        environment = {"PYTHONPATH": str(tmp_path / "meter"), "OMP_NUM_THREADS": "1"}
        return ranks, run(*filled, program=program, timeout=300, **environment)

    return _job


def quantity(report: dict) -> int | None:
    return next(each for each in report["task"]["dataset"] if each["dataUsage"] == "input").get(
        "dataQuantity"
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_job_leaves_one_report_of_its_machine_measured_once(way, job, official, tmp_path):
    ranks, ended = job(way, "sampler")
    assert ended.returncode == 0, ended.stderr
    (report,), (evidence,) = ended.reports, ended.evidence
    assert [error.message for error in official.iter_errors(report)] == []
    assert report["header"]["reportStatus"] == "final"
    (measure,) = report["measures"]
    once = WATTS * measure["measurementDuration"] / 3.6e6
    assert measure["powerConsumption"] == pytest.approx(once, rel=0.02)
    (algorithm,) = report["task"]["algorithms"]
    assert algorithm["classPath"].endswith("Net")
    assert algorithm["epochsNumber"] == EPOCHS
    assert quantity(report) == ROWS
    hyperparameters = evidence["fields"]["task.algorithms[0].hyperparameters"]["value"]
    assert (hyperparameters["batch_size"], hyperparameters["global_batch_size"]) == (BATCH, BATCH * ranks)
    assert not (tmp_path / "power-reports" / ".runs").exists()


@pytest.mark.parametrize(
    ("data", "expected"), [("whole", ROWS), ("shards", ROWS), ("own sampler", ROWS), ("own", None)]
)
def test_the_data_set_is_counted_once_however_ranks_come_by_it(data, expected, job):
    """Of a data set of the user's own class, which no sampler shares out, nothing tells whether it is whole."""
    _, ended = job("torchrun is exported", data)
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    assert quantity(report) == expected


@pytest.mark.parametrize("way", ["each rank is exported", "torchrun is exported"])
def test_a_rank_that_crashes_leaves_one_draft(way, job):
    _, ended = job(way, "crash")
    assert ended.returncode != 0
    assert "rank 1 has crashed" in ended.stderr
    (report,) = ended.reports
    assert report["header"]["reportStatus"] == "draft"
    (measure,) = report["measures"]
    assert measure["powerConsumption"] == pytest.approx(
        WATTS * measure["measurementDuration"] / 3.6e6, rel=0.02
    )
