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
    "RAPL and assumed RAM of a thirteenth": (Meter(cpu_mode="rapl"), (12, 0, 1), "high"),
    "RAPL and a little more of it": (Meter(cpu_mode="rapl"), (11.9, 0, 1), "medium"),
    "RAPL and some assumed RAM": (Meter(cpu_mode="rapl"), (9, 0, 2), "medium"),
    "RAPL and assumed RAM of 60 %": (Meter(cpu_mode="rapl"), (4, 0, 6), "low"),
    "RAPL but mostly assumed RAM": (Meter(cpu_mode="rapl"), (2, 0, 8), "low"),
    "load model of a known CPU": (Meter(cpu_mode="cpu_load", ram_forced=True), (5, 0, 1), "medium"),
    "load model of a known CPU, assumed RAM of 40 %": (Meter(cpu_mode="cpu_load"), (6, 0, 4), "medium"),
    "load model of a known CPU, assumed RAM of 41 %": (Meter(cpu_mode="cpu_load"), (59, 0, 41), "low"),
    "all assumed, half and half": (Meter(cpu_mode="constant"), (5, 0, 5), "low"),
    "load model of an unknown CPU": (Meter(cpu_mode="cpu_load", cpu_power_known=False), (9, 0, 1), "low"),
    "a constant": (Meter(cpu_mode="constant"), (9, 0, 1), "low"),
    "a big GPU by counter beside a modelled CPU": (
        Meter(cpu_mode="cpu_load", gpu_mode="nvml"),
        (1, 30, 1),
        "high",
    ),
    "a small GPU by counter beside an unknown CPU": (
        Meter(cpu_mode="cpu_load", cpu_power_known=False, gpu_mode="nvml"),
        (4, 2, 2),
        "low",
    ),
    "nothing measured": (Meter(cpu_mode="rapl"), (0, 0, 0), None),
    "unknown modes": (Meter(), (1, 0, 1), None),
}


@pytest.mark.parametrize("name", CASES)
def test_quality_follows_the_rule(name):
    meter, energies, wanted = CASES[name]
    assert quality(meter, interval(*energies)) == wanted
