"""What is observed while a run is measured: in a stretch, and since the last stage began or ended."""

from __future__ import annotations

import sys
from typing import Any

from ai_power_export.measure.interval import Reading
from ai_power_export.observe.heard import HEARD_ONCE
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.watch import Watch
from ai_power_export.run.processes import seconds_of_children
from ai_power_export.run.record import Record
from ai_power_export.run.shares import Shares

LONGEST_HELP = 5.0
"""Seconds of processor time of child processes above which they may have done the work: those that CodeCarbon
starts to ask the processor take a second or two."""
LONGEST_ELSEWHERE = 1.0
"""Processor time (s) of child processes: beyond it, what was not called here may have been called there."""
LONGEST_UNLOADED = 0.1
"""The same for the loading of data, which takes little more than the start of a Python with numpy."""


class Observing:
    """The watch of one run; before it begins and after its end nothing is observed."""

    def __init__(self) -> None:
        self._watch: Watch | None = None
        self._shares = Shares()
        self._seen: list[Observation] = []
        """What was observed in the present stretch before the last begin or end of a stage."""
        self._called: set[str] = set()
        """Names of what was called in the present stretch, as `Watch` has them."""
        self._elsewhere = 0.0
        self._traced: set[str] = set()
        """Functions that were called once, and may have run again unheard."""

    def begin(self) -> None:
        """Begin to observe frameworks."""
        self._elsewhere = seconds_of_children()
        self._watch = Watch()
        self._watch.start()

    def take(self) -> list[Observation]:
        """Return what was observed since this was last asked, and keep it for the stretch."""
        self._called |= self._watch.called if self._watch else set()
        seen = self._watch.cut() if self._watch else []
        self._seen += seen
        self._shares.begin_window()
        return seen

    def end_stretch(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return what the present stretch showed, and what was heard of and not called; begin the next."""
        self.take()
        seen, self._seen = merged(self._seen), []
        called, self._called = self._called, set()
        self._traced |= called & HEARD_ONCE
        silent = sorted(self._watch.heard - called - self._traced) if self._watch else []
        return [each.to_json() for each in seen], silent

    def so_far(self) -> list[dict[str, Any]]:
        """Return what was observed in the present stretch up to now."""
        return [each.to_json() for each in merged([*self._seen, *self._now()])]

    def share(self, before: Reading, reading: Reading, record: Record) -> None:
        """Give the energy between two readings to the calls that were seen between them."""
        self._shares.sample(before, reading, self._now())
        record.shares = list(self._shares.intervals.items())

    def end(self, record: Record) -> None:
        """Stop observing, and note what was seen wholly, what certainly did not run, and what went wrong."""
        elsewhere = seconds_of_children() - self._elsewhere
        record.helped = elsewhere > LONGEST_HELP
        if elsewhere > LONGEST_ELSEWHERE:
            for stretch in record.stretches:
                stretch.silent = []
        else:
            record.imported = sorted({name.partition(".")[0] for name in list(sys.modules)})
        if self._watch is not None:
            self._watch.stop()
            record.wholly_seen = self._watch.wholly_seen
            if elsewhere <= LONGEST_UNLOADED:
                record.unloaded = sorted(self._watch.unloaded)
            record.warnings += [[notice.code, notice.text] for notice in self._watch.warnings]
            self._watch = None

    def _now(self) -> list[Observation]:
        return self._watch.snapshot() if self._watch else []
