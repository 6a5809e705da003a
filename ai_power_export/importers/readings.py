"""Energy from power over time: the trapezoids between readings, added up as they come."""

from __future__ import annotations

import math
from datetime import datetime

from ai_power_export.facts import Notice
from ai_power_export.importers.imported import Senseless
from ai_power_export.units import JOULES_PER_KWH

WIDE_GAP = 10.0
"""A gap between readings so many times their mean distance is told: the power in it is a guess."""


class Readings:
    """Powers of one device at rising moments, of which only sums are kept.

    Between two readings the power counts as changing evenly (trapezoidal rule).
    """

    def __init__(self) -> None:
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.count = 0
        self.joules = 0.0
        self.widest = 0.0
        """Seconds of the widest gap."""
        self.narrowest = math.inf
        """Seconds of the narrowest."""
        self._watts = 0.0
        self._busy_seconds = 0.0
        self._timed = 0.0
        self._busy: float | None = None

    def add(self, at: datetime, watts: float, busy: float | None = None) -> None:
        """Add a reading.

        Args:
            at: When it was read.
            watts: Power of the device.
            busy: Share of the time that it was busy, 0 to 1, where that was read too.

        Raises:
            Senseless: The power is negative, or the clock was set back since the last reading.
        """
        if watts < 0:
            raise Senseless(f"power is negative ({watts:g} W)")
        seconds = 0.0 if self.last is None else _seconds(self.last, at)
        if seconds < 0:
            raise Senseless("it was read before the row above: the clock was set back")
        self.joules += (self._watts + watts) / 2 * seconds
        if busy is not None and self._busy is not None:
            self._busy_seconds += (self._busy + busy) / 2 * seconds
            self._timed += seconds
        if self.count:
            self.widest, self.narrowest = max(self.widest, seconds), min(self.narrowest, seconds)
        self.first = at if self.first is None else self.first
        self.last, self._watts, self._busy = at, watts, busy
        self.count += 1

    @property
    def seconds(self) -> float:
        """Time from the first reading to the last."""
        return 0.0 if self.first is None or self.last is None else _seconds(self.first, self.last)

    @property
    def kwh(self) -> float:
        """Energy between them."""
        return self.joules / JOULES_PER_KWH

    @property
    def busy(self) -> float | None:
        """Mean share of the time that the device was busy; None where it was not read."""
        return self._busy_seconds / self._timed if self._timed > 0 else None

    def notices(self) -> tuple[Notice, ...]:
        """Return what is to be said of the readings."""
        steps = max(self.count - 1, 1)
        mean = self.seconds / steps
        text = f"power between {self.count} readings, {mean:.3g} s apart, counts as changing evenly"
        found = [Notice("integrated", text)]
        if self.widest > WIDE_GAP * mean:
            text = f"nothing was read for {self.widest:.3g} s: the power in that time is a guess"
            found.append(Notice("gap-in-readings", text))
        return tuple(found)


def _seconds(first: datetime, last: datetime) -> float:
    try:
        return (last - first).total_seconds()
    except TypeError:
        raise Senseless("some moments name a time zone, others none") from None
