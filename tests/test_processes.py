"""Which processes of a program write a report: exactly one, whatever it starts and whoever starts it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest
from running import AIPOWER, clean_environment

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
    told = [process.communicate(timeout=600)[1] for process in ranks]
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


JOBS = {
    "torchrun": {"TORCHELASTIC_RUN_ID": "x1", "MASTER_ADDR": "node1", "MASTER_PORT": "29500"},
    "torchrun without a name": {
        "TORCHELASTIC_RUN_ID": "none",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": "29500",
        "LOCAL_WORLD_SIZE": "2",
        "TORCHELASTIC_ERROR_FILE": "/tmp/elastic/none_a/attempt_0/{rank}/error.json",
    },
    "torchrun in a step of Slurm": {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "LOCAL_RANK": "{rank}"},
    "no name at all": {},
}
SAME_LAUNCHER = {
    "torchrun": {"TORCHELASTIC_RUN_ID": "x2"},
    "torchrun without a name": {"TORCHELASTIC_ERROR_FILE": "/tmp/elastic/none_b/attempt_0/{rank}/error.json"},
    "torchrun in a step of Slurm": {"SLURM_STEP_ID": "1"},
}


def _rank(number: int, said: dict[str, str], run: int = 0):
    filled = {name: value.format(rank=number) for name, value in said.items()}
    return rank_by_launcher({"RANK": str(number), "WORLD_SIZE": "2", **filled}, run)


@pytest.mark.parametrize("how", JOBS)
def test_all_ranks_name_their_job_alike_and_no_other_one_so(how):
    first, last = (_rank(number, JOBS[how]) for number in range(2))
    assert first.job == last.job
    assert first.machine == last.machine
    assert _rank(0, JOBS[how], run=1).job != first.job
    if how in SAME_LAUNCHER:
        assert _rank(0, {**JOBS[how], **SAME_LAUNCHER[how]}).job != first.job


@pytest.mark.parametrize(
    ("environment", "local", "local_ranks", "measures"),
    [
        ({"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}, 1, 4, False),
        ({"RANK": "4", "WORLD_SIZE": "8", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "4"}, 0, 4, True),
        ({"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "localhost"}, None, 2, True),
        (
            {
                "OMPI_COMM_WORLD_RANK": "1",
                "OMPI_COMM_WORLD_SIZE": "4",
                "OMPI_COMM_WORLD_LOCAL_RANK": "1",
                "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
            },
            1,
            2,
            False,
        ),
        ({"PMI_RANK": "3", "PMI_SIZE": "4", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "2"}, 1, 2, False),
        (
            {
                "SLURM_PROCID": "8",
                "SLURM_STEP_NUM_TASKS": "11",
                "SLURM_LOCALID": "0",
                "SLURM_NODEID": "2",
                "SLURM_STEP_TASKS_PER_NODE": "4(x2),3",
            },
            0,
            3,
            True,
        ),
        ({"PMIX_RANK": "1", "PMIX_NAMESPACE": "job"}, None, None, True),
    ],
)
def test_one_rank_of_each_machine_measures_it(environment, local, local_ranks, measures):
    rank = rank_by_launcher(environment)
    assert (rank.local, rank.local_ranks, rank.measures) == (local, local_ranks, measures)


WAITS = (
    TRACKER + "import time, sys\nprint('began', flush=True)\ntime.sleep(float(sys.argv[1]))\ntracker.stop()\n"
)
ONE_MACHINE = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}


def _two_ranks(folder, *seconds: float) -> list[subprocess.Popen]:
    (folder / "job.py").write_text(WAITS)
    return [
        _start(folder, "job.py", str(each), RANK=str(rank), LOCAL_RANK=str(rank), **ONE_MACHINE)
        for rank, each in enumerate(seconds)
    ]


@pytest.mark.slow
def test_ranks_that_end_a_little_later_are_waited_for(tmp_path):
    told = [process.communicate(timeout=600)[1] for process in _two_ranks(tmp_path, 2, 2.5)]
    assert "wrote" in told[0]
    (evidence,) = _evidence(tmp_path)
    assert evidence["run"]["cutShort"] == ""
    assert evidence["other"]["evidence.ranksPresent"][0]["value"] == ["rank 0", "rank 1"]
    assert not (tmp_path / "power-reports" / ".runs").exists()


@pytest.mark.slow
def test_the_job_of_a_rank_0_that_was_killed_is_recovered_with_what_the_others_measured(tmp_path, run):
    first, last = _two_ranks(tmp_path, 60, 6)
    last.communicate(timeout=600)
    assert _evidence(tmp_path) == []
    first.kill()
    first.communicate()
    ended = run("recover", program=AIPOWER)
    assert ended.returncode == 0, ended.stderr
    (report,), (evidence,) = ended.reports, ended.evidence
    assert report["header"]["reportStatus"] == "draft"
    assert report["measures"][0]["measurementDuration"] > 3
    assert evidence["run"]["cutShort"]
    assert run("recover", program=AIPOWER).stderr.startswith("aipower: nothing to recover")


@pytest.mark.slow
def test_a_job_whose_ranks_were_all_killed_is_recovered_as_one(tmp_path, run):
    ranks = _two_ranks(tmp_path, 60, 60)
    journals = tmp_path / "power-reports" / ".runs"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not _all_have_measured(journals):
        time.sleep(0.1)
    for each in ranks:
        each.kill()
        each.communicate()
    ended = run("recover", program=AIPOWER)
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    assert report["measures"][0]["powerConsumption"] > 0
    assert report["infrastructure"]["components"]


def _all_have_measured(journals) -> bool:
    found = [json.loads(path.read_text()) for path in journals.glob("*/rank-*.json")]
    energies = [sum(each["interval"]["kwh"] for each in one["stretches"]) for one in found]
    return len(energies) == 2 and min(energies) > 0


WORKERS_LEARN = """
import multiprocessing as mp, sys
from sklearn.tree import DecisionTreeClassifier
def work(number):
    DecisionTreeClassifier().fit([[value % 7, value % 5] for value in range(600)], [0, 1] * 300)
