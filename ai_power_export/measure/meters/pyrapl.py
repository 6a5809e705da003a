"""pyRAPL: the counters of processors and memory of each socket.

Its faults: it raises without RAPL (found before the start), and does not know that the counters
begin again at 0 some times a day (added up here).
"""

from __future__ import annotations

from typing import Any

from ai_power_export.measure.energies import COUNTED
from ai_power_export.measure.meters.interface import (
    Description,
    Meter,
    MeterFailed,
    MeterReading,
)
from ai_power_export.measure.meters.ledger import Counters, rapl_ranges
from ai_power_export.measure.meters.tools import WHOLE_MACHINE, installed_version, no_rapl, not_installed
from ai_power_export.units import JOULES_PER_KWH

PARTS = {"package": "cpu", "dram": "ram"}
"""What pyRAPL's two devices are, in the order in which its sensor tells them for each socket."""


class PyRapl(Meter):
    """Reads pyRAPL's sensor."""

    period = 10.0

    def unavailable(self) -> str:
        """Say why it cannot measure here."""
        return not_installed("pyRAPL", "pyRAPL", "pyRAPL") or no_rapl()

    def start(self) -> None:
        """Set pyRAPL up for all devices that it finds."""
        import pyRAPL

        try:
            self._sensor: Any = pyRAPL.Sensor()
        except (pyRAPL.PyRAPLCantRecordEnergyConsumption, OSError) as error:
            raise MeterFailed(f"pyRAPL cannot record: {error}") from error
        self._counters = Counters(rapl_ranges(), 1e-6)
        self._parts = sorted({name.partition("-")[0] for name in self._values()})
        self.read()

    def _values(self) -> dict[str, float]:
        """Return the counters (µJ) by name; the sensor tells -1 for those that are not there."""
        told = list(self._sensor.energy())
        names = [f"{device}-{socket}" for socket in range(len(told) // 2) for device in PARTS]
        return {name: value for name, value in zip(names, told, strict=True) if value >= 0}

    def read(self) -> MeterReading:
        """Read the counters."""
        totals = self._counters.add(self._values())
        kwh: dict[str, float] = {}
        for name, microjoules in totals.items():
            part = PARTS[name.partition("-")[0]]
            kwh[part] = kwh.get(part, 0.0) + microjoules / 1e6 / JOULES_PER_KWH
        return MeterReading(kwh)

    def describe(self) -> Description:
        """Say what it reads."""
        return Description(
            "pyRAPL",
            {PARTS[name]: COUNTED for name in self._parts},
            installed_version("pyRAPL"),
            cpu_tracking_mode="rapl",
            notices=(WHOLE_MACHINE,),
        )
