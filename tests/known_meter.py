"""A meter of exactly known power: the hardware of CodeCarbon's trackers replaced by a counter that we set."""

from __future__ import annotations

from time import perf_counter
from time import time as now

from codecarbon.core.units import Energy, Power
from codecarbon.emissions_tracker import BaseEmissionsTracker
from codecarbon.external.hardware import CPU
from codecarbon.external.ram import RAM

JOULES_PER_KWH = 3.6e6


class KnownPower:
    """Watts as they were set from moment to moment, and the joules that follow."""

    def __init__(self, watts: float):
        self._since = [(now(), watts)]
        self.started_at = self.read_at = 0.0
        """`perf_counter` times at which the counter was read first and last."""
        self.late = 0.0
        """Seconds by which CodeCarbon stamped a reading before or after it was taken, at most."""

    def stamp(self, read_at: float, stamped: float) -> None:
        """Hear what `perf_counter` time CodeCarbon gave a reading, and when it was taken."""
        self.late = max(self.late, abs(stamped - read_at))

    @property
    def sampling_error(self) -> float:
        """Energy (kWh) by which a reading may be off for its stamp; more on a busy machine."""
        return 2 * self.late * max(watts for _, watts in self._since) / JOULES_PER_KWH

    def set(self, watts: float) -> None:
        self._since.append((now(), watts))

    @property
    def watts(self) -> float:
        return self._since[-1][1]

    @property
    def joules(self) -> float:
        return self.between(self._since[0][0], now()) * JOULES_PER_KWH

    def between(self, begin: float, end: float) -> float:
        """Return the true energy (kWh) between two moments (s since the epoch)."""
        ends = [moment for moment, _ in self._since[1:]] + [float("inf")]
        joules = sum(
            max(0.0, min(end, until) - max(begin, since)) * watts
            for (since, watts), until in zip(self._since, ends, strict=True)
        )
        return joules / JOULES_PER_KWH


def known_power(monkeypatch) -> KnownPower:
    """Return the power of the CPU, which counts energy as RAPL does from here on; the RAM uses nothing."""
    known = KnownPower(100.0)
    measure_all = BaseEmissionsTracker._measure_power_and_energy

    def start(cpu):
        cpu._mode, cpu._counted, known.started_at = "intel_rapl", known.joules, perf_counter()

    def measure_and_stamp(tracker):
        is_first = not known.read_at
        measure_all(tracker)
        known.stamp(known.read_at, tracker._last_measured_time)
        if is_first:
            known.stamp(known.started_at, tracker._start_time)

    def measure(cpu, last_duration):
        joules, known.read_at = known.joules, perf_counter()
        used, cpu._counted = joules - cpu._counted, joules
        return Power.from_watts(known.watts), Energy.from_energy(used / JOULES_PER_KWH)

    monkeypatch.setattr(BaseEmissionsTracker, "_measure_power_and_energy", measure_and_stamp)
    monkeypatch.setattr(CPU, "start", start)
    monkeypatch.setattr(CPU, "measure_power_and_energy", measure)
    monkeypatch.setattr(CPU, "monitor_power", lambda cpu: None)
    monkeypatch.setattr(RAM, "total_power", lambda ram: Power.from_watts(0))
    return known
