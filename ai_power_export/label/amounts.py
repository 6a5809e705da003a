"""Units of metrics: from those of `metrics` to those that a scheme names."""

from __future__ import annotations

from collections.abc import Mapping

from ai_power_export import units
from ai_power_export.errors import BadInput

ENERGY: Mapping[str, float] = {
    **dict(units.ENERGY), "J": 1 / 3.6e6, "Ws": 1 / 3.6e6, "kJ": 1 / 3.6e3, "MJ": 1 / 3.6
}  # fmt: skip
"""kWh in units of energy."""
TIME: Mapping[str, float] = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "min": 60.0, "h": 3600.0}
PARAMETERS: Mapping[str, float] = {"billion": 1.0, "B": 1.0, "million": 1e-3, "M": 1e-3, "": 1e-9}
SIZE: Mapping[str, float] = {"GB": 1.0, "TB": 1e3, "MB": 1e-3, "kB": 1e-6, "B": 1e-9}
SHARE: Mapping[str, float] = {"": 1.0, "%": 1e-2}
INTENSITY: Mapping[str, float] = {"g/kWh": 1.0, "kg/kWh": 1e3, "gCO2eq/kWh": 1.0}

UNITS: Mapping[str, Mapping[str, float]] = {
    "energy": ENERGY,
    "run_energy": ENERGY,
    "time": TIME,
    "run_time": TIME,
    "parameters": PARAMETERS,
    "data_size": SIZE,
    "accuracy": SHARE,
    "carbon_intensity": INTENSITY,
}
"""Units by metric, each with how much of the first one it is."""


def factor(metric: str, unit: str) -> float:
    """Return by what a value of `metrics` is divided for a unit.

    Raises:
        BadInput: No report has such a metric, or it has no such unit.
    """
    if metric not in UNITS:
        raise BadInput(f"no report has the metric {metric!r}", mend=f"reports have {', '.join(UNITS)}")
    if unit not in UNITS[metric]:
        known = ", ".join(name or "none" for name in UNITS[metric])
        raise BadInput(f"{unit!r} is no unit of {metric}", mend=f"known: {known}")
    return UNITS[metric][unit]
