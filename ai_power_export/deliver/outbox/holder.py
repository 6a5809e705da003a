"""Who sends an entry at the moment, so that nobody else does, and whether they still live."""

from __future__ import annotations

import os
import platform

SAME = 5.0
"""Seconds that two processes may differ about when a third was started: each reckons it from its own reading
of the clock."""


def this_process() -> str:
    """Return what tells this process from all others: host, process id, and when it was started."""
    import psutil

    return f"{platform.node()}/{os.getpid()}/{psutil.Process().create_time():.0f}"


def is_gone(holder: str) -> bool:
    """Tell whether the process is known to have ended; of another host nothing is known."""
    import psutil

    host, pid, started = holder.rsplit("/", 2)
    if host != platform.node():
        return False
    try:
        process = psutil.Process(int(pid))
        another = abs(process.create_time() - float(started)) > SAME
        return bool(another or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
