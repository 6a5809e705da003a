"""Which of the processes of a program write reports: the one that is measured, and no copy or worker of it.

A process that `multiprocessing` starts imports the main script again and may
run decorated functions; what it uses is part of the run that started it.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any

import psutil

from ai_power_export.console import say

MARK = "aipower_measured_by"
"""Key in the configuration that `multiprocessing` hands on from a process to those that it starts,
whatever the way of starting (fork, spawn, forkserver, joblib's loky)."""
HANDOVER = "aipower_handover"
"""Key of what makes them observe themselves."""

_runs = 0
"""Runs that are being measured in this process."""
_begun = 0
"""Runs that this process has begun."""
_told: set[str] = set()
"""What was said already: a worker may come here for each of its tasks."""


def next_run() -> int:
    """Number the runs of this process: equal runs of the ranks of a job have equal numbers."""
    global _begun
    _begun += 1
    return _begun - 1


def begin_run(folder: Path) -> None:
    """Mark this process as measured, for those that it starts.

    Args:
        folder: Where they are to leave what they see.
    """
    global _runs
    _runs += 1
    # Costs nothing: CodeCarbon has imported it.
    from multiprocessing.process import current_process

    from ai_power_export.run.job.worker import Handover

    handed_on = _handed_on(current_process())
    handed_on[MARK] = os.getpid()
    handed_on.setdefault(HANDOVER, Handover(str(folder)))


def end_run() -> None:
    """Take the mark off when no run is measured any longer."""
    global _runs
    _runs -= 1
    processes = sys.modules.get("multiprocessing.process")
    if _runs <= 0 and processes is not None:
        for key in (MARK, HANDOVER):
            _handed_on(processes.current_process()).pop(key, None)


def belongs_to_another_run() -> bool:
    """Tell whether the process that started this one, or one before it, is being measured."""
    processes = sys.modules.get("multiprocessing.process")
    if processes is None:
        return False
    return bool(_handed_on(processes.current_process()).get(MARK, os.getpid()) != os.getpid())


def imports_the_script_again() -> bool:
    """Tell whether this process is a new one that imports the main script to know its functions."""
    processes = sys.modules.get("multiprocessing.process")
    return processes is not None and hasattr(processes.current_process(), "_inheriting")


def seconds_of_children() -> float:
    """Return the processor time (s) that the processes started by this one have used, ended or not."""
    times = os.times()
    ended = times.children_user + times.children_system
    try:
        alive = [each.cpu_times() for each in psutil.Process().children(recursive=True)]
    except psutil.Error:
        alive = []
    return ended + math.fsum(each.user + each.system for each in alive)


def why_silent() -> str | None:
    """Return why a run that is measured in this process gets no report; None if it gets one.

    The reason is empty where it needs no word to the user.
    """
    if imports_the_script_again():
        return ""
    if belongs_to_another_run():
        return "no report of a process that belongs to the run which started it: that run's report covers it"
    return None


def tell_once(text: str) -> None:
    """Say a line, if it is one, that this process has not said yet."""
    if text and text not in _told:
        _told.add(text)
        say(text)


def _handed_on(process: Any) -> dict[str, Any]:
    """Return what a process hands on to those that it starts; nothing where this Python does it otherwise."""
    found = getattr(process, "_config", None)
    return found if type(found) is dict else {}
