"""The process that writes the reports: it waits for the script's record, or for its death.

It is forked from `aipower export` before that becomes the script, so it has
all modules it needs and none of the script's changes to the interpreter. No
process can act after SIGKILL, `os._exit` or a crash, and a handler for SIGTERM
would be seen by the script; another process can.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.console import say
from ai_power_export.launch.plan import Plan
from ai_power_export.run.ahead import USED_AT_THE_END, USED_BY_THE_SUMMARY, import_ahead

if TYPE_CHECKING:
    from ai_power_export.report.publish import Written

SECONDS_BETWEEN_LOOKS = 0.2
"""How often a system that cannot wait for a foreign process is asked for it."""

FIRST_DESCRIPTOR = 200
"""Where both ends of the channel are put: small numbers are for the script's own files, and those of the
standard streams, where these are closed, for what takes their place in the reporter."""

KILLED = "the script was killed or left without an exit"


def open_channel() -> tuple[socket.socket, int]:
    """Return the reporter's end of a channel, and the descriptor of the script's end.

    The latter survives the change into the script, and there nothing else.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = socket.socket(fileno=fcntl.fcntl(ours, fcntl.F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR))
        return channel, fcntl.fcntl(theirs, fcntl.F_DUPFD, FIRST_DESCRIPTOR)


def leave_behind(plan: Plan, channel: socket.socket, telling: int | None = None) -> None:
    """Start a reporter for the calling process, which will become the script.

    It is no child of the script (forked twice, in a session of its own), so
    that a script which waits for its children or for its terminal never meets it.

    Args:
        plan: How the script is measured.
        channel: Our end of the channel to the script.
        telling: Descriptor on which the paths of the reports are told, as a JSON list.
    """
    script = os.getpid()
    between = os.fork()
    if between:
        os.waitpid(between, 0)
        channel.close()
        return
    try:
        os.setsid()
        if os.fork() == 0:
            _let_go(plan.channel)
            record = _await_record(channel, script, plan)
            if record and record["rank"]:
                channel.close()  # the script's exit does not wait for other ranks
            written = report(plan, record)
            if telling is not None:
                os.write(telling, json.dumps([str(each.path) for each in written]).encode())
            else:
                upload(record, written)
    except Exception as error:  # noqa: BLE001 - as in `report`; nobody else hears of it
        say(f"no report: {type(error).__name__}: {error}; what was measured is kept in {plan.journal}")
    finally:
        os._exit(0)


def report(plan: Plan, record: Any) -> list[Written]:
    """Write the reports of a record; one line on stderr if that cannot be done."""
    if record is None:
        return []
    try:
        from ai_power_export.run.job.conclude import WAIT_OUTSIDE, conclude
        from ai_power_export.run.journal import settle
        from ai_power_export.run.record import Record
        from ai_power_export.run.summary import show
        from ai_power_export.settings import load_settings

        run = Record.from_json(record)
        written = conclude(run, WAIT_OUTSIDE)
        settle(Path(plan.journal))
        folder = Path(run.folder)
        show(written, load_settings(folder, run.settings), folder, quiet=plan.quiet)
        return written
    except Exception as error:  # noqa: BLE001 - the user gets one line, not our traceback
        _keep(plan, record)
        say(f"no report: {type(error).__name__}: {error}; what was measured is kept in {plan.journal}")
        return []


def upload(record: Any, written: list[Written]) -> None:
    """Deliver the reports of a record, where the user wants that; one line on stderr if it cannot be done."""
    if not written:
        return
    from ai_power_export.run.delivery import deliver

    deliver([each.path for each in written], Path(record["folder"]), record["settings"])


def left_over(plan: Plan) -> Any:
    """Return the record of a script that was killed, None where it left none."""
    from ai_power_export.run.journal import UNREADABLE, read_journal

    try:
        record = read_journal(Path(plan.journal)).record
    except UNREADABLE:
        return None
    record.cut_short = record.cut_short or KILLED
    return record.to_json() if record.stretches else None


def _keep(plan: Plan, record: Any) -> None:
    with suppress(OSError):
        Path(plan.journal).write_text(json.dumps(record), encoding="utf-8")


def _let_go(descriptor: int) -> None:
    """Hold nothing of the script's: neither its input and output nor its folder nor its channel."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    if not _is_open(2):  # the next file would be where programs that are asked print their errors
        os.dup2(nothing, 2)
    os.close(descriptor)
    os.chdir(os.sep)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _await_record(channel: socket.socket, script: int, plan: Plan) -> Any:
    """Wait until the script hands its record over or is gone.

    The channel stays open until the reports are written (it closes with this
    process): so long the script's exit waits.
    """
    # The script's interpreter is starting meanwhile.
    import_ahead(USED_AT_THE_END if plan.quiet else (*USED_AT_THE_END, *USED_BY_THE_SUMMARY))
    with _death_of(script) as death:
        while True:
            awaited: list[Any] = [death, channel] if channel.fileno() >= 0 else [death]
            ready = select.select(awaited, [], [])[0]
            if channel in ready:
                told = b"".join(iter(lambda: channel.recv(1 << 16), b""))
                if told:
                    return json.loads(told)
                channel.close()
            elif death in ready:
                return left_over(plan)


@contextmanager
def _death_of(process: int) -> Iterator[int]:
    """Give a descriptor that becomes readable when a process, which is no child of ours, has ended."""
    try:
        handle = os.pidfd_open(process)
    except (AttributeError, OSError):
        handle = _ask_for(process)
    try:
        yield handle
    finally:
        os.close(handle)


def _ask_for(process: int) -> int:
    """Return the read end of a pipe that a child of ours holds open while `process` is there."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        with suppress(OSError):
            while True:
                os.kill(process, 0)
                time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(0)
    os.close(writing)
    return reading
