"""Outlives the script: writes the report of what was measured if it was killed.

No process can act after SIGKILL, `os._exit` or a crash of its interpreter, and
a handler for SIGTERM would be seen by the script. So another process waits.
"""

from __future__ import annotations

import json
import os
import select
import time
from contextlib import suppress
from pathlib import Path

from ai_power_export.launch.plan import Plan

SECONDS_BETWEEN_LOOKS = 0.2
"""How often a system that cannot wait for a foreign process is asked for it."""


def leave_behind(plan: Plan) -> None:
    """Start a watchdog over the calling process, which will become the script.

    It is no child of the script (forked twice, in a session of its own), so
    that a script which waits for its children or for its terminal never meets it.
    """
    script = os.getpid()
    between = os.fork()
    if between:
        os.waitpid(between, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            _let_go()
            _wait_for(script)
            _write_what_is_left(plan)
    finally:
        os._exit(0)


def _let_go() -> None:
    """Hold nothing of the script's: neither its input and output nor its folder."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.chdir(os.sep)


def _wait_for(process: int) -> None:
    with suppress(ProcessLookupError):
        if not hasattr(os, "pidfd_open"):
            _ask_for(process)
            return
        try:
            handle = os.pidfd_open(process)
        except PermissionError:
            _ask_for(process)
        else:
            select.select([handle], [], [])


def _ask_for(process: int) -> None:
    while True:
        os.kill(process, 0)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _write_what_is_left(plan: Plan) -> None:
    if not Path(plan.journal).exists() or not plan.claim():
        return
    from ai_power_export.launch import finisher
    from ai_power_export.run.record import Record

    record = Record.from_json(json.loads(plan.claimed.read_text(encoding="utf-8")))
    record.cut_short = "the script was killed or left without an exit"
    if record.stretches:
        finisher.write(record, plan)
