"""Which process of a distributed job this one is, as its launcher or its process group says."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

LAUNCHERS = (
    ("RANK", "WORLD_SIZE"),  # torchrun, DeepSpeed, Accelerate
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),  # Open MPI
    ("PMI_RANK", "PMI_SIZE"),  # MPICH, Intel MPI
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"),  # MVAPICH2
    ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),  # srun; SLURM_NTASKS counts also what a batch script may start
)
"""Environment variables by which a launcher numbers the processes of a job on all its machines, and
counts them. A launcher that was started by another one comes first: `torchrun` once a machine by `srun`."""

WITHIN_A_JOB = ("NODE_RANK", "GROUP_RANK", "LOCAL_RANK")
"""Numbers of the machine within the job, and of the process on its machine: where a launcher gives no
other (Lightning's), the first process of the job is the one whose numbers are all 0."""


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

    def __str__(self) -> str:
        """Return the words for the user: `rank 1 of 2 (RANK)`."""
        number = "a rank other than 0" if self.number is None else f"rank {self.number}"
        return f"{number}{f' of {self.ranks}' if self.ranks else ''} ({self.place})"


def own_rank(environment: Mapping[str, str] = os.environ) -> Rank | None:
    """Return the rank of this process; None where it is no part of a distributed job."""
    return _of_process_group() or rank_by_launcher(environment)


def rank_by_launcher(environment: Mapping[str, str] = os.environ) -> Rank | None:
    """Return the rank that the launcher of this process gave it."""
    for number_by, ranks_by in LAUNCHERS:
        number, ranks = _count(environment, number_by), _count(environment, ranks_by)
        if number is not None and ranks is not None:
            return Rank(number == 0, number, ranks, number_by) if ranks > 1 else None
        if number and number_by != "RANK":  # that word alone may mean anything
            return Rank(False, number, None, number_by)
    within = {name: _count(environment, name) for name in WITHIN_A_JOB}
    later = next((name for name, number in within.items() if number), None)
    ranks = _count(environment, "WORLD_SIZE")
    if later is not None:
        return Rank(False, None, ranks, later)
    return Rank(True, 0, ranks, "LOCAL_RANK") if within["LOCAL_RANK"] == 0 and (ranks or 0) > 1 else None


def _of_process_group() -> Rank | None:
    """Return the rank within PyTorch's process group, if the program has made one."""
    found = sys.modules.get("torch.distributed")
    try:
        if found is None or not found.is_available() or not found.is_initialized():
            return None
        number, ranks = int(found.get_rank()), int(found.get_world_size())
    except Exception:  # noqa: BLE001 - a backend that is being shut down may refuse to answer
        return None
    return Rank(number == 0, number, ranks, "torch.distributed") if ranks > 1 else None


def _count(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else None
