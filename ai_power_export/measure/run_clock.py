"""The clock of one run: wall clock time that nobody sets while it runs.

Its begin is the wall clock's. From there it goes with the monotonic clock, from which durations come
too, and on Linux with what the machine was suspended for, which that leaves out.
"""

from __future__ import annotations

import time

SUSPENSIONS = hasattr(time, "CLOCK_BOOTTIME")
"""Whether this system (Linux) tells how long it was suspended. Elsewhere the wall clock is followed."""


class RunClock:
    """Tells the time (s since the epoch) of moments of one run."""

    def __init__(self, at: float, clock: float) -> None:
        """Begin at `perf_counter` time `at`, when the wall clock said `clock`."""
        self._at, self._clock = at, clock
        self._suspended = _suspended()

    @property
    def suspended(self) -> float:
        """Seconds that the machine has been suspended for since the run began."""
        return _suspended() - self._suspended

    @property
    def set_by(self) -> float:
        """Seconds by which somebody has set the wall clock forward since, or back if below zero."""
        return time.time() - self.at(time.perf_counter())

    def at(self, at: float) -> float:
        """Return the time of a moment, just passed, by its `perf_counter` time."""
        if not SUSPENSIONS:
            return time.time() - (time.perf_counter() - at)
        return self._clock + (at - self._at) + self.suspended


def _suspended() -> float:
    """Return for how long the machine has been suspended since it was started."""
    if not SUSPENSIONS:
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
