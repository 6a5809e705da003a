"""The program's end of a meter that lives in a process of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress

from ai_power_export.measure.energies import SECONDS
from ai_power_export.measure.meters.host import READ, STOP, command
from ai_power_export.measure.meters.interface import Description, MeterReading
from ai_power_export.measure.meters.registry import Wanted

LONGEST_START = 30.0
"""Seconds that a tool may take to be imported and started."""

LONGEST_READ = 8.0
"""Seconds that one reading may take: a watt-meter's command may take 5."""

FIRST_DESCRIPTOR = 200
"""Where the socket is put: programs expect small numbers for their own files."""


class RemoteMeter:
    """One meter of a run, seen from the program. Not safe for threads by itself."""

    def __init__(self, meter: Wanted) -> None:
        self.name = meter.name
        self.failure = ""
        """Why it measures no more, or never did; empty while it does."""
        self.description: Description | None = None
        """What it says of itself; None until it is started."""
        self._meter = meter
        self._channel: socket.socket | None = None
        self._identity = (-1, -1)
        self._place = ""
        """Its process' own folder, which that removes, unless the tool has ended it."""
        self._heard = b""
        self._first: MeterReading | None = None
        self._before: MeterReading | None = None
        self._latest: MeterReading | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._channel is not None and not self.failure

    @property
    def reaches_to(self) -> float:
        """The `perf_counter` time up to which its totals are known."""
        return self._latest.at if self._latest is not None else float("-inf")

    def launch(self, folder: str) -> None:
        """Start its process; `started` waits for it."""
        self._place = tempfile.mkdtemp(prefix="aipower-meter-")
        job = {
            "kind": self._meter.kind,
            "options": dict(self._meter.options),
            "folder": folder,
            "process": os.getpid(),
            "place": self._place,
        }
        ours, theirs = socket.socketpair()
        try:
            subprocess.run(
                command(job),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                check=False,
                timeout=LONGEST_START,
            )
        except (OSError, ValueError, TypeError, subprocess.SubprocessError) as error:
            self.failure = f"its process could not be started: {error}"
            return
        finally:
            theirs.close()
        self._channel = socket.socket(fileno=fcntl.fcntl(ours, fcntl.F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR))
        ours.close()
        self._identity = _identity(self._channel.fileno())

    def started(self) -> None:
        """Wait until it measures, or has failed to."""
        self._take_in(time.monotonic() + LONGEST_START)

    def ask(self, order: bytes = READ) -> None:
        """Ask for its totals; `answered` waits for them."""
        if self._channel is None or self.failure:
            return
        if _identity(self._channel.fileno()) != self._identity:
            # The program has closed it, and may have a file of its own under the number by now.
            self._channel.detach()
            self._channel, self.failure = None, "the program has closed its connection"
            return
        try:
            self._channel.send(order, getattr(socket, "MSG_NOSIGNAL", 0))
        except OSError as error:
            self.failure = f"its process has ended ({error.strerror})"

    def answered(self, deadline: float) -> None:
        """Wait for its totals until a `monotonic` time."""
        if self.is_alive:
            self._take_in(deadline)

    def close(self) -> None:
        """Stop it, after its last words."""
        self.ask(STOP)
        self.answered(time.monotonic() + LONGEST_READ)
        if self._channel is not None and _identity(self._channel.fileno()) == self._identity:
            self._channel.close()
        self._channel = None
        if self._place:
            shutil.rmtree(self._place, ignore_errors=True)

    def totals(self, at: float) -> dict[str, float] | None:
        """Return its totals at a `perf_counter` time, as if its power were constant between two readings.

        A meter that has died keeps those of its last reading. None if it never measured.
        """
        first, before, latest = self._first, self._before, self._latest
        if first is None or before is None or latest is None:
            return None
        at = max(at, first.at)
        span = latest.at - before.at
        share = min(max((at - before.at) / span, 0.0), 1.0) if span > 0 else 1.0
        parts = {
            part: before.kwh[part] + (kwh - before.kwh[part]) * share for part, kwh in latest.kwh.items()
        }
        return {**parts, SECONDS: min(at, latest.at) - first.at}

    def _take_in(self, deadline: float) -> None:
        if self._channel is None:
            return
        try:
            said = json.loads(self._line(self._channel, deadline))
            if "error" in said:
                self.failure = str(said["error"])
                return
            if "description" in said:
                self.description = Description.from_json(said["description"])
            self._measured(MeterReading(said["kwh"], said["at"]))
        except TimeoutError:
            self.failure = "it does not answer"
        except (OSError, EOFError):
            self.failure = "its process has ended"
        except (ValueError, KeyError, TypeError) as error:
            self.failure = f"its answer makes no sense: {error}"

    def _measured(self, reading: MeterReading) -> None:
        self._first = self._first or reading
        self._before, self._latest = self._latest or reading, reading

    def _line(self, channel: socket.socket, deadline: float) -> bytes:
        while b"\n" not in self._heard:
            channel.settimeout(max(deadline - time.monotonic(), 0.001))
            more = channel.recv(1 << 16)
            if not more:
                raise EOFError
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return line


def _identity(descriptor: int) -> tuple[int, int]:
    with suppress(OSError):
        found = os.fstat(descriptor)
        return (found.st_dev, found.st_ino)
    return (-1, -1)
