"""pyJoules: the counters of processors, memory and NVIDIA GPUs.

Its faults: without a device it fails obscurely (found before the start); it does not know that
counters begin again at 0 (added up here); it tells processors in µJ and GPUs in mJ (each by its own
unit here); its domains `core` and `uncore` are parts of `package` (left out here).
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
from ai_power_export.measure.meters.tools import (
    WHOLE_MACHINE,
    has_nvml,
    installed_version,
    no_rapl,
    not_installed,
)
from ai_power_export.units import JOULES_PER_KWH

PARTS = {"package": "cpu", "dram": "ram", "nvidia_gpu": "gpu"}
"""What pyJoules' domains are; those left out are parts of another."""


class PyJoules(Meter):
    """Reads the devices that pyJoules configures."""

    period = 10.0

    def unavailable(self) -> str:
        """Say why it cannot measure here."""
        missing = not_installed("pyJoules", "pyJoules", "pyJoules")
        return missing or ("" if has_nvml() else no_rapl())

    def start(self) -> None:
        """Configure all devices of which pyJoules knows a part that is not within another."""
        from pyJoules.device import DeviceFactory
        from pyJoules.device.rapl_device import RaplDevice
        from pyJoules.exception import NoSuchDeviceError

        try:
            from pyJoules.device.nvidia_device import NvidiaGPUDevice
        except ImportError:
            kinds: tuple[Any, ...] = (RaplDevice,)
        else:
            kinds = (RaplDevice, NvidiaGPUDevice)
        domains = []
        for kind in kinds:
            try:
                domains += [each for each in kind.available_domains() if _without_number(repr(each)) in PARTS]
            except (NoSuchDeviceError, OSError):
                continue
        if not domains:
            raise MeterFailed("pyJoules finds no device")
        try:
            self._devices: list[Any] = DeviceFactory.create_devices(domains)
            self._processors, self._cards = Counters(rapl_ranges(), 1e-6), Counters({}, 1e-3)
            self.read()
        except OSError as error:
            raise MeterFailed(f"pyJoules cannot read: {error}") from error

    def read(self) -> MeterReading:
        """Read the counters."""
        values: dict[str, float] = {}
        for device in self._devices:
            told = zip(device.get_configured_domains(), device.get_energy(), strict=True)
            values |= {repr(domain): float(value) for domain, value in told}
        cards = {name: value for name, value in values.items() if name.startswith("nvidia")}
        processors = {name.replace("_", "-"): value for name, value in values.items() if name not in cards}
        joules = [
            *((name, total * 1e-6) for name, total in self._processors.add(processors).items()),
            *((name, total * 1e-3) for name, total in self._cards.add(cards).items()),
        ]
        kwh: dict[str, float] = {}
        for name, total in joules:
            part = PARTS[_without_number(name)]
            kwh[part] = kwh.get(part, 0.0) + total / JOULES_PER_KWH
        self._parts = sorted(kwh)
        return MeterReading(kwh)

    def describe(self) -> Description:
        """Say what it reads."""
        return Description(
            "pyJoules",
            dict.fromkeys(self._parts, COUNTED),
            installed_version("pyJoules"),
            cpu_tracking_mode="rapl" if "cpu" in self._parts else "",
            gpu_tracking_mode="nvml" if "gpu" in self._parts else "",
            notices=(WHOLE_MACHINE,),
        )


def _without_number(name: str) -> str:
    return name.rstrip("0123456789").rstrip("_-")
