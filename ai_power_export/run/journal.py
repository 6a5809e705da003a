"""The journal of a run: its record so far, in a file, for the case that the program is killed."""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ai_power_export.run.record import Record

FOLDER = ".runs"
"""Where journals are, within the folder of the reports."""

SECONDS_BETWEEN = 1.0
"""How often a journal is written at most; a stage that ends is in the live log at once."""


FRESH = 10.0
"""Seconds: `aipower export` writes its journal every two; one that is older than this goes on no more."""

FRESH_ELSEWHERE = 3600.0
"""Seconds: the same for a program on another machine of a shared folder, which cannot be asked for."""


class Journal:
    """Keeps the record of one run of this process."""

    def __init__(self, output: Path, run_id: str) -> None:
        self.path = output / FOLDER / f"{run_id}.json"
        self._written = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether the last one is old enough."""
        return time.monotonic() - self._written >= SECONDS_BETWEEN

    def keep(self, record: Record) -> None:
        """Write the record; where the disk does not take it, the run goes on without."""
        fresh = self.path.with_suffix(".new")
        self._written = time.monotonic()
        with suppress(OSError, ValueError, TypeError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps({**record.to_json(), "process": _this_process()})
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self.path)

    def settle(self) -> None:
        """Remove the journal after its reports were written, and its folder if that is empty."""
        settle(self.path)


def settle(path: Path) -> None:
    """Remove a journal, and its folder if that is empty."""
    for step in (path.unlink, path.parent.rmdir):
        with suppress(OSError):
            step()


def read_journal(path: Path) -> tuple[Record, bool]:
    """Return the record in a journal, and whether its program is still running.

    Raises:
        OSError, ValueError, KeyError, TypeError: The file is no journal.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    process = data.pop("process", None)
    age = time.time() - path.stat().st_mtime
    if process is None:
        goes_on = age < FRESH
    elif process["machine"] != platform.node():
        goes_on = age < FRESH_ELSEWHERE
    else:
        goes_on = _is_running(process)
    return Record.from_json(data), goes_on


def _this_process() -> dict[str, Any]:
    return {"machine": platform.node(), "id": os.getpid(), "began": _began(os.getpid())}


def _is_running(process: dict[str, Any]) -> bool:
    """Tell whether a process is there, and no later one that got its number."""
    import psutil

    number = int(process["id"])
    return bool(psutil.pid_exists(number)) and _began(number) == process["began"]


def _began(number: int) -> float | None:
    import psutil

    try:
        found = psutil.Process(number)
        return None if found.status() == psutil.STATUS_ZOMBIE else float(found.create_time())
    except psutil.Error:
        return None
