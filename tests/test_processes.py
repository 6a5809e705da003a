"""Which processes of a program write a report: exactly one, whatever it starts and whoever starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest
from running import clean_environment

from ai_power_export.measure.ranks import rank_by_launcher

TRACKER = """
from ai_power_export import OfflinePowerTracker
tracker = OfflinePowerTracker(country_iso_code="FRA", save_to_file=False, log_level="critical")
tracker.start()
"""

WORKERS = {
    "spawn, fork and forkserver": """
import multiprocessing as mp
def work(number):
    return sum(i * i for i in range(20_000)) + number
if __name__ == "__main__":
    for way in ("spawn", "fork", "forkserver"):
        with mp.get_context(way).Pool(2) as pool:
            print(len(pool.map(work, range(4))))
""",
    "a process pool": """
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
def work(number):
    return number * number
if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=mp.get_context("spawn")) as pool:
        print(sum(pool.map(work, range(4))))
""",
    "loky": """
from joblib import Parallel, delayed
def work(number):
    return number * number
if __name__ == "__main__":
    print(sum(Parallel(n_jobs=2)(delayed(work)(i) for i in range(4))))
""",
    "torch": """
import torch.multiprocessing as mp
def work(rank):
    print("rank", rank, flush=True)
if __name__ == "__main__":
    mp.spawn(work, nprocs=2)
""",
}
NEEDS = {"loky": "joblib", "torch": "torch"}


@pytest.fixture(params=WORKERS)
def workers(request):
    """A script whose work is done by other processes."""
    needed = NEEDS.get(request.param)
    if needed and not find_spec(needed):
        pytest.skip(f"{needed} is not installed")
    return WORKERS[request.param]


@pytest.mark.slow
def test_a_script_whose_workers_are_processes_leaves_one_report(workers, tmp_path, run, export):
    (tmp_path / "job.py").write_text(workers)
    measured = export("job.py")
    assert measured.returncode == 0, measured.stderr
    assert len(measured.reports) == 1
    assert measured.own_stderr == ""


@pytest.mark.slow
def test_a_tracker_at_the_top_of_a_script_is_started_once(workers, tmp_path, run):
    """A child that imports the script again starts the tracker again."""
    (tmp_path / "job.py").write_text(TRACKER + workers + "    tracker.stop()\n")
    ended = run("job.py")
    assert ended.returncode == 0, ended.stderr
    assert len(ended.reports) == 1
    assert ended.stderr.count("aipower: ") == 1


DECORATED = """
import multiprocessing as mp, sys
from ai_power_export import track_power
OPTIONS = dict(offline=True, country_iso_code="FRA", save_to_file=False, log_level="critical")
@track_power(**OPTIONS)
def part(number):
    return number
@track_power(**OPTIONS)
def whole():
    return in_children()
def in_children():
    with mp.get_context(sys.argv[1]).Pool(1) as pool:
        return pool.map(part, range(2))
if __name__ == "__main__":
    whole() if sys.argv[2] == "whole" else in_children()
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["spawn", "fork"])
def test_a_decorated_function_is_reported_by_the_run_that_it_belongs_to(way, tmp_path, run):
    (tmp_path / "job.py").write_text(DECORATED)
    ended = run("job.py", way, "whole")
    (report,) = ended.evidence
    assert report["run"]["cutShort"] == ""
    assert ended.stderr.count("no report of a process that belongs to the run which started it") == 1


@pytest.mark.slow
def test_what_runs_in_a_child_alone_is_reported_by_the_child(tmp_path, run):
    (tmp_path / "job.py").write_text(DECORATED)
    assert len(run("job.py", "spawn", "parts").reports) == 2


RANK = TRACKER + "print(sum(i for i in range(1000)))\ntracker.stop()\n"


@pytest.mark.slow
def test_rank_0_writes_the_report_of_a_job_and_says_how_many_ranks_there_were(tmp_path):
    (tmp_path / "job.py").write_text(RANK)
    ranks = [_start(tmp_path, "job.py", RANK=str(rank), WORLD_SIZE="2") for rank in range(2)]
    told = [process.communicate(timeout=120)[1] for process in ranks]
    assert [process.returncode for process in ranks] == [0, 0]
    ours = [line for line in told[1].splitlines() if line.startswith("aipower: ")]
    assert ours == ["aipower: no report of rank 1 of 2 (RANK): rank 0 writes that of the job"]
    assert "wrote" in told[0]
    (evidence,) = _evidence(tmp_path)
    assert [fact["value"] for fact in evidence["other"]["evidence.ranks"]] == [2]


