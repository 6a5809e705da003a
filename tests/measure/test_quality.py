"""The rule of `quality`, as the table in its module states it."""

from __future__ import annotations

import pytest

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.quality import quality


def interval(cpu: float, gpu: float, ram: float) -> Interval:
    return Interval(0.0, 10.0, cpu + gpu + ram, cpu, gpu, ram, 0.0, None, None)


CASES = {
    "counters for nearly all": (Meter(cpu_mode="rapl", gpu_mode="nvml"), (2, 20, 0), "high"),
    "all by counters": (Meter(cpu_mode="rapl", ram_measured=True), (2, 0, 1), "high"),
    "RAPL and some assumed RAM": (Meter(cpu_mode="rapl"), (9, 0, 2), "medium"),
    "RAPL but mostly assumed RAM": (Meter(cpu_mode="rapl"), (2, 0, 8), "low"),
    "load model of a known CPU": (Meter(cpu_mode="cpu_load", ram_forced=True), (5, 0, 1), "medium"),
    "load model of an unknown CPU": (Meter(cpu_mode="cpu_load", cpu_power_known=False), (9, 0, 1), "low"),
    "a constant": (Meter(cpu_mode="constant"), (9, 0, 1), "low"),
    "a big GPU by counter beside a modelled CPU": (
        Meter(cpu_mode="cpu_load", gpu_mode="nvml"),
        (1, 30, 1),
        "medium",
    ),
    "nothing measured": (Meter(cpu_mode="rapl"), (0, 0, 0), None),
    "unknown modes": (Meter(), (1, 0, 1), None),
}


@pytest.mark.parametrize("name", CASES)
def test_quality_follows_the_rule(name):
    meter, energies, wanted = CASES[name]
    assert quality(meter, interval(*energies)) == wanted
