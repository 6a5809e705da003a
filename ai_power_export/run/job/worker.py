"""Makes a process that `multiprocessing` starts observe itself, for the run that started it.

Such processes are the workers of `multiprocessing` (whatever way they are started, also by joblib and
PyTorch), and the ranks that a launcher starts which is itself measured. None of them measures: the run that
started them measures the machine. A worker that is killed, or a pool that is terminated, leaves nothing.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ai_power_export.observe.watch import Watch

ONLY_LOADS = "torch.utils.data._utils.worker"
"""The module of processes that only fetch data for a `DataLoader`, again for each pass over it."""

MOST_WORKERS = 64
"""Processes of a run that are observed: where there are more, each does little."""


class Worker:
    """Observes a process that another one measures."""

    def __init__(self, folder: str) -> None:
        """Prepare.

        Args:
            folder: Where to leave what was seen.
        """
        self._folder = Path(folder)
        self._process = os.getpid()
        self._watch = Watch()
        self._begin = time.time()

    @property
    def is_here(self) -> bool:
        """Whether this is its process, and it has not left yet."""
        return self._process == os.getpid()

    def start(self) -> None:
        """Begin to observe."""
        self._watch.start()

    def leave(self) -> None:
        """Stop observing, and write down what was seen, if anything was."""
        if not self.is_here or _only_loads():
            return
        self._process = 0
        with suppress(Exception):  # a worker that cannot tell what it saw ends as it would without us
            from ai_power_export.run.job.workers import leave_seen

            seen = self._watch.stop()
            leave_seen(self._folder, self._begin, seen, self._watch.wholly_seen, self._watch.warnings)


class Handover:
    """Travels to each process that `multiprocessing` starts, and makes it a worker.

    It is part of the configuration that a process hands on. A new interpreter reads it (spawn, loky); in a
    fork, of this process or of a server, `multiprocessing` calls what is registered for it.
    """

    def __init__(self, folder: str) -> None:
        from multiprocessing.util import register_after_fork

        self._folder = folder
        self._worker: Worker | None = None
        self._sent = 0
        register_after_fork(self, Handover._begin)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Travel as a folder."""
        self._sent += 1
        return _arrived, (self._folder if self._sent <= MOST_WORKERS else "",)

    def _begin(self) -> None:
        """Make this process a worker; a fork has forgotten what was to be done at its end."""
        from multiprocessing.util import Finalize

        if not self._folder or _only_loads() or _number() > MOST_WORKERS:
            return
        with suppress(Exception):  # the worker works whatever fails in us
            if self._worker is None or not self._worker.is_here:
                self._worker = Worker(self._folder)
                self._worker.start()
            Finalize(None, self._worker.leave, exitpriority=0)


def _arrived(folder: str) -> Handover:
    found = Handover(folder)
    found._begin()
    return found


def _only_loads() -> bool:
    """Tell whether this process only fetches data for another one."""
    target = getattr(_this_process(), "_target", None)
    return getattr(target, "__module__", "") == ONLY_LOADS


def _number() -> int:
    """Return which of the processes of its parent this one is, from 1; 0 where that is not known."""
    identity = getattr(_this_process(), "_identity", ())
    return identity[-1] if identity else 0


def _this_process() -> Any:
    module: Any = sys.modules.get("multiprocessing.process")
    return module.current_process() if module else None