@pytest.mark.slow
def test_export_measures_rank_0_of_a_job_and_lets_the_others_run_bare(tmp_path, export):
    (tmp_path / "job.py").write_text("import os, sys\nprint(sorted(os.environ), sys.argv)\n")
    first = export("job.py", "x", OMPI_COMM_WORLD_RANK="0", OMPI_COMM_WORLD_SIZE="2")
    assert len(first.reports) == 1
    second = export("job.py", "x", OMPI_COMM_WORLD_RANK="1", OMPI_COMM_WORLD_SIZE="2")
    assert len(second.reports) == 1, "the second rank wrote a report as well"
    assert second.stdout == first.stdout
    assert (
        second.stderr
        == "aipower: no report of rank 1 of 2 (OMPI_COMM_WORLD_RANK): rank 0 writes that of the job\n"
    )


TORCHRUN = (
    TRACKER
    + """
import torch.distributed as dist
dist.init_process_group("gloo")
dist.barrier()
dist.destroy_process_group()
tracker.stop()
"""
)

PROCESS_GROUP = """
import sys
import torch.distributed as dist
import torch.multiprocessing as mp
from ai_power_export import OfflinePowerTracker
def train(rank):
    dist.init_process_group("gloo", init_method="file://" + sys.argv[1], rank=rank, world_size=2)
    with OfflinePowerTracker(country_iso_code="FRA", save_to_file=False, log_level="critical"):
        dist.barrier()
    dist.destroy_process_group()
if __name__ == "__main__":
    mp.spawn(train, nprocs=2)
"""


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed")
def test_a_job_of_torchrun_leaves_one_report(tmp_path, run):
    (tmp_path / "job.py").write_text(TORCHRUN)
    ended = run("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "job.py")
    assert ended.returncode == 0, ended.stderr
    (evidence,) = ended.evidence
    assert [fact["value"] for fact in evidence["other"]["evidence.ranks"]] == [2]


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed")
def test_ranks_that_only_the_process_group_knows_leave_one_report(tmp_path, run):
    (tmp_path / "job.py").write_text(PROCESS_GROUP)
    ended = run("job.py", tmp_path / "group")
    assert ended.returncode == 0, ended.stderr
    (evidence,) = ended.evidence
    (fact,) = evidence["other"]["evidence.ranks"]
    assert (fact["value"], fact["place"]) == (2, "torch.distributed")


@pytest.mark.parametrize(
    ("environment", "is_first", "ranks"),
    [
        ({"RANK": "1", "WORLD_SIZE": "4"}, False, 4),
        ({"RANK": "0", "WORLD_SIZE": "4", "LOCAL_RANK": "0"}, True, 4),
        ({"RANK": "4", "WORLD_SIZE": "8", "LOCAL_RANK": "0"}, False, 8),
        ({"RANK": "0", "WORLD_SIZE": "2", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"}, True, 2),
        ({"SLURM_PROCID": "1", "SLURM_NTASKS": "2"}, False, None),
        ({"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2"}, True, 2),
        ({"PMI_RANK": "3", "PMI_SIZE": "4"}, False, 4),
        ({"LOCAL_RANK": "1", "NODE_RANK": "0", "WORLD_SIZE": "2"}, False, 2),
        ({"LOCAL_RANK": "0", "NODE_RANK": "1", "WORLD_SIZE": "4"}, False, 4),
        ({"NODE_RANK": "1"}, False, None),
        ({"LOCAL_RANK": "0", "NODE_RANK": "0", "WORLD_SIZE": "4"}, True, 4),
    ],
)
def test_the_rank_is_that_within_the_whole_job(environment, is_first, ranks):
    rank = rank_by_launcher(environment)
    assert (rank.is_first, rank.ranks) == (is_first, ranks)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"RANK": "0", "WORLD_SIZE": "1"},
        {"RANK": "5"},
        {"RANK": "general", "WORLD_SIZE": "2"},
        {"SLURM_PROCID": "0", "SLURM_NTASKS": "16"},
        {"LOCAL_RANK": "0"},
    ],
)
def test_a_process_alone_has_no_rank(environment):
    """A batch script of Slurm is numbered 0 of all tasks that it may start, and is one process."""
    assert rank_by_launcher(environment) is None


def _start(folder, *command, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**clean_environment(folder), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _evidence(folder) -> list[dict]:
    return [json.loads(path.read_text()) for path in folder.glob("power-reports/*.evidence.json")]
