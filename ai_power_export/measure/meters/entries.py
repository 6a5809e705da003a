"""What meters beside CodeCarbon have to say about a report, as facts: an entry of `measures` each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import Facts, JsonValue, Origin
from ai_power_export.measure.energies import SAME, SECONDS, kwh_of
from ai_power_export.measure.interval import Interval, utc
from ai_power_export.measure.meters.interface import Description

FEWEST_STEPS = 4
"""Values, or last digits, that a measured energy must be worth: with fewer it may be off by more than
the ±25 % of the format's `medium`."""

LEFT_OUT = "meter-left-out"
"""Code of the warning that a meter cannot tell so little."""


def entry_facts(name: str, description: Description | None, interval: Interval, periods: int = 1) -> Facts:
    """Return the facts of one meter about one interval; none where it did not measure it.

    Args:
        name: The meter's name in this run.
        description: What it says of itself; None if it never started.
        interval: What was measured.
        periods: How many times that do not follow on each other it is made of.
    """
    facts = Facts()
    measured = interval.meters.get(name)
    if description is None or not measured or measured[SECONDS] <= 0:
        facts.lack("measures", f"{name} did not measure here")
        return facts
    too_little = _too_little(description, measured, periods)
    if too_little:
        facts.lack("measures", f"{name}: {too_little}")
        facts.warn(LEFT_OUT, f"{name} is left out: {too_little}")
        return facts
    _measured(facts, name, description, interval)
    for code, text in description.notices:
        facts.warn(code, f"{name}: {text}")
    return facts


def _too_little(description: Description, measured: Mapping[str, float], periods: int) -> str:
    """Say why the time or the energy is too little for this meter to tell; empty if it is not."""
    if measured[SECONDS] < FEWEST_STEPS * periods * description.shortest:
        return f"it has a value every {description.shortest:g} s, too seldom for {measured[SECONDS]:.3g} s"
    if kwh_of(dict(measured)) < FEWEST_STEPS * description.finest:
        return f"its last digit, {description.finest:g} kWh, is too coarse for this energy"
    return ""


def _measured(facts: Facts, name: str, description: Description, interval: Interval) -> None:
    measured = interval.meters[name]
    seconds, place = measured[SECONDS], description.method
    if math.isclose(seconds, interval.seconds, rel_tol=SAME):
        seconds = interval.seconds
    else:
        text = f"{name} measured {seconds:.3f} s of {interval.seconds:.3f} s; its energy is of that time only"
        facts.warn("meter-measured-a-part", text)
    said: dict[str, JsonValue] = {
        "measurementMethod": description.method,
        "manufacturer": description.manufacturer,
        "version": description.version,
        "cpuTrackingMode": description.cpu_tracking_mode,
        "gpuTrackingMode": description.gpu_tracking_mode,
        "powerConsumption": kwh_of(measured),
        "measurementDuration": seconds,
    }
    for field, value in said.items():
        facts.add(f"measures.{field}", value, Origin.METER, place, subject=name)
    facts.add(
        "measures.measurementDateTime", utc(interval.begin), Origin.METER, "own clock, UTC", subject=name
    )
    parts: dict[str, JsonValue] = {part: kwh for part, kwh in measured.items() if part != SECONDS}
    facts.add("evidence.meterParts", parts, Origin.METER, place, subject=name)
    facts.add("evidence.meterModel", description.model, Origin.USER, place, subject=name)


def error_of(description: Description, measured: Mapping[str, float]) -> float | None:
    """Return the relative error (0 to 1) of what a meter measured, as `quality` adds those of parts up."""
    whole = kwh_of(dict(measured))
    if whole <= 0:
        return None
    errors = [kwh * description.errors[part] for part, kwh in measured.items() if part in description.errors]
    return math.hypot(*errors) / whole


def description_of(meter: Mapping[str, Any]) -> Description | None:
    """Return what a meter in a record says of itself."""
    return Description.from_json(meter["description"]) if meter["description"] else None
