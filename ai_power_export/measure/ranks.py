"""Which process of a distributed job this one is, as its launcher or its process group says."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Launcher:
    """The environment variables by which a launcher numbers the processes of a job on all its machines."""

    number: str
    ranks: str = ""
    """How many there are."""
    local: str = ""
    """The number among those of the same machine."""
    local_ranks: str = ""
    """How many of them the machine has."""
    job: tuple[str, ...] = ()
    """What is the same in all processes of a job, and in no other job's."""


LAUNCHERS = (
    Launcher(  # torchrun, DeepSpeed, Accelerate
        "RANK",
        "WORLD_SIZE",
        "LOCAL_RANK",
        "LOCAL_WORLD_SIZE",
        ("TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT", "MASTER_ADDR", "MASTER_PORT"),
    ),
    Launcher(  # Open MPI; its fifth version is started by PRRTE
        "OMPI_COMM_WORLD_RANK",
        "OMPI_COMM_WORLD_SIZE",
        "OMPI_COMM_WORLD_LOCAL_RANK",
        "OMPI_COMM_WORLD_LOCAL_SIZE",
        ("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "OMPI_MCA_orte_ess_jobid"),
    ),
    Launcher(  # MPICH, Intel MPI
        "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", ("PMI_JOBID", "I_MPI_HYDRA_UUID")
    ),
    Launcher(  # MVAPICH2
        "MV2_COMM_WORLD_RANK",
        "MV2_COMM_WORLD_SIZE",
        "MV2_COMM_WORLD_LOCAL_RANK",
        "MV2_COMM_WORLD_LOCAL_SIZE",
    ),
    # Slurm; SLURM_NTASKS counts also what a batch script may start.
    Launcher("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"),
    Launcher("PMIX_RANK", job=("PMIX_NAMESPACE",)),  # says no size
)
"""A launcher that was started by another one comes first: `torchrun` once a machine by `srun`."""

STEP_OF_SLURM = ("SLURM_JOB_ID", "SLURM_STEP_ID")
"""What names a job of Slurm's; asked where the launcher itself names none."""

WITHIN_A_JOB = ("NODE_RANK", "GROUP_RANK", "LOCAL_RANK")
"""Numbers of the machine within the job, and of the process on its machine: where a launcher gives no
other (Lightning's), the first process of the job is the one whose numbers are all 0."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Addresses by which only processes of one machine find each other."""

DEVICES = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")
"""Variables that hide the other GPUs of a machine."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Of a running kernel: containers of one machine have the same, machines have different ones."""


@dataclass(frozen=True)
class Rank:
    """One process of a distributed job."""

    is_first: bool
    """Whether it is rank 0 of the whole job, which speaks for all."""
    number: int | None
    """Its number among all processes of the job; None where only those within a machine are known."""
    ranks: int | None
    """How many processes the job has; None where that is not said."""
    place: str
    """Who says so: `RANK`, `torch.distributed`."""
    local: int | None = None
    """Its number among the processes of its machine, None where that is not said."""
    local_ranks: int | None = None
    """How many processes of the job its machine has, None where that is not said."""
    job: str = ""
    """Stands for the job and the run within it: the same in all its processes, different between jobs."""
    machine: str = ""
    """Stands for the machine within the job; of another job's it tells nothing."""
    devices: str = ""
    """The GPUs that this process is given, as its launcher names them; empty where it is given all."""

    def __str__(self) -> str:
        """Return the words for the user: `rank 1 of 2 (RANK)`."""
        number = "a rank other than 0" if self.number is None else f"rank {self.number}"
        return f"{number}{f' of {self.ranks}' if self.ranks else ''} ({self.place})"

    @property
    def measures(self) -> bool:
        """Whether it is the one that measures its machine, as far as it can know."""
        return self.is_first or not self.local


def own_rank(environment: Mapping[str, str] = os.environ, run: int = 0) -> Rank | None:
    """Return the rank of this process; None where it is no part of a distributed job.

    Args:
        environment: Where launchers put their variables.
        run: How many runs of this process were measured before: all its ranks have as many.
    """
    by_launcher = rank_by_launcher(environment, run)
    grouped = _of_process_group(environment, run)
    if grouped is None or (by_launcher is not None and by_launcher.number == grouped.number):
        return by_launcher
    return _with_devices(grouped, environment)


def rank_by_launcher(environment: Mapping[str, str] = os.environ, run: int = 0) -> Rank | None:
    """Return the rank that the launcher of this process gave it."""
    rank = _by_launcher(environment, run)
    return None if rank is None else _with_devices(rank, environment)


def _with_devices(rank: Rank, environment: Mapping[str, str]) -> Rank:
    return replace(rank, devices=" ".join(filter(None, (environment.get(name) for name in DEVICES))))


def _by_launcher(environment: Mapping[str, str], run: int) -> Rank | None:
    for launcher in LAUNCHERS:
        number, ranks = _count(environment, launcher.number), _count(environment, launcher.ranks)
        said = number is not None and ranks is not None
        if said and ranks == 1:
            return None
        # `RANK` alone may mean anything; and what has no size is a job only where there is a second one.
        if said or (number and launcher.number != "RANK"):
            return _ranked(environment, launcher, number or 0, ranks, run)
    return _within_a_job(environment, run)


def _ranked(
    environment: Mapping[str, str], launcher: Launcher, number: int, ranks: int | None, run: int
) -> Rank:
    local_ranks = _local_ranks(environment, launcher, ranks)
    job, machine = _names(environment, launcher, run, is_one_machine=local_ranks == ranks is not None)
    local = _count(environment, launcher.local)
    return Rank(number == 0, number, ranks, launcher.number, local, local_ranks, job, machine)


def _within_a_job(environment: Mapping[str, str], run: int) -> Rank | None:
    within = {name: _count(environment, name) for name in WITHIN_A_JOB}
    later = next((name for name, number in within.items() if number), None)
    ranks = _count(environment, "WORLD_SIZE")
    if later is None and (within["LOCAL_RANK"] is None or (ranks or 0) <= 1):
        return None
    job, machine = _names(environment, LAUNCHERS[0], run, is_one_machine=False)
    number = None if later is not None else 0
    return Rank(
        later is None,
        number,
        ranks,
        later or "LOCAL_RANK",
        local=within["LOCAL_RANK"],
        job=job,
        machine=machine,
    )


def _of_process_group(environment: Mapping[str, str], run: int) -> Rank | None:
    """Return the rank within PyTorch's process group, if the program has made one."""
    found = sys.modules.get("torch.distributed")
    try:
        if found is None or not found.is_available() or not found.is_initialized():
            return None
        number, ranks = int(found.get_rank()), int(found.get_world_size())
    except Exception:  # noqa: BLE001 - a backend that is being shut down may refuse to answer
        return None
    if ranks <= 1:
        return None
    launcher = LAUNCHERS[0]
    local_ranks = _local_ranks(environment, launcher, ranks)
    job, machine = _names(environment, launcher, run, is_one_machine=False)
    return Rank(number == 0, number, ranks, "torch.distributed", None, local_ranks, job, machine)


def _local_ranks(environment: Mapping[str, str], launcher: Launcher, ranks: int | None) -> int | None:
    """Return how many processes of the job this machine has, as far as that is said."""
    said = _count(environment, launcher.local_ranks)
    if said is not None or launcher.number not in ("RANK", "SLURM_PROCID"):
        return said
    if launcher.number == "SLURM_PROCID":
        tasks = list(_tasks_per_node(environment.get("SLURM_STEP_TASKS_PER_NODE", "")))
        node = _count(environment, "SLURM_NODEID")
        return tasks[node] if node is not None and node < len(tasks) else None
    return ranks if environment.get("MASTER_ADDR") in LOOPBACK else None


def _tasks_per_node(text: str) -> Iterator[int]:
    """Yield the tasks of each node as Slurm writes them.

    >>> list(_tasks_per_node("4(x2),3"))
    [4, 4, 3]
    """
    for tasks, times in re.findall(r"(\d+)(?:\(x(\d+)\))?", text):
        yield from [int(tasks)] * int(times or 1)


# ---- names of jobs and machines --------------------------------------------------------------------


def _names(
    environment: Mapping[str, str], launcher: Launcher, run: int, *, is_one_machine: bool
) -> tuple[str, str]:
    """Return what stands for the job, and for this machine within it; neither names anything."""
    parts = [environment.get(name, "") for name in launcher.job]
    unnamed = parts[0] in ("", "none") if parts else True
    if unnamed:
        parts += [environment.get(name, "") for name in STEP_OF_SLURM]
    if unnamed and is_one_machine:
        # The folder that torchrun makes for the logs of one job; of several machines each has its own.
        parts.append(str(Path(environment.get("TORCHELASTIC_ERROR_FILE", "")).parent.parent))
    if not any(part not in ("", "none", ".", "0") for part in parts):
        parts = [_parent()]
    job = _digest([*parts, run])
    return job, this_machine(job)


def this_machine(job: str) -> str:
    """Return what stands for this machine within a job."""
    return _digest([job, _kernel()])


def _parent() -> str:
    """Name the process that started this one, on this machine."""
    import psutil

    parent = os.getppid()
    try:
        return f"{_kernel()} {parent} {psutil.Process(parent).create_time()}"
    except psutil.Error:
        return f"{_kernel()} {parent}"


def _kernel() -> str:
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return f"{platform.node()} {uuid.getnode()}"


def _digest(parts: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _count(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else None
