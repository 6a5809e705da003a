"""The format's `quality`: how far the energy of a report may be off.

The format knows three qualities: high (±10 %), medium (±25 %), low (±50 %).
Each part of the energy has the error of the way it was tracked:

| part | counters (±10 %) | load model (±25 %) | assumed (±50 %) |
|---|---|---|---|
| CPU | RAPL, EMI, Power Gadget, powermetrics, PMIC | `cpu_load` with a known TDP | unknown CPU, constant |
| GPU | NVML, AMD SMI, powermetrics | | |
| RAM | PMIC | a power given by the user | CodeCarbon's watts a DIMM |

Counter, model and table are wrong independently of each other, so their errors
add up in quadrature, as independent uncertainties of a sum do (JCGM 100:2008,
"Guide to the expression of uncertainty in measurement", 5.1.2):

    error of the sum = sqrt(sum((share of a part * its error) ** 2))

The shares are those of the run's own energies, and the quality is the best one
whose percentage is not exceeded. CodeCarbon's RAM is always assumed. It follows:

- a CPU and GPUs by counters: high while the RAM is at most 1/13 (8 %) of the
  energy, medium while it is not the bulk (at most 49 %), else low;
- the load model of a known CPU: medium while the RAM is at most 40 %, else low;
- whatever leaves the bulk of the energy to assumptions: low.

It speaks of the parts that CodeCarbon follows. Disks, fans and the losses of
power supplies are in no report. Sources: the BoAmps report schema for the three
percentages; CodeCarbon's methodology for what is measured and what is modelled
(https://mlco2.github.io/codecarbon/methodology.html).
"""

from __future__ import annotations

import math

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.energies import ASSUMED, COUNTED, MODELLED
from ai_power_export.measure.interval import Interval

COUNTERS = frozenset({"rapl", "emi", "powerGadget", "powermetrics", "pmic", "nvml", "amdsmi"})
"""Tracking modes that read an energy or power counter of the device."""


def quality(meter: Meter, interval: Interval) -> str | None:
    """Return `high`, `medium` or `low`; None where nothing was measured or no mode is known."""
    if interval.kwh <= 0 or not meter.cpu_mode:
        return None
    return grade(relative_error(meter, interval))


def grade(error: float) -> str:
    """Return the format's word for a relative error (0 to 1)."""
    rounded = round(error, 9)
    return "high" if rounded <= COUNTED else "medium" if rounded <= MODELLED else "low"


def relative_error(meter: Meter, interval: Interval) -> float:
    """Return the error of the energy (0 to 1), from those of its parts."""
    parts = [
        (interval.cpu_kwh, cpu_error(meter)),
        (interval.gpu_kwh, gpu_error(meter)),
        (interval.ram_kwh, ram_error(meter)),
    ]
    known = sum(kwh for kwh, _ in parts)
    return math.hypot(*(kwh * error for kwh, error in parts)) / known if known > 0 else ASSUMED


def cpu_error(meter: Meter) -> float:
    """Return the error of the CPU's energy (0 to 1)."""
    if meter.cpu_mode in COUNTERS:
        return COUNTED
    return MODELLED if meter.cpu_mode == "cpu_load" and meter.cpu_power_known else ASSUMED


def gpu_error(meter: Meter) -> float:
    """Return the error of the GPUs' energy (0 to 1)."""
    return COUNTED if meter.gpu_mode in COUNTERS else ASSUMED


def ram_error(meter: Meter) -> float:
    """Return the error of the RAM's energy (0 to 1)."""
    return COUNTED if meter.ram_measured else MODELLED if meter.ram_forced else ASSUMED
