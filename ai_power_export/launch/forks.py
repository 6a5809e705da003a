"""Makes a process with CodeCarbon's threads safe to fork, as the script's process is without them.

A thread that holds a lock while another forks leaves it locked in the child
for ever; Python 3.12 and later warn of it on stderr. So CodeCarbon's timers
end before a fork and go on after it. Python 3.13 counts threads only when they
are already back, and counts those of numpy, which CodeCarbon imports: where the
script has started none itself, the warning is not its own and is kept quiet.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

WARNS = sys.version_info >= (3, 12)

LONGEST_LINGERING = 0.005
"""Seconds that the system may still count a thread which Python has joined."""


def pause_while_forking(tracker: Any) -> None:
    """Let no thread of a running tracker be there at the moment of a fork."""
    if not hasattr(os, "register_at_fork"):
        return
    paused: list[Any] = []
    # The main thread, and those of numpy's BLAS, which CodeCarbon has imported.
    before_the_script = _threads() - len(_timers(tracker))

    def pause() -> None:
        paused[:] = [each for each in _schedulers(tracker) if not each._stopped]
        for scheduler in paused:
            scheduler.stop()
        for timer in _timers(tracker):
            timer.cancel()
            if timer is not threading.current_thread():
                timer.join()
        if paused and WARNS:
            _keep_quiet(_no_more_than(before_the_script))

    def resume() -> None:
        for scheduler in paused:
            scheduler.start()
        # A script that forks all the time would else leave the timers no time to fire.
        if paused and time.perf_counter() - tracker._last_measured_time > tracker._measure_power_secs:
            tracker._measure_power_and_energy()

    os.register_at_fork(before=pause, after_in_parent=resume)


def _schedulers(tracker: Any) -> list[Any]:
    found = (getattr(tracker, name, None) for name in ("_scheduler", "_scheduler_monitor_power"))
    return [each for each in found if each is not None]


def _timers(tracker: Any) -> list[threading.Timer]:
    """Return the timers of a tracker: those that wait, and those that are just measuring."""
    functions = [scheduler._run for scheduler in _schedulers(tracker)]
    alive = threading.enumerate()
    return [each for each in alive if isinstance(each, threading.Timer) and each.function in functions]


def _no_more_than(threads: int) -> bool:
    """Tell whether the process comes down to so many threads."""
    end = time.monotonic() + LONGEST_LINGERING
    while _threads() > threads:
        if time.monotonic() > end:
            return False
        time.sleep(0.0002)
    return True


def _threads() -> int:
    """Count the threads of this process as Python does for its warning, native ones included."""
    try:
        after_name = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        return int(after_name.split()[17])
    except (OSError, ValueError, IndexError):
        return threading.active_count()


def _keep_quiet(quiet: bool) -> None:
    """Put the filter for Python's warning first, or take it away where the warning would be true."""
    ours = [each for each in warnings.filters if getattr(each[1], "pattern", None) == OF_FORKING]
    for each in ours:
        warnings.filters.remove(each)  # type: ignore[attr-defined]
    if quiet:
        warnings.filterwarnings("ignore", OF_FORKING, DeprecationWarning)


OF_FORKING = r"This process \(pid=\d+\) is multi-threaded, use of fork"
"""How Python's warning begins; the process id is its own."""
