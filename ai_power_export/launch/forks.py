"""Makes a process with CodeCarbon's threads safe to fork, as the script's process is without them.

A thread that holds a lock while another forks leaves it locked in the child
for ever; Python 3.12 and later warn of it on stderr. So CodeCarbon's timers
end before a fork and go on after it.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any


def pause_while_forking(tracker: Any) -> None:
    """Let no thread of a running tracker be there at the moment of a fork."""
    if not hasattr(os, "register_at_fork"):
        return
    paused: list[Any] = []

    def pause() -> None:
        paused[:] = [each for each in _schedulers(tracker) if not each._stopped]
        for scheduler in paused:
            scheduler.stop()
            _join(scheduler)

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


def _join(scheduler: Any) -> None:
    """Wait for the scheduler's timers: the waiting one, and one that is just measuring."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and thread.function == scheduler._run:
            thread.cancel()
            if thread is not threading.current_thread():
                thread.join()
