"""The process in which one meter lives: answers readings over a socket until its program is gone.

One byte asks, one line of JSON answers: `r` for the totals, `s` for the last totals and the final
description, after which the meter is stopped. The first line, unasked, says that it was started.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from ai_power_export.measure.meters.interface import Meter, MeterFailed, MeterReading, checked
from ai_power_export.measure.meters.registry import build

LONGEST_PAUSE = 5.0
"""Seconds after which the host looks whether the program is still there."""

LAST_WORDS = 10.0
"""Seconds that a tool has to end by itself once the program is gone."""

READ, STOP = b"r", b"s"


def main(job: dict[str, Any]) -> None:
    """Run one meter.

    Args:
        job: `kind` and `options` of the meter, the `folder` and `process` of the program, and an empty
            `place` of its own, which is removed in the end.
    """
    channel = _channel()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.chdir(job["place"])
    Thread(target=_end_with, args=(int(job["process"]), job["place"]), daemon=True).start()
    try:
        _live(channel, job)
    finally:
        os.chdir(os.sep)
        shutil.rmtree(job["place"], ignore_errors=True)


def _end_with(process: int, place: str) -> None:
    """End also where the tool hangs, some time after the program."""
    while _is_there(process):
        time.sleep(LONGEST_PAUSE)
    time.sleep(LAST_WORDS)
    shutil.rmtree(place, ignore_errors=True)
    os._exit(1)


def _channel() -> socket.socket:
    """Take the socket from the standard input, and leave nothing that a tool could read or print to."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return channel


def _live(channel: socket.socket, job: dict[str, Any]) -> None:
    try:
        meter = build(job["kind"], job["options"])
        meter.folder, meter.process = Path(job["folder"]), int(job["process"])
        if not meter.needs_network:
            _refuse_connections()
        meter.start()
        last = checked(meter.read(), None)
        _tell(channel, last, meter)
    except BaseException as failure:  # noqa: BLE001 - whatever a tool raises is told to the program
        _tell_failure(channel, failure)
        return
    try:
        _serve(channel, meter, last)
    except BaseException as failure:  # noqa: BLE001 - as above
        _tell_failure(channel, failure)
    finally:
        with suppress(Exception):
            meter.stop()


def _serve(channel: socket.socket, meter: Meter, last: MeterReading) -> None:
    channel.settimeout(min(meter.period or LONGEST_PAUSE, LONGEST_PAUSE))
    while True:
        try:
            order = channel.recv(1)
        except TimeoutError:
            if not _is_there(meter.process):
                return
            order = b""
        else:
            if not order:
                return
        if order or meter.period is not None:
            last = checked(meter.read(), last)
        if order:
            _tell(channel, last, meter if order == STOP else None)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _tell(channel: socket.socket, reading: MeterReading, meter: Meter | None = None) -> None:
    said: dict[str, Any] = {"at": reading.at, "kwh": dict(reading.kwh)}
    if meter is not None:
        said["description"] = meter.describe().to_json()
    channel.sendall(json.dumps(said, allow_nan=False).encode() + b"\n")


def _tell_failure(channel: socket.socket, failure: BaseException) -> None:
    known = isinstance(failure, MeterFailed)
    text = str(failure) if known else f"{type(failure).__name__}: {failure}"
    with suppress(OSError):
        channel.sendall(json.dumps({"error": " ".join(text.split())[:300]}).encode() + b"\n")


def _refuse_connections() -> None:
    """Let nothing of this process reach a network; sockets of the machine itself go on."""

    def refuse(*_: Any) -> NoReturn:
        raise OSError(errno.ENETUNREACH, "no meter asks the network")

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            refuse()
        plain_connect(self, address)

    plain_connect = socket.socket.connect
    for owner, name, instead in (
        (socket.socket, "connect", connect),
        (socket.socket, "connect_ex", refuse),
        (socket, "getaddrinfo", refuse),
    ):
        setattr(owner, name, instead)


BOOT = """
import os, sys
if os.fork():
    os._exit(0)
import json
job = json.loads(sys.argv[1])
sys.path += [each for each in job["path"] if each not in sys.path]
from ai_power_export.measure.meters.host import main
main(job)
"""
"""What the process runs: it is no child of the program, which may wait for all of its children. What
the program has put on the import path comes last, so that no file of its own hides a tool's module."""


def command(job: dict[str, Any]) -> list[str]:
    """Return the command line of a host."""
    return [
        sys.executable,
        "-I",
        "-c",
        BOOT,
        json.dumps({**job, "path": [each for each in sys.path if each]}),
    ]
