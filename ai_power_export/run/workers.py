"""Processes that a measured run starts: each observes itself, and leaves what it saw for the run's report.

They are the workers of `multiprocessing` (whatever way they are started, also by joblib and PyTorch), and
the ranks that a launcher starts which is itself measured. None of them measures: the run that started
them measures the machine. A worker that is killed, or a pool that is terminated, leaves nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ai_power_export.measure.interval import between, reading_at
from ai_power_export.measure.ranks import own_rank
from ai_power_export.observe.observation import Doing, Observation
from ai_power_export.observe.ranks import of_all_ranks
from ai_power_export.observe.watch import Watch
from ai_power_export.run.caller import main_script
from ai_power_export.run.folder import output_folder
from ai_power_export.run.journal import FOLDER
from ai_power_export.run.record import Record, Scope, Stretch

ONLY_LOADS = "torch.utils.data._utils.worker"
"""The module of processes that only fetch data for a `DataLoader`, again for each pass over it."""

READS_PARALLEL = 0.05
"""Seconds by which the clocks of two processes' observations may differ."""


def folder_of_workers(record: Record) -> Path:
    """Return where the workers of a run leave what they saw."""
    return output_folder(Path(record.folder), record.settings) / FOLDER / record.run_id


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
        self._begin = reading_at(time.perf_counter())

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
            rank, script = own_rank(), main_script()
            seen = [each.to_json() for each in self._watch.stop() if each.place or each.parts]
            if seen or rank is not None:
                interval = between(self._begin, reading_at(time.perf_counter()))
                record = Record(str(uuid.uuid4()), str(self._folder), script, rank=rank)
                record.stretches = [Stretch(Scope(script), interval, seen)]
                record.wholly_seen = self._watch.wholly_seen
                record.warnings = [[notice.code, notice.text] for notice in self._watch.warnings]
                self._write(record)

    def _write(self, record: Record) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"worker-{record.run_id}"
        path.write_text(json.dumps(record.to_json()), encoding="utf-8")
        path.replace(path.with_suffix(".json"))


class Handover:
    """Travels to each process that `multiprocessing` starts, and makes it a worker.

    It is part of the configuration that a process hands on. A new interpreter reads it (spawn, loky); in a
    fork, of this process or of a server, `multiprocessing` calls what is registered for it.
    """

    def __init__(self, folder: str) -> None:
        from multiprocessing.util import register_after_fork

        self._folder = folder
        self._worker: Worker | None = None
        register_after_fork(self, Handover._begin)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Travel as a folder."""
        return _arrived, (self._folder,)

    def _begin(self) -> None:
        """Make this process a worker; a fork has forgotten what was to be done at its end."""
        from multiprocessing.util import Finalize

        if _only_loads():
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
    module: Any = sys.modules.get("multiprocessing.process")
    target = getattr(module.current_process(), "_target", None) if module else None
    return getattr(target, "__module__", "") == ONLY_LOADS


# ---- what becomes of it ----------------------------------------------------------------------------


def left_by_workers(record: Record) -> list[Record]:
    """Return what the workers of a run have left, and remove it."""
    folder, found = folder_of_workers(record), []
    for path in sorted(folder.glob("worker-*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(Record.from_json(json.loads(path.read_text(encoding="utf-8"))))
        with suppress(OSError):
            path.unlink()
    for empty in (folder, folder.parent):
        with suppress(OSError):
            empty.rmdir()
    return found


def with_workers(record: Record, workers: list[Record]) -> Record:
    """Return the record of a run with what its workers saw."""
    if not workers:
        return record
    own = [_observations(each) for each in record.stretches]
    calls = [call for each in own for call in each if call.does is not Doing.LOADS]
    seen = [[each for each in _observations(w.stretches[0]) if not _is_inside(each, calls)] for w in workers]
    stretches = [replace(each) for each in record.stretches]
    for index, stretch in enumerate(stretches):
        here = [[each for each in one if _place(each, stretches) == index] for one in seen]
        together = of_all_ranks([own[index], *(each for each in here if each)])
        stretch.observations = [each.to_json() for each in together]
    warnings = dict.fromkeys(tuple(each) for one in (record, *workers) for each in one.warnings)
    return replace(record, stretches=stretches, warnings=[list(each) for each in warnings])


def as_ranks(launcher: Record, workers: list[Record]) -> list[Record]:
    """Return the records of the ranks that a measured launcher has started, lowest first.

    The lowest one has what the launcher measured. Empty where no worker is a rank.
    """
    ranks = sorted((each for each in workers if each.rank), key=_number)
    if not ranks:
        return []
    first = ranks[0]
    seen = first.stretches[0]
    measured = replace(
        launcher,
        script=first.script,
        stretches=[
            replace(each, scope=seen.scope, observations=seen.observations) for each in launcher.stretches[:1]
        ],
        warnings=[*launcher.warnings, *first.warnings],
        wholly_seen=first.wholly_seen,
        rank=first.rank,
    )
    others = [replace(each, folder=launcher.folder, settings=launcher.settings) for each in ranks[1:]]
    return [measured, *others]


def _number(record: Record) -> int:
    return record.rank.number or 0 if record.rank else 0


def _observations(stretch: Stretch) -> list[Observation]:
    return [Observation.from_json(each) for each in stretch.observations]


def _is_inside(seen: Observation, calls: list[Observation]) -> bool:
    """Tell whether a worker did its part of calls that were observed where they were made."""
    return _is_during(seen.begin, calls) and _is_during(seen.end, calls)


def _is_during(moment: float, calls: list[Observation]) -> bool:
    return any(each.begin - READS_PARALLEL <= moment <= each.end + READS_PARALLEL for each in calls)


def _place(seen: Observation, stretches: list[Stretch]) -> int:
    """Return the number of the stretch in which most of an observation lies."""

    def shared(index: int) -> float:
        interval = stretches[index].interval
        return min(seen.end, interval.begin + interval.seconds) - max(seen.begin, interval.begin)

    return max(range(len(stretches)), key=shared)
