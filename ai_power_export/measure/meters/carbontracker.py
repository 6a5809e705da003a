"""carbontracker: the powers that its components read, device by device.

Its faults: its totals are the mean of the devices instead of their sum, times a PUE of 1.58, for
whole epochs (its components are read here, each device counted once, without PUE); on errors it ends
the process (this one is its own); without counters it takes half of a TDP found by a part of the
processor's name, or half of the mean of all, whatever the processor does, and no memory (declared).
"""

from __future__ import annotations

from typing import Any

from ai_power_export.introspect.powercap import rapl_zones
from ai_power_export.measure.energies import ASSUMED, COUNTED
from ai_power_export.measure.meters.interface import (
    Description,
    Meter,
    MeterFailed,
    MeterReading,
)
from ai_power_export.measure.meters.ledger import Counters, PowerLedger, rapl_ranges
from ai_power_export.measure.meters.tools import WHOLE_MACHINE, installed_version, no_rapl, not_installed
from ai_power_export.units import JOULES_PER_KWH

MODES = {"IntelCPU": "rapl", "AppleSiliconCPU": "powermetrics", "GenericCPU": "constant"}
GPU_MODES = {"NvidiaGPU": "nvml", "AppleSiliconGPU": "powermetrics"}

HALF_TDP = (
    "carbontracker-half-tdp",
    "carbontracker takes half of a TDP whatever the processor does: that of the first whose name has this "
    "one's in it, or the mean of all",
)
NO_MEMORY = ("carbontracker-no-ram", "carbontracker's measure is without the memory")


class CarbonTracker(Meter):
    """Reads carbontracker's components for processors and GPUs."""

    period = 1.0

    def unavailable(self) -> str:
        """Say why it cannot measure here."""
        missing = not_installed("carbontracker", "carbontracker", "carbontracker")
        return missing or (no_rapl() if rapl_zones() else "")

    def start(self) -> None:
        """Find the components."""
        from carbontracker.components.component import create_components

        # Without processes all devices are its own; its logger is for `Component` alone.
        components = create_components("all", pids=[], devices_by_pid=False, logger=None)
        self._handlers: dict[str, Any] = {each.name: each.handler for each in components if each.available()}
        for handler in self._handlers.values():
            handler.init()
        self._counters, self._ledger = Counters(_ranges(), 1e-6), PowerLedger()
        self.read()
        if not self._parts:
            raise MeterFailed("carbontracker finds no device")
        if self._kind("cpu") == "GenericCPU" and not self._handlers["cpu"].tdp:
            raise MeterFailed("carbontracker does not know the power of this processor")

    def _kind(self, component: str) -> str:
        return type(self._handlers.get(component)).__name__

    @property
    def _has_counters(self) -> bool:
        """Whether the processors' handler can be asked for its counters, which its powers are made of."""
        return hasattr(self._handlers.get("cpu"), "_get_measurements")

    def read(self) -> MeterReading:
        """Read the counters, and the power of what has none."""
        self._ledger.add(self._watts())
        kwh = dict(self._ledger.reading.kwh)
        if self._has_counters:
            cpu = self._handlers["cpu"]
            values = dict(zip(cpu.devices(), map(float, cpu._get_measurements()), strict=True))
            for name, microjoules in self._counters.add(values).items():
                part = "ram" if name.startswith("dram") else "cpu"
                kwh[part] = kwh.get(part, 0.0) + microjoules / 1e6 / JOULES_PER_KWH
        self._parts = sorted(kwh)
        return MeterReading(kwh)

    def _watts(self) -> dict[str, float]:
        return {
            name: float(sum(handler.power_usage()))
            for name, handler in self._handlers.items()
            if not (name == "cpu" and self._has_counters)
        }

    def stop(self) -> None:
        """Let go of the devices."""
        for handler in self._handlers.values():
            handler.shutdown()

    def describe(self) -> Description:
        """Say what it reads."""
        constant = self._kind("cpu") == "GenericCPU"
        notices = (*((HALF_TDP,) if constant else ()), *(() if "ram" in self._parts else (NO_MEMORY,)))
        errors = dict.fromkeys(self._parts, COUNTED)
        return Description(
            "carbontracker",
            {**errors, **({"cpu": ASSUMED} if constant else {})},
            installed_version("carbontracker"),
            cpu_tracking_mode=MODES.get(self._kind("cpu"), ""),
            gpu_tracking_mode=GPU_MODES.get(self._kind("gpu"), ""),
            notices=(*notices, WHOLE_MACHINE),
        )


def _ranges() -> dict[str, float]:
    """Return where the counters begin again, by carbontracker's names: `cpu:0`, `dram:0`."""
    return {name.replace("package", "cpu").replace("-", ":"): most for name, most in rapl_ranges().items()}
