"""Stands between a CodeCarbon tracker and the hardware it measures: what is no measurement adds nothing.

CodeCarbon adds up what each part of the machine answers. Where one raises, those before it have been
added already and are so again with the next reading; where an energy counter was set to nothing, it
takes that for a counter which has run over, and adds a whole turn of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from ai_power_export.units import JOULES_PER_KWH

COUNTING_MODES = ("intel_rapl", "windows_emi")
"""CodeCarbon's modes of CPUs that read an energy counter."""
MOST_WATTS = 1000.0
"""Power of one processor, or its memory, above which a counter has not run over but been set: the
largest are made for 500 W (AMD EPYC 9965, Intel Xeon 6980P), and draw twice that for moments at most."""
LONGEST_STANDSTILL = 1.0
"""Seconds: counters are written anew each millisecond (RAPL) to some 100 ms (NVML)."""

MEASURE = "measure_power_and_energy"


class MeterGuard:
    """Guards the hardware of one tracker."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            failed: Hears of each answer that is no measurement, and the first time why.
        """
        self._failed = failed
        self._still: dict[int, float] = {}
        """For how long (s) the counter of hardware that has counted energy has been standing still."""
        self._failing: set[int] = set()
        """Hardware that failed last time."""
        self._guarded: list[Any] = []

    def begin(self, hardware: Iterable[Any]) -> None:
        """Stand before some hardware."""
        self._guarded = list(hardware)
        self._still.clear()
        self._failing.clear()
        for item in self._guarded:
            setattr(item, MEASURE, partial(self._measure, item, getattr(item, MEASURE)))

    def end(self) -> None:
        """Leave it as it was."""
        for item in self._guarded:
            vars(item).pop(MEASURE, None)
        self._guarded = []

    def _measure(self, item: Any, measure: Callable[..., Any], last_duration: float) -> Any:
        """Return the power and energy that hardware measured; none of both where it did not."""
        from codecarbon.core.units import Energy, Power

        before = [_reading(each) for each in _counters(item)]
        try:
            power, energy = measure(last_duration=last_duration)
            why = self._why_not(item, float(power.W), float(energy.kWh), before, last_duration)
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the other parts are measured
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        again = id(item) in self._failing
        if not why and not again:
            return power, energy
        if why:
            self._failing.add(id(item))
        else:
            # This energy may go back to the last good answer, or to a moment in between.
            self._failing.discard(id(item))
        self._failed("" if again else f"the meter of the {_name(item)} failed ({why})")
        return Power.from_watts(0.0), Energy.from_energy(0.0)

    def _why_not(
        self, item: Any, watts: float, kwh: float, before: list[float | None], seconds: float
    ) -> str:
        """Say why an answer is no measurement; empty if it is one."""
        if not (math.isfinite(kwh) and math.isfinite(watts)) or kwh < 0:
            return f"it says {kwh} kWh"
        counters = _counters(item)
        if any(getattr(each, "sample_skipped", False) for each in counters):
            return "its counter cannot be read"
        if any(_was_set(each, earlier, seconds) for each, earlier in zip(counters, before, strict=False)):
            return "its counter was set back"
        return "its counter stands still" if self._stands_still(item, kwh, seconds) else ""

    def _stands_still(self, item: Any, kwh: float, seconds: float) -> bool:
        if kwh > 0:
            self._still[id(item)] = 0.0
        elif id(item) in self._still:
            self._still[id(item)] += seconds
        return _is_counting(item) and self._still.get(id(item), 0.0) >= LONGEST_STANDSTILL


def _was_set(counter: Any, earlier: float | None, seconds: float) -> bool:
    """Tell a counter (kWh) that was set back from one that has run over."""
    later = _reading(counter)
    if earlier is None or later is None or later >= earlier:
        return False
    used = float(counter.max_energy_reading) + later - earlier
    return used <= 0 or used * JOULES_PER_KWH > MOST_WATTS * seconds


def _counters(item: Any) -> list[Any]:
    """Return the RAPL counters of hardware; none where it has none, or this CodeCarbon hides them."""
    return list(getattr(getattr(item, "_intel_interface", None), "_rapl_files", ()))


def _reading(counter: Any) -> float | None:
    """Return where a counter stood (kWh) when it was last read; None where that is not known."""
    found = getattr(counter, "last_energy", None)
    return None if found is None else float(found)


def _is_counting(item: Any) -> bool:
    return getattr(item, "_mode", "") in COUNTING_MODES or type(item).__name__ == "GPU"


def _name(item: Any) -> str:
    kind = type(item).__name__
    return kind if kind in ("CPU", "GPU", "RAM") else str(getattr(item, "chip_part", kind))
