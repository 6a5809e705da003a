"""pyJoules: the counters of processors, memory and NVIDIA GPUs.

Its faults: without a device it fails obscurely (found before the start); it does not know that
counters begin again at 0 (added up here); it tells processors in µJ and GPUs in mJ (each by its own
unit here); its domains `core` and `uncore` are parts of `package` (left out here).
"""

from __future__ import annotations

from typing import Any

from ai_power_export.measure.energies import COUNTED
from ai_power_export.measure.meters.interface import (
    JOULES_PER_KWH,
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

PARTS = {"package": ("cpu", 1e-6), "dram": ("ram", 1e-6), "nvidia_gpu": ("gpu", 1e-3)}
"""What pyJoules' domains are, and the joules of their unit; those left out are parts of another."""


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
                domains += [each for each in kind.available_domains() if _kind_of(each) in PARTS]
            except (NoSuchDeviceError, OSError):
                continue
        if not domains:
            raise MeterFailed("pyJoules finds no device")
        try:
            self._devices: list[Any] = DeviceFactory.create_devices(domains)
            self._counters = Counters(rapl_ranges())
            self.read()
        except OSError as error:
            raise MeterFailed(f"pyJoules cannot read: {error}") from error

    def _values(self) -> dict[str, float]:
        return {
            repr(domain).replace("_", "-") if _kind_of(domain) != "nvidia_gpu" else repr(domain): float(value)
            for device in self._devices
            for domain, value in zip(device.get_configured_domains(), device.get_energy(), strict=True)
        }

    def read(self) -> MeterReading:
        """Read the counters."""
        kwh: dict[str, float] = {}
        for name, total in self._counters.add(self._values()).items():
            part, joules = PARTS[_without_number(name)]
            kwh[part] = kwh.get(part, 0.0) + total * joules / JOULES_PER_KWH
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


def _kind_of(domain: Any) -> str:
    return _without_number(repr(domain))


def _without_number(name: str) -> str:
    return name.rstrip("0123456789").rstrip("_-")