if __name__ == "__main__":
    workers = [mp.get_context(sys.argv[1]).Process(target=work, args=(number,)) for number in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["spawn", "fork", "forkserver"])
def test_workers_add_what_they_saw_to_the_report_of_the_run(way, tmp_path, export):
    (tmp_path / "job.py").write_text(WORKERS_LEARN)
    ended = export("job.py", way)
    assert ended.returncode == 0, ended.stderr
    (report,), (evidence,) = ended.reports, ended.evidence
    assert [each["classPath"] for each in report["task"]["algorithms"]] == [
        "sklearn.tree.DecisionTreeClassifier"
    ]
    assert report["task"]["dataset"][0]["dataQuantity"] == 600
    assert evidence["fields"]["task.algorithms[0].classPath"]["note"].startswith("fitted 2 times")
    assert not (tmp_path / "power-reports" / ".runs").exists()


SEARCH_IN_WORKERS = """
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
if __name__ == "__main__":
    X, y = load_digits(return_X_y=True)
    GridSearchCV(RandomForestClassifier(n_estimators=5), {"max_depth": [2, 4]}, cv=2, n_jobs=2).fit(X, y)
"""


@pytest.mark.slow
def test_what_workers_do_inside_a_call_that_was_observed_counts_once(tmp_path, export):
    (tmp_path / "job.py").write_text(SEARCH_IN_WORKERS)
    ended = export("job.py")
    (report,) = ended.reports
    (algorithm,) = report["task"]["algorithms"]
    assert algorithm["optimizer"] == "gridSearch"
    assert report["task"]["dataset"][0]["dataQuantity"] == 1797


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
