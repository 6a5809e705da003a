"""Puts together what was measured on several machines at the same time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.energies import SAME, SECONDS, Energies, summed
from ai_power_export.measure.interval import Interval, weighted_mean
from ai_power_export.measure.quality import grade, relative_error

ENERGIES = ("kwh", "cpu_kwh", "gpu_kwh", "ram_kwh", "co2_kg")


def side_by_side(intervals: Sequence[Interval]) -> Interval:
    """Return what several machines, at least one, measured of the same work.

    Energies and emissions are summed. It begins with the first machine and ends with the last one.
    The utilisation is the mean over machines, by the time that each was measured.
    """
    if len(intervals) == 1:
        return intervals[0]
    begin = min(each.begin for each in intervals)
    end = max(each.begin + each.seconds + each.unmeasured for each in intervals)
    unmeasured = max(each.unmeasured for each in intervals)
    seconds = end - begin - unmeasured
    return Interval(
        begin,
        seconds,
        **{name: math.fsum(getattr(each, name) for each in intervals) for name in ENERGIES},
        cpu_utilization=weighted_mean((each.cpu_utilization, each.seconds) for each in intervals),
        gpu_utilization=weighted_mean((each.gpu_utilization, each.seconds) for each in intervals),
        meters=_energies(intervals, seconds),
        unmeasured=unmeasured,
    )


def _energies(intervals: Sequence[Interval], seconds: float) -> Energies:
    """Sum what other meters measured; one that a machine lacks, or lacked for a time, is left out."""
    shared = set.intersection(*({name for name in each.meters if _lasted(name, each)} for each in intervals))
    sums = summed({name: each.meters[name] for name in shared} for each in intervals)
    return {name: {**total, SECONDS: seconds} for name, total in sums.items()}


def _lasted(name: str, interval: Interval) -> bool:
    """Tell whether a meter measured all the time."""
    return interval.meters[name].get(SECONDS, interval.seconds) >= interval.seconds * (1 - SAME)


def common_meter(meters: Sequence[Meter]) -> Meter:
    """Return what is the same of how several machines, at least one, measured."""
    first, nothing = meters[0], Meter()
    # A machine without GPUs, or whose GPUs are not tracked, does not change how those of others are.
    gpu_modes = {each.gpu_mode for each in meters if each.gpu_mode}
    differing = {
        each.name: getattr(nothing, each.name)
        for each in fields(Meter)
        if any(getattr(meter, each.name) != getattr(first, each.name) for meter in meters)
    }
    return replace(
        first,
        **{
            **differing,
            "gpu_mode": gpu_modes.pop() if len(gpu_modes) == 1 else "",
            "cpu_power_known": all(each.cpu_power_known for each in meters),
            "ram_measured": all(each.ram_measured for each in meters),
            "ram_forced": all(each.ram_forced for each in meters),
        },
    )


def quality_of_machines(measured: Sequence[tuple[Meter, Interval]]) -> str | None:
    """Return the format's `quality` of machines that were measured in different ways.

    Their errors may all go the same way, so the error of the sum is the mean of theirs by energy.
    """
    total = math.fsum(interval.kwh for _, interval in measured)
    if total <= 0 or not all(meter.cpu_mode for meter, _ in measured):
        return None
    return grade(
        math.fsum(relative_error(meter, interval) * interval.kwh for meter, interval in measured) / total
    )
