"""A run while it happens: readings of the meter, and what is observed between them.

Everything here runs in the user's process and possibly in the middle of their
measurement: it stays small, imports nothing heavy and lets nothing escape.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ai_power_export.measure.codecarbon import Meter, read_meter, read_totals
from ai_power_export.measure.interval import Reading, between, reading_at
from ai_power_export.measure.ranks import own_rank
from ai_power_export.observe.watch import Watch
from ai_power_export.run.caller import main_script, scope_between, user_line
from ai_power_export.run.processes import begin_run, end_run, why_silent
from ai_power_export.run.record import Record, Scope, Stretch


def working_folder() -> str:
    """Return the working folder; the root where it has been deleted."""
    try:
        return str(Path.cwd())
    except OSError:
        return os.sep


class Story:
    """One measured run, from the start of its tracker to its stop."""

    def __init__(self, *, settings: dict[str, Any] | None = None, scope: Scope | None = None) -> None:
        """Prepare a run.

        Args:
            settings: Settings given in code or on the command line.
            scope: What is measured, where that is known beforehand (a function,
                a script); by default the lines between the tracker's calls.
        """
        self.record = Record(str(uuid.uuid4()), working_folder(), settings=settings or {}, rank=own_rank())
        self.process = os.getpid()
        self.silence = why_silent(self.record.rank)
        """Why no report of it is written; None if one is, empty where that needs no word."""
        self._began = False
        self._scope = scope
        self._watch: Watch | None = None
        self._last = reading_at(time.perf_counter())
        self._line = ("", 0)
        self._live: tuple[Reading, Meter] | None = None

    def watch(self) -> None:
        """Begin to observe frameworks."""
        if self.silence is None:
            self._guarded(self._begin_watching)

    def begin(self, started_at: float) -> None:
        """Note that the user started the meter, which runs since `perf_counter` time `started_at`."""
        self._last = reading_at(started_at)
        self._line = user_line()
        if self.silence is None:
            self._began = True
            self._guarded(begin_run)

    def meter_began(self, started_at: float) -> None:
        """Correct when the meter began, where `begin` could only come close."""
        self._last = replace(reading_at(started_at), cpu_time=self._last.cpu_time)

    def cut(self, total: Any, tracker: Any) -> None:
        """Close the present stretch at the tracker's running totals."""
        self._guarded(lambda: self._cut(total, tracker))

    def note(self, total: Any, tracker: Any) -> None:
        """Remember the totals without closing the stretch, for a run that is killed."""
        self._live = (read_totals(total, tracker), read_meter(total, tracker))

    def end(self) -> Record:
        """Stop observing and return the complete record."""
        self._guarded(self._stop_watching)
        if self._began:
            self._guarded(end_run)
        # A process group may have been made, or been left, since the beginning.
        self.record.rank = own_rank() or self.record.rank
        self.silence = why_silent(self.record.rank) if self.silence is None else self.silence
        if self.record.stretches:
            self.record.stretches[0].edge = self.record.stretches[-1].edge = len(self.record.stretches) > 1
        return self.record

    def so_far(self) -> Record:
        """Return a record of what is known now, as if the run had ended with the last `note`."""
        record = replace(self.record, script=main_script(), stretches=list(self.record.stretches))
        if self._live is not None:
            reading, record.meter = self._live
            seen = [seen.to_json() for seen in self._watch.snapshot()] if self._watch else []
            scope = self._scope or scope_between(self._line, ("", 0))
            record.stretches.append(Stretch(scope, between(self._last, reading), seen))
        return record

    def _begin_watching(self) -> None:
        self._watch = Watch()
        self._watch.start()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self.record.warnings += [[notice.code, notice.text] for notice in self._watch.warnings]
            self._watch = None

    def _cut(self, total: Any, tracker: Any) -> None:
        reading, line = read_totals(total, tracker), user_line()
        seen = [seen.to_json() for seen in self._watch.cut()] if self._watch else []
        scope = self._scope or scope_between(self._line, line)
        self.record.stretches.append(Stretch(scope, between(self._last, reading), seen))
        self.record.meter = read_meter(total, tracker)
        self.record.script = main_script()
        self._last, self._line, self._live = reading, line, None

    def _guarded(self, step: Callable[[], None]) -> None:
        """Run a step of ours; what fails in it becomes a warning, never the user's problem."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
            self.record.warnings.append(["recording-failed", f"{type(error).__name__}: {error}"])
