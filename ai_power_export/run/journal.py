"""The journal of a run: its record so far, in a file, for the case that the program is killed."""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.facts import Facts
from ai_power_export.measure.ranks import Rank
from ai_power_export.project import JOURNALS
from ai_power_export.run.record import Record

SECONDS_BETWEEN = 1.0
"""How often a journal is written at most; a stage that ends is in the live log at once."""


FRESH = 10.0
"""Seconds: `aipower export` writes its journal every two; one that is older than this goes on no more."""

FRESH_ELSEWHERE = 3600.0
"""Seconds: the same for a program on another machine of a shared folder, which cannot be asked for."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError)
"""What a file that is no journal, or a torn one, is met with."""


@dataclass(frozen=True)
class Kept:
    """What was read from a journal."""

    path: Path
    record: Record
    goes_on: bool
    """Whether its program is still running."""
    ended: bool = False
    """Whether the run has come to its end, and the record is complete."""
    machine: Facts | None = None
    """What its machine says of itself, where the process was the one to ask it."""


def journal_path(output: Path, run_id: str, rank: Rank | None = None) -> Path:
    """Return where the journal of a run is: those of the ranks of one job are together in a folder."""
    if rank is None:
        return output / JOURNALS / f"{run_id}.json"
    name = f"{rank.machine}-{rank.local}" if rank.number is None else f"{rank.number}"
    return output / JOURNALS / rank.job / f"rank-{name}.json"


class Journal:
    """Keeps the record of one run of this process."""

    def __init__(self, output: Path, run_id: str, rank: Rank | None = None) -> None:
        self.path = journal_path(output, run_id, rank)
        self._is_of_a_rank = rank is not None
        self._written = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether the last one is old enough."""
        return time.monotonic() - self._written >= SECONDS_BETWEEN

    def keep(self, record: Record) -> None:
        """Write the record; where the disk does not take it, the run goes on without."""
        is_settled = self._is_of_a_rank and self._written > 0 and not self.path.exists()
        self._written = time.monotonic()
        if is_settled:
            return  # rank 0 has written the report of the job
        keep(self.path, record)

    def settle(self) -> None:
        """Remove the journal after its reports were written; a rank's is for the one that writes them."""
        if not self._is_of_a_rank:
            settle(self.path)


def keep(path: Path, record: Record) -> None:
    """Write down the record so far of this process; where the disk does not take it, nothing is written."""
    with suppress(OSError, ValueError, TypeError):
        _write(path, {**record.to_json(), "process": _this_process()})


def leave(path: Path, record: Record, machine: Facts | None) -> None:
    """Write down the complete record of a rank, for the one that writes the report of the job.

    Raises:
        OSError: The folder cannot be written.
    """
    said = {"ended": True, "around": machine.to_json() if machine else None}
    _write(path, {**record.to_json(), "process": _this_process(), **said})


def _write(path: Path, data: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(json.dumps(data), encoding="utf-8")
    fresh.replace(path)


def settle(path: Path) -> None:
    """Remove a journal, and the folders that are empty then."""
    folders = [path.parent] if path.parent.name == JOURNALS else [path.parent, path.parent.parent]
    for step in (path.unlink, *(folder.rmdir for folder in folders)):
        with suppress(OSError):
            step()


def read_journal(path: Path) -> Kept:
    """Return what is in a journal.

    Raises:
        One of `UNREADABLE`: The file is no journal.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    process, ended, around = data.pop("process", None), data.pop("ended", False), data.pop("around", None)
    age = time.time() - path.stat().st_mtime
    if process is None:
        goes_on = age < FRESH
    elif process["machine"] != platform.node():
        goes_on = age < FRESH_ELSEWHERE
    else:
        goes_on = _is_running(process)
    machine = Facts.from_json(around) if around else None
    return Kept(path, Record.from_json(data), goes_on and not ended, ended, machine)


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
