"""What is observed while a run is measured: in a stretch, and since the last stage began or ended."""

from __future__ import annotations

from typing import Any

from ai_power_export.measure.interval import Reading
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.watch import Watch
from ai_power_export.run.record import Record
from ai_power_export.run.shares import Shares


class Observing:
    """The watch of one run; before it begins and after its end nothing is observed."""

    def __init__(self) -> None:
        self._watch: Watch | None = None
        self._shares = Shares()
        self._seen: list[Observation] = []
        """What was observed in the present stretch before the last begin or end of a stage."""

    def begin(self) -> None:
        """Begin to observe frameworks."""
        self._watch = Watch()
        self._watch.start()

    def take(self) -> list[Observation]:
        """Return what was observed since this was last asked, and keep it for the stretch."""
        seen = self._watch.cut() if self._watch else []
        self._seen += seen
        self._shares.begin_window()
        return seen

    def end_stretch(self) -> list[dict[str, Any]]:
        """Return what was observed in the present stretch, and begin the next one."""
        self.take()
        seen, self._seen = merged(self._seen), []
        return [each.to_json() for each in seen]

    def so_far(self) -> list[dict[str, Any]]:
        """Return what was observed in the present stretch up to now."""
        return [each.to_json() for each in merged([*self._seen, *self._now()])]

    def share(self, before: Reading, reading: Reading, record: Record) -> None:
        """Give the energy between two readings to the calls that were seen between them."""
        self._shares.sample(before, reading, self._now())
        record.shares = list(self._shares.intervals.items())

    def end(self, record: Record) -> None:
        """Stop observing, and note what was seen wholly and what went wrong."""
        if self._watch is not None:
            self._watch.stop()
            record.wholly_seen = self._watch.wholly_seen
            record.warnings += [[notice.code, notice.text] for notice in self._watch.warnings]
            self._watch = None

    def _now(self) -> list[Observation]:
        return self._watch.snapshot() if self._watch else []
