"""Which other runs are measured on this machine at the same time: what it draws is in the reports of all.

Each run keeps an empty file in the folder for temporary files, named by its process and its job, while
it is measured; one that meets another writes into that one's file, if it may.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

PREFIX = "aipower-run"

SAME_PROGRAM = "another tracker of this program ran at the same time: that energy is in the reports of both"
SAME_MACHINE = (
    "another run was measured on this machine at the same time: that energy is in the reports of both"
)


_running: dict[str, int] = {}
"""Runs of this program that are measured now, each with its process: one that is forked begins with none."""


class Neighbours:
    """Lets one run be seen by others, and sees them."""

    def __init__(self, run_id: str, job: str, told: Callable[[str, str], None]) -> None:
        """Prepare.

        Args:
            run_id: Id of the run.
            job: What it has in common with other processes of the same job; its own id outside of one.
            told: Hears by code and text, once, of others.
        """
        self._run_id, self._folder = run_id, Path(gettempdir())
        self._path = self._folder / f"{PREFIX}-{os.getpid()}-{_word(job)}-{_word(run_id)}"
        self._job, self._told = _word(job), told

    def begin(self) -> list[str]:
        """Meet those that are measured now, and be seen by those that come.

        Returns:
            The ids of the runs of this program that this one begins within.
        """
        around = [run_id for run_id, process in _running.items() if process == os.getpid()]
        _running[self._run_id] = os.getpid()
        with suppress(OSError):
            self._path.touch()
            self._meet()
        return around

    def end(self) -> None:
        """Meet those that are measured now, hear of those that came and went, and be seen no more."""
        _running.pop(self._run_id, None)
        with suppress(OSError):
            self._meet()
            for told in set(self._path.read_text(encoding="utf-8", errors="replace").split()):
                if told.isdecimal():
                    self._tell(int(told))
            self._path.unlink()

    def _meet(self) -> None:
        for path in self._folder.glob(f"{PREFIX}-*"):
            process, _, job = path.name.removeprefix(f"{PREFIX}-").rpartition("-")[0].partition("-")
            if path == self._path or job == self._job or not process.isdecimal():
                continue
            with suppress(OSError):
                if _is_alive(int(process), path):
                    self._tell(int(process))
                    _write_into(path)
                else:
                    path.unlink()

    def _tell(self, process: int) -> None:
        self._told("measured-twice", SAME_PROGRAM if process == os.getpid() else SAME_MACHINE)


def _write_into(path: Path) -> None:
    """Leave the number of this process in another run's file, and in nothing that is linked there instead."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "a", encoding="utf-8") as file:  # noqa: PTH123 - a path would follow links
        file.write(f"{os.getpid()}\n")


def _word(text: str) -> str:
    """Return a text as a part of a file's name."""
    return "".join(letter for letter in text if letter.isalnum()) or "0"


def _is_alive(process: int, path: Path) -> bool:
    """Tell whether the process that left a file is still there, and no later one with its number."""
    import psutil

    try:
        return bool(psutil.Process(process).create_time() <= path.stat().st_mtime)
    except (psutil.Error, OSError):
        return False
