"""What the meter measured between two readings of its running totals."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, TypeVar

import psutil

from ai_power_export.measure.energies import Energies, difference, part_way, summed

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
"""The format's way to write a moment; always in UTC."""


def utc(clock: float) -> str:
    """Write a moment (s since the epoch) as the format wants it, in UTC."""
    return datetime.fromtimestamp(clock, timezone.utc).strftime(TIME_FORMAT)


@dataclass(frozen=True)
class Load:
    """Utilisation samples taken so far: how many, and the sum of their percentages."""

    samples: float = 0
    """A part of one at a moment between two readings."""
    percent_sum: float = 0.0

    def since(self, earlier: Load) -> float | None:
        """Mean share (0 to 1) of the samples taken since, None if there was none."""
        taken = self.samples - earlier.samples
        return None if taken < FEWEST_SAMPLES else (self.percent_sum - earlier.percent_sum) / taken / 100


@dataclass(frozen=True)
class CpuTime:
    """Seconds that all CPUs of the machine together have spent since it was started."""

    total: float = 0.0
    busy: float = 0.0

    def since(self, earlier: CpuTime) -> float | None:
        """Share (0 to 1) of the time since that was busy, None if that is too short to tell.

        The kernel's time of waiting for input may go back (proc(5)): without bounds a full load were above 1.
        """
        total = self.total - earlier.total
        return min(max((self.busy - earlier.busy) / total, 0.0), 1.0) if total >= SHORTEST_CPU_TIME else None


FEWEST_SAMPLES = 0.5
"""Samples: of a moment between two readings only a part of one is known."""

SHORTEST_CPU_TIME = 0.5
"""CPU seconds: the kernel counts in ticks of 0.01 s, so this much is exact to some per cent."""


def cpu_time() -> CpuTime:
    """Read the machine's CPU times, as `psutil.cpu_percent` does.

    CodeCarbon's own samples are not used: `psutil.cpu_percent` compares with
    the last call of the same thread, CodeCarbon calls it from a new thread each
    second, and the first call of a thread gives 0.
    """
    times = psutil.cpu_times()
    # On Linux the time of guests is already part of `user` and `nice`.
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return CpuTime(total, total - times.idle - getattr(times, "iowait", 0.0))


@dataclass(frozen=True)
class Reading:
    """The meter's running totals at one moment."""

    at: float
    """`time.perf_counter()` of the reading (s)."""
    clock: float
    """`time.time()` of the reading (s since the epoch)."""
    kwh: float = 0.0
    cpu_kwh: float = 0.0
    gpu_kwh: float = 0.0
    ram_kwh: float = 0.0
    co2_kg: float = 0.0
    cpu_time: CpuTime = field(default_factory=CpuTime)
    gpu_load: Load = field(default_factory=Load)
    meters: Energies = field(default_factory=dict)
    """Totals of other meters at this moment."""
    unmeasured: float = 0.0
    """Seconds so far in which the meter did not measure: their energy is not in the totals."""


