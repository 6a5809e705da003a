"""Zeus: the counters of processors, memory and GPUs, as its own monitor reads them.

Its faults: it measures nothing where there is no counter, without a word (found before the start);
it takes the counter of the whole board (`psys`) for one more processor (left out here).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ai_power_export.measure.energies import COUNTED
from ai_power_export.measure.meters.interface import (
    Description,
    Meter,
    MeterFailed,
    MeterReading,
)
from ai_power_export.measure.meters.ledger import RAPL, Counters
from ai_power_export.measure.meters.tools import (
    WHOLE_MACHINE,
    has_nvml,
    installed_version,
    no_rapl,
    not_installed,
)
from ai_power_export.units import JOULES_PER_KWH

NO_GPU_COUNTER = (
    "zeus-gpu-left-out",
    "a GPU has no energy counter (those before Volta): Zeus' measure is without the GPUs",
)


class Zeus(Meter):
    """Reads the devices of Zeus, whose totals only grow."""

    period = 10.0

    def unavailable(self) -> str:
        """Say why it cannot measure here."""
        missing = not_installed("zeus", "zeus", "Zeus")
        return missing or ("" if has_nvml() else no_rapl())

    def start(self) -> None:
        """Find the devices."""
        self._cpus, self._processors = _processors()
        self._gpus, self._cards, self._notices = _cards()
        if not self._processors and not self._cards:
            raise MeterFailed("Zeus finds no energy counter")
        self._counters = Counters({}, 1e-3)
        self.read()

    def read(self) -> MeterReading:
        """Read the counters (mJ; Zeus itself follows those that begin again at 0)."""
        values: dict[str, float] = {}
        for index in self._processors:
            told = self._cpus.get_total_energy_consumption(index)
            values[f"cpu {index}"] = told.cpu_mj
            if told.dram_mj is not None:
                values[f"ram {index}"] = told.dram_mj
        for index in self._cards:
            values[f"gpu {index}"] = self._gpus.get_total_energy_consumption(index)
        kwh: dict[str, float] = {}
        for name, millijoules in self._counters.add(values).items():
            part = name.partition(" ")[0]
            kwh[part] = kwh.get(part, 0.0) + millijoules / 1e3 / JOULES_PER_KWH
        self._parts = sorted(kwh)
        return MeterReading(kwh)

    def describe(self) -> Description:
        """Say what it reads."""
        gpus = type(self._gpus).__name__ if self._cards else ""
        return Description(
            "zeus",
            dict.fromkeys(self._parts, COUNTED),
            installed_version("zeus"),
            cpu_tracking_mode="rapl" if self._processors else "",
            gpu_tracking_mode="" if not gpus else "amdsmi" if "AMD" in gpus else "nvml",
            notices=(*self._notices, WHOLE_MACHINE),
        )


def _processors() -> tuple[Any, list[int]]:
    from zeus.device.cpu import get_cpus
    from zeus.device.exception import ZeusBaseCPUError

    try:
        cpus = get_cpus()
    except (ZeusBaseCPUError, OSError):
        return None, []
    return cpus, [cpu.cpu_index for cpu in cpus.cpus if _is_processor(cpu.cpu_index)]


def _is_processor(index: int) -> bool:
    """Tell a processor's zone from that of the whole board; what cannot be told is one."""
    try:
        name = Path(RAPL, f"intel-rapl:{index}", "name").read_text(encoding="utf-8")
    except OSError:
        return True
    return name.startswith("package")


def _cards() -> tuple[Any, list[int], tuple[tuple[str, str], ...]]:
    from zeus.device.exception import ZeusBaseGPUError
    from zeus.device.gpu import get_gpus

    try:
        gpus = get_gpus()
    except (ZeusBaseGPUError, OSError):
        return None, [], ()
    cards = list(range(len(gpus)))
    if not all(gpus.supports_get_total_energy_consumption(card) for card in cards):
        return None, [], (NO_GPU_COUNTER,)
    return gpus, cards, ()
