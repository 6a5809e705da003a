"""Shares the energy of each reading among the calls that were observed since the one before.

Within a reading CodeCarbon knows one power, so a call that took a third of its time has a third of
its energy: that is where the totals at its begin and end would lie on the line between both readings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ai_power_export.measure.energies import scaled
from ai_power_export.measure.interval import Interval, Reading, between
from ai_power_export.observe.observation import Observation

Key = tuple[str, str, str, str]


def key_of(seen: Observation) -> Key:
    """Return what tells the calls of one kind from others: method, what it does, line and class."""
    return (
        seen.method,
        seen.does.value if seen.does else "",
        seen.place,
        seen.parts[0].class_path if seen.parts else "",
    )


@dataclass
class Shares:
    """What each kind of call has used so far."""

    intervals: dict[Key, Interval] = field(default_factory=dict)
    _known: dict[Key, float] = field(default_factory=dict)
    """Seconds of each at the last reading, in the present window of the observer."""

    def sample(self, before: Reading, after: Reading, seen: Iterable[Observation]) -> None:
        """Share what was used between two readings among what has been observed up to the latter."""
        spent: dict[Key, float] = {}
        begins: dict[Key, float] = {}
        for each in seen:
            key = key_of(each)
            spent[key] = spent.get(key, 0.0) + each.seconds
            begins[key] = min(begins.get(key, each.begin), each.begin)
        fresh = {key: seconds - self._known.get(key, 0.0) for key, seconds in spent.items()}
        self._known = spent
        fresh = {key: seconds for key, seconds in fresh.items() if seconds > 0}
        window = between(before, after)
        if window.seconds > 0:
            # Calls in several threads at once may take more time than there is: they share it.
            whole = max(window.seconds, sum(fresh.values()))
            for key, seconds in fresh.items():
                self._add(key, _part(window, seconds / whole, max(begins[key], window.begin)))

    def begin_window(self) -> None:
        """Hear that the observer counts anew."""
        self._known.clear()

    def _add(self, key: Key, interval: Interval) -> None:
        known = self.intervals.get(key)
        self.intervals[key] = known.followed_by(interval) if known else interval


def _part(window: Interval, share: float, begin: float) -> Interval:
    return replace(
        window,
        begin=begin,
        seconds=window.seconds * share,
        kwh=window.kwh * share,
        cpu_kwh=window.cpu_kwh * share,
        gpu_kwh=window.gpu_kwh * share,
        ram_kwh=window.ram_kwh * share,
        co2_kg=window.co2_kg * share,
        meters=scaled(window.meters, share),
        unmeasured=window.unmeasured * share,
    )
