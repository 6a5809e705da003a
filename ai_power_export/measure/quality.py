"""The format's `quality`: how far the energy may be off.

The format knows three qualities: high (±10 %), medium (±25 %), low (±50 %).
The rule, from how each part was tracked and what share of the energy it has:

| part | counters (±10 %) | load model of a known CPU (±25 %) | assumed (±50 %) |
|---|---|---|---|
| CPU | RAPL, EMI, Power Gadget, powermetrics, PMIC | `cpu_load` with its real TDP | unknown CPU, constant |
| GPU | NVML, AMD SMI, powermetrics | | |
| RAM | PMIC, or inside the CPU counter | a power given by the user | CodeCarbon's 5 W a DIMM |

The quality is the best one whose error holds for the sum: the errors of the
parts, weighted by their energy, may not exceed it. Sources: the BoAmps report
schema for the three percentages; CodeCarbon's methodology for what is measured
and what is modelled (https://mlco2.github.io/codecarbon/methodology.html).
"""

from __future__ import annotations

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval

COUNTED, MODELLED, ASSUMED = 0.10, 0.25, 0.50
"""Relative errors that the format's high, medium and low stand for."""

COUNTERS = frozenset({"rapl", "emi", "powerGadget", "powermetrics", "pmic", "nvml", "amdsmi"})
"""Tracking modes that read an energy or power counter of the device."""


def quality(meter: Meter, interval: Interval) -> str | None:
    """Return `high`, `medium` or `low`; None where nothing was measured or no mode is known."""
    if interval.kwh <= 0 or not meter.cpu_mode:
        return None
    error = round(relative_error(meter, interval), 9)
    return "high" if error <= COUNTED else "medium" if error <= MODELLED else "low"


def relative_error(meter: Meter, interval: Interval) -> float:
    """Return the error of the energy (0 to 1): the parts' errors weighted by their energy."""
    ram = COUNTED if meter.ram_measured else MODELLED if meter.ram_forced else ASSUMED
    parts = [
        (interval.cpu_kwh, _cpu_error(meter)),
        (interval.gpu_kwh, COUNTED if meter.gpu_mode in COUNTERS else ASSUMED),
        (interval.ram_kwh, ram),
    ]
    known = sum(kwh for kwh, _ in parts)
    return sum(kwh * error for kwh, error in parts) / known if known > 0 else ASSUMED


def _cpu_error(meter: Meter) -> float:
    if meter.cpu_mode in COUNTERS:
        return COUNTED
    return MODELLED if meter.cpu_mode == "cpu_load" and meter.cpu_power_known else ASSUMED
