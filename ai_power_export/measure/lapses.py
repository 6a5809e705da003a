"""Leaves out of a run the times in which its meter did not measure: their energy and their seconds.

A counter that fails for a while may have been set to nothing in between, and while a machine is
suspended nobody knows what its counters do. So from the last good reading before to the first one after
nothing is taken for measured, of any part of the machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from ai_power_export.measure.energies import difference, summed, without
from ai_power_export.measure.interval import Reading
from ai_power_export.measure.run_clock import RunClock

AMOUNTS = ("kwh", "cpu_kwh", "gpu_kwh", "ram_kwh")
"""Totals of a reading that can only rise; the emissions follow from them."""
SHORTEST_SUSPENSION = 0.5
"""Seconds: the two clocks that tell of it are not read at the same moment."""
SMALLEST_SETTING = 1.0
"""Seconds by which a clock that is set is told: as exact as a report's begin is."""


class Lapses:
    """Follows the readings of one run."""

    def __init__(self, first: Reading, told: Callable[[str, str], None]) -> None:
        """Begin with the zero reading of a meter.

        Args:
            first: The zero reading.
            told: Hears by code and text, once, of what went wrong.
        """
        self.clock = RunClock(first.at, first.clock)
        self._told = told
        self._raw = first
        self._left_out = Reading(first.at, first.clock)
        self._failed = False
        self._suspended = 0.0
        self._clock_was_set = False

    def fail(self, why: str) -> None:
        """Hear that the reading which is being taken is none, and why if that is new."""
        self._failed = True
        if why:
            self._told("meter-failed", f"{why}: the time until it measures again is left out")

    def corrected(self, raw: Reading) -> Reading:
        """Return a reading without what was not measured, by the run's own clock."""
        raw = replace(raw, clock=self.clock.at(raw.at))
        if raw.at > self._raw.at:
            raw = self._take(raw)
        kept = {name: getattr(raw, name) - getattr(self._left_out, name) for name in AMOUNTS}
        share = kept["kwh"] / raw.kwh if raw.kwh > 0 else 0.0
        out = self._left_out
        return replace(
            raw,
            **kept,
            co2_kg=raw.co2_kg * share,
            meters=without(raw.meters, out.meters),
            unmeasured=out.unmeasured,
        )

    def _take(self, raw: Reading) -> Reading:
        if not all(math.isfinite(getattr(raw, name)) for name in AMOUNTS):
            self.fail("the meter's totals are no numbers")
            raw = replace(raw, **{name: getattr(self._raw, name) for name in AMOUNTS})
        elif any(getattr(raw, name) < getattr(self._raw, name) for name in AMOUNTS):
            self.fail("the meter's totals went back")
        suspended = self._was_suspended()
        if self._failed or suspended:
            self._leave_out(raw, others=suspended)
        self._tell_clock()
        self._raw, self._failed = raw, False
        return raw

    def _leave_out(self, raw: Reading, *, others: bool) -> None:
        """Leave out what was used since the last reading; of other meters too, unless they went on."""
        out, before = self._left_out, self._raw
        more = {name: getattr(out, name) + getattr(raw, name) - getattr(before, name) for name in AMOUNTS}
        meters = summed([out.meters, difference(before.meters, raw.meters)]) if others else out.meters
        self._left_out = replace(out, **more, meters=meters, unmeasured=out.unmeasured + raw.at - before.at)

    def _was_suspended(self) -> bool:
        suspended, before = self.clock.suspended, self._suspended
        self._suspended = suspended
        if suspended - before < SHORTEST_SUSPENSION:
            return False
        text = f"the machine was suspended for {suspended - before:.0f} s: that time is not measured"
        self._told("suspended", text)
        return True

    def _tell_clock(self) -> None:
        by = self.clock.set_by
        if abs(by) >= SMALLEST_SETTING and not self._clock_was_set:
            self._clock_was_set = True
            way = "forward" if by > 0 else "back"
            text = f"the clock was set {way} by {abs(by):.0f} s: times are told by the clock as the run began"
            self._told("clock-set", text)
