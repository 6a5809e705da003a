"""How totals of energy come about: power added up over time, and counters that overflow."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from ai_power_export.measure.meters.interface import MeterFailed, MeterReading
from ai_power_export.units import JOULES_PER_KWH

RAPL = Path("/sys/class/powercap/intel-rapl")
"""Where Linux shows the processors' energy counters, one folder each."""


MOST_WATTS = 2000.0
"""More than any one device draws that has a counter: twice the 1000 W of the hungriest of 2026. A counter
that is set to 0 while a machine is suspended would else count as one that has been full."""

SHORTEST_STEP = 0.1
"""Seconds: counters may take this long to tell what was used."""


class PowerLedger:
    """Adds up power: each sample stands for the time since the one before, as in CodeCarbon.

    A power meter shows what was drawn up to now, not what will be drawn.
    """

    def __init__(self) -> None:
        self._kwh: dict[str, float] = {}
        self._since = time.perf_counter()

    def add(self, watts: Mapping[str, float], at: float | None = None) -> None:
        """Add a sample of power (W) by part, taken at a `perf_counter` time, by default now."""
        at = time.perf_counter() if at is None else at
        seconds = max(at - self._since, 0.0)
        for part, power in watts.items():
            self._kwh[part] = self._kwh.get(part, 0.0) + power * seconds / JOULES_PER_KWH
        self._since = max(at, self._since)

    @property
    def reading(self) -> MeterReading:
        """The totals up to the last sample."""
        return MeterReading(dict(self._kwh), self._since)


class Counters:
    """Adds up what counters count, also where they overflow and begin again at 0."""

    def __init__(self, ranges: Mapping[str, float], joules: float | None = None) -> None:
        """Prepare.

        Args:
            ranges: The value at which a counter begins again, by its name; without it, none may.
            joules: The joules of a counter's unit, where more than `MOST_WATTS` show that it was set anew.
        """
        self._ranges, self._joules = ranges, joules
        self._at = time.perf_counter()
        self._last: dict[str, float] = {}
        self._totals: dict[str, float] = {}

    def add(self, values: Mapping[str, float]) -> dict[str, float]:
        """Take in the counters' values, in any unit; return what each has counted since the first time.

        Raises:
            MeterFailed: A counter went back that does not overflow, has jumped, appeared or gone.
        """
        at = time.perf_counter()
        seconds, self._at = max(at - self._at, SHORTEST_STEP), at
        if self._last and values.keys() != self._last.keys():
            raise MeterFailed("a counter has appeared or gone")
        for name, value in values.items():
            step = value - self._last.get(name, value)
            if step < 0:
                if name not in self._ranges:
                    raise MeterFailed(f"the counter {name} went backwards")
                step += self._ranges[name]
            if self._joules is not None and step * self._joules / seconds > MOST_WATTS:
                raise MeterFailed(
                    f"the counter {name} has jumped: the machine was suspended, or it was set anew"
                )
            self._totals[name] = self._totals.get(name, 0.0) + step
            self._last[name] = value
        return dict(self._totals)


def rapl_ranges() -> dict[str, float]:
    """Return where the processors' counters begin again (µJ), by kind and zone: `package-0`, `dram-0`."""
    found = {}
    for zone in (*RAPL.glob("intel-rapl:*"), *RAPL.glob("intel-rapl:*/intel-rapl:*:*")):
        try:
            kind = (zone / "name").read_text(encoding="utf-8").strip().partition("-")[0]
            most = float((zone / "max_energy_range_uj").read_text(encoding="ascii"))
            found[f"{kind}-{zone.name.split(':')[1]}"] = most
        except (OSError, ValueError):
            continue
    return found
