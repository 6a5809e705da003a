"""eco2AI: its models of processor and memory, and the power of NVIDIA GPUs.

Its faults: its tracker asks the network for the country and evaluates the answer as code, fails under
pandas 3 when it stops, and rewrites files (its three models are asked here, without the tracker); it
needs `pkg_resources`, which setuptools has dropped (given here); it takes the processor's load from
the mean since each process began, and the memory of one process (both given here, of the whole machine
at the moment); of several processors that fit a name it takes the one with the greatest TDP (declared).
"""

from __future__ import annotations

import sys
import time
import types
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ai_power_export.measure.energies import ASSUMED, COUNTED, MODELLED
from ai_power_export.measure.meters.interface import (
    Description,
    Meter,
    MeterFailed,
    MeterReading,
)
from ai_power_export.measure.meters.tools import installed_version, not_installed

OWN_LOAD = (
    "eco2ai-load",
    "the load and the memory that eco2AI reckons with are those of the whole machine at the moment: its own "
    "are means since each process began, and the memory of one process",
)
GREATEST_TDP = (
    "eco2ai-tdp",
    "eco2AI does not know this very processor, and takes the greatest TDP of those of a like name",
)


class Eco2Ai(Meter):
    """Asks eco2AI's models."""

    period = 1.0

    def unavailable(self) -> str:
        """Say why it cannot measure here."""
        return not_installed("eco2ai", "eco2ai", "eco2AI")

    def start(self) -> None:
        """Build the models."""
        import psutil

        _give_pkg_resources()
        from eco2ai.tools import tools_cpu, tools_gpu, tools_ram

        for module in (tools_cpu, tools_gpu, tools_ram):
            module.time = types.SimpleNamespace(time=time.perf_counter)  # the wall clock may be set
        self._cpu: Any = tools_cpu.CPU(cpu_processes="all", ignore_warnings=True)
        # An unknown processor has the flag `ignore_warnings` for its TDP.
        if isinstance(self._cpu.tdp(), bool) or not self._cpu.tdp():
            raise MeterFailed(f"eco2AI does not know the power of this processor ({self._cpu.name()})")
        self._is_known = _is_in_table(self._cpu.name(), tools_cpu)
        self._ram: Any = tools_ram.RAM(ignore_warnings=True)
        self._gpu: Any = tools_gpu.GPU(ignore_warnings=True)
        psutil.cpu_percent()  # the next call tells the mean since this one
        self._cpu.get_cpu_percent = lambda: psutil.cpu_percent() / 100
        self._ram._get_memory_used = lambda: psutil.virtual_memory().used / 1024**3
        self._models = {"cpu": self._cpu, "ram": self._ram}
        if self._gpu.is_gpu_available:
            self._models["gpu"] = self._gpu
        self.read()

    def read(self) -> MeterReading:
        """Let the models reckon up to now."""
        for model in self._models.values():
            model.calculate_consumption()
        return MeterReading({part: float(model._consumption) for part, model in self._models.items()})

    def describe(self) -> Description:
        """Say how it reckons."""
        errors = {"cpu": MODELLED if self._is_known else ASSUMED, "ram": ASSUMED}
        return Description(
            "eco2AI",
            {**errors, **({"gpu": COUNTED} if "gpu" in self._models else {})},
            installed_version("eco2ai"),
            cpu_tracking_mode="cpu_load",
            gpu_tracking_mode="nvml" if "gpu" in self._models else "",
            notices=(OWN_LOAD, *(() if self._is_known else (GREATEST_TDP,))),
        )


def _is_in_table(name: str, tools_cpu: Any) -> bool:
    """Tell whether eco2AI's table holds a processor of just this name, which names a model by a number."""
    import csv

    plain, _ = tools_cpu.transform_cpu_name(name)
    with Path(tools_cpu.CPU_TABLE_NAME).open(encoding="utf-8", newline="") as table:
        known = any(row.get("Model") == plain for row in csv.DictReader(table))
    return known and any(letter.isdigit() for letter in plain)


def _give_pkg_resources() -> None:
    """Provide the one function of `pkg_resources` that eco2AI asks for, where there is none any more."""
    if find_spec("pkg_resources") is not None:
        return

    def resource_stream(package: str, name: str) -> Any:
        folder = Path(str(find_spec(package).origin)).parent  # type: ignore[union-attr]
        return (folder / name).open("rb")

    stub = types.ModuleType("pkg_resources")
    stub.resource_stream = resource_stream  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = stub
