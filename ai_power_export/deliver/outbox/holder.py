"""Who sends an entry at the moment, so that nobody else does, and whether they still live."""

from __future__ import annotations

import os
import platform


def this_process() -> str:
    """Return what tells this process from all others: host, process id, and when it was started."""
    import psutil

    return _words(os.getpid(), psutil.Process().create_time())


def is_gone(holder: str) -> bool:
    """Tell whether the process is known to have ended; of another host nothing is known."""
    import psutil

    host, pid, _ = holder.rsplit("/", 2)
    if host != platform.node():
        return False
    try:
        process = psutil.Process(int(pid))
        return (
            process.status() == psutil.STATUS_ZOMBIE or _words(process.pid, process.create_time()) != holder
        )
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _words(pid: int, started: float) -> str:
    # Within a second: the clock that the system counts from is set now and then.
    return f"{platform.node()}/{pid}/{started:.0f}"