@dataclass(frozen=True)
class Interval:
    """One measured stretch of time. Energies in kWh, emissions in kg CO2-equivalent."""

    begin: float
    """Wall clock when it began (s since the epoch)."""
    seconds: float
    """How long it was measured."""
    kwh: float
    cpu_kwh: float
    gpu_kwh: float
    ram_kwh: float
    co2_kg: float
    cpu_utilization: float | None
    gpu_utilization: float | None
    meters: Energies = field(default_factory=dict)
    """What other meters measured of it."""
    unmeasured: float = 0.0
    """Seconds within it in which the meter failed: neither they nor their energy count."""

    def followed_by(self, later: Interval) -> Interval:
        """Return this interval and one that does not overlap it as one; without this one if it is empty."""
        return _as_one([self, later]) if self.seconds else later

    def to_json(self) -> dict[str, Any]:
        """Return the interval as a JSON object, without other meters and lapses where there are none."""
        optional = ("meters", "unmeasured")
        return {name: value for name, value in asdict(self).items() if name not in optional or value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Interval:
        """Rebuild an interval written by `to_json`."""
        return cls(**data)


Measured = TypeVar("Measured", Reading, Interval)


def emitting(measured: Measured, like: Reading | Interval) -> Measured:
    """Return a measurement with the emissions that follow from what another one emitted for each kWh."""
    kg_per_kwh = like.co2_kg / like.kwh if like.kwh > 0 else 0.0
    return replace(measured, co2_kg=kg_per_kwh * measured.kwh)


def between(first: Reading, last: Reading) -> Interval:
    """Return what was measured between two readings of the same tracker.

    Durations come from the monotonic clock, so a wall clock that is set back
    in between changes nothing but the begin of later intervals.
    """
    unmeasured = last.unmeasured - first.unmeasured
    return Interval(
        begin=first.clock,
        seconds=last.at - first.at - unmeasured,
        kwh=last.kwh - first.kwh,
        cpu_kwh=last.cpu_kwh - first.cpu_kwh,
        gpu_kwh=last.gpu_kwh - first.gpu_kwh,
        ram_kwh=last.ram_kwh - first.ram_kwh,
        co2_kg=last.co2_kg - first.co2_kg,
        cpu_utilization=last.cpu_time.since(first.cpu_time),
        gpu_utilization=last.gpu_load.since(first.gpu_load),
        meters=difference(first.meters, last.meters),
        unmeasured=unmeasured,
    )


def reading_at(at: float) -> Reading:
    """Return the zero reading of a meter that was started just now, at `perf_counter` time `at`."""
    return Reading(at=at, clock=time.time() - (time.perf_counter() - at), cpu_time=cpu_time())


def at_moment(first: Reading, last: Reading, at: float, clock: float) -> Reading:
    """Return the totals at a moment between two readings, as if the power in between were constant.

    That is CodeCarbon's own model: it knows one power from each reading to the next.

    Args:
        first: The reading before.
        last: The reading after.
        at: `time.perf_counter()` of the moment (s).
        clock: `time.time()` of the moment (s since the epoch).
    """
    seconds = last.at - first.at
    share = min(max((at - first.at) / seconds, 0.0), 1.0) if seconds > 0 else 1.0

    def total(before: float, after: float) -> float:
        return before + (after - before) * share

    return Reading(
        at=at,
        clock=clock,
        kwh=total(first.kwh, last.kwh),
        cpu_kwh=total(first.cpu_kwh, last.cpu_kwh),
        gpu_kwh=total(first.gpu_kwh, last.gpu_kwh),
        ram_kwh=total(first.ram_kwh, last.ram_kwh),
        co2_kg=total(first.co2_kg, last.co2_kg),
        cpu_time=CpuTime(
            total(first.cpu_time.total, last.cpu_time.total), total(first.cpu_time.busy, last.cpu_time.busy)
        ),
        gpu_load=Load(
            total(first.gpu_load.samples, last.gpu_load.samples),
            total(first.gpu_load.percent_sum, last.gpu_load.percent_sum),
        ),
        meters=part_way(first.meters, last.meters, share),
        unmeasured=total(first.unmeasured, last.unmeasured),
    )


def together(intervals: Iterable[Interval]) -> Interval | None:
    """Return several intervals that do not overlap as one, which began with the first; None of none."""
    found = list(intervals)
    if len(found) < 2:
        return found[0] if found else None
    return _as_one(found)


def _as_one(found: Sequence[Interval]) -> Interval:
    def total(name: str) -> float:
        return math.fsum(getattr(each, name) for each in found)

    return Interval(
        begin=found[0].begin,
        **{name: total(name) for name in ("seconds", "kwh", "cpu_kwh", "gpu_kwh", "ram_kwh", "co2_kg")},
        cpu_utilization=weighted_mean((each.cpu_utilization, each.seconds) for each in found),
        gpu_utilization=weighted_mean((each.gpu_utilization, each.seconds) for each in found),
        meters=summed(each.meters for each in found),
        unmeasured=total("unmeasured"),
    )


def weighted_mean(shares: Iterable[tuple[float | None, float]]) -> float | None:
    """Return the mean of the shares that are known, by the seconds they hold for."""
    known = [(share, seconds) for share, seconds in shares if share is not None and seconds > 0]
    return (
        sum(share * seconds for share, seconds in known) / sum(seconds for _, seconds in known)
        if known
        else None
    )
