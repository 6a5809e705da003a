"""The share of this machine's CPU and RAM that this process may use.

A container or a batch job must not claim its whole host: `share` is 1 where no
limit is seen, else what affinity and control groups leave of the whole.
"""

from __future__ import annotations

import os
from pathlib import Path

from ai_power_export.facts import Facts, Origin
from ai_power_export.introspect.cgroup import Limit, cpu_limit, memory_limit
from ai_power_export.introspect.component import COMPONENTS

FIELD = f"{COMPONENTS}.share"
NO_LIMIT = "no limit seen"


def share_facts(root: Path = Path("/")) -> Facts:
    """Return the share (0 to 1) of the components `cpu` and `ram`."""
    import psutil

    facts = Facts()
    _add(facts, "cpu", psutil.cpu_count(logical=True), "CPUs", [_affinity(), cpu_limit(root)])
    _add(facts, "ram", psutil.virtual_memory().total, "bytes", [memory_limit(root)])
    return facts


def _add(facts: Facts, subject: str, whole: float | None, unit: str, limits: list[Limit | None]) -> None:
    if not whole:
        facts.lack(FIELD, f"the size of all {subject} of this machine is not known")
        return
    seen = [limit for limit in limits if limit is not None and limit.amount < whole]
    limit = min(seen, key=lambda limit: limit.amount, default=Limit(whole, NO_LIMIT))
    note = f"{limit.amount:g} of {whole:g} {unit}" if seen else ""
    share = round(limit.amount / whole, 6)
    facts.add(FIELD, share, Origin.MACHINE, limit.place, subject=subject, note=note)


def _affinity() -> Limit | None:
    """Return how many CPUs the threads of this process may run on together.

    All threads are asked: OpenMP, told to bind its threads (`OMP_PROC_BIND`),
    pins the main one to a single CPU while the others work on the rest.
    """
    if not hasattr(os, "sched_getaffinity"):
        return _affinity_elsewhere()
    allowed: set[int] = set()
    for thread in _own_threads():
        try:
            allowed |= os.sched_getaffinity(thread)
        except OSError:  # it has ended meanwhile
            continue
    return Limit(len(allowed), "sched_getaffinity") if allowed else None


def _affinity_elsewhere() -> Limit | None:
    import psutil

    process = psutil.Process()
    if not hasattr(process, "cpu_affinity"):  # macOS has none
        return None
    return Limit(len(process.cpu_affinity()), "psutil.Process.cpu_affinity")


def _own_threads() -> list[int]:
    try:
        return [int(task.name) for task in Path("/proc/self/task").iterdir()]
    except OSError:
        return [0]
