"""The whole examination: measures for a moment, and asks every point."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ai_power_export.doctor.cpu import cpu_finding
from ai_power_export.doctor.devices import gpu_finding, ram_finding
from ai_power_export.doctor.finding import Finding, Mend, State
from ai_power_export.doctor.meters import meters_finding
from ai_power_export.doctor.surroundings import (
    calibration_finding,
    codecarbon_finding,
    machine_finding,
    output_finding,
    place_finding,
)
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.probe import NothingMeasured, Probed, probe
from ai_power_export.measure.quality import quality, relative_error
from ai_power_export.settings import Settings
from ai_power_export.units import JOULES_PER_KWH

SECONDS = 2.0
"""How long CodeCarbon measures, so that its own answer is had."""


@dataclass(frozen=True)
class Diagnosis:
    """What can be measured here, and what `quality` a report will have."""

    quality: str | None
    """That of a report of what the machine does now; None where nothing can be measured."""
    error: float | None
    """The error (0 to 1) that the quality stands for."""
    shares: dict[str, float]
    """Shares (0 to 1) of CPU, GPU and RAM in the energy."""
    quality_when_busy: str | None
    """That of a report of all CPUs at work, where CodeCarbon models them; None where it reads a counter."""
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "quality": self.quality,
            "error": self.error,
            "shares": self.shares,
            "qualityWhenBusy": self.quality_when_busy,
            "findings": [finding.to_json() for finding in self.findings],
        }


def examine(settings: Settings, folder: Path, *, online: bool) -> Diagnosis:
    """Ask CodeCarbon and the machine.

    Args:
        settings: Those that hold in the folder.
        folder: The working folder.
        online: Whether a geolocation service may be asked; else nothing is requested.
    """
    around = (
        codecarbon_finding(),
        machine_finding(),
        place_finding(settings, online=online),
        output_finding(settings, folder),
        meters_finding(settings, folder),
    )
    try:
        probed = probe(lambda: time.sleep(SECONDS))
    except NothingMeasured as failure:
        mend = Mend("codecarbon detect", "shows what CodeCarbon finds on this machine")
        return Diagnosis(None, None, {}, None, (Finding("cpu", State.POOR, str(failure), (mend,)), *around))
    parts = (cpu_finding(probed), gpu_finding(probed), ram_finding(probed))
    findings = (*parts, *around, calibration_finding(probed.meter, settings))
    error = round(relative_error(probed.meter, probed.interval), 3)
    return Diagnosis(
        quality(probed.meter, probed.interval), error, _shares(probed.interval), _when_busy(probed), findings
    )


def _shares(interval: Interval) -> dict[str, float]:
    parts = {"cpu": interval.cpu_kwh, "gpu": interval.gpu_kwh, "ram": interval.ram_kwh}
    whole = sum(parts.values())
    return {name: round(kwh / whole, 3) for name, kwh in parts.items()}


def _when_busy(probed: Probed) -> str | None:
    """Reckon with the greatest power that CodeCarbon's load model gives the CPUs."""
    if probed.cpu_watts is None or probed.meter.cpu_mode != "cpu_load":
        return None
    interval = probed.interval
    cpu = probed.cpu_watts * interval.seconds / JOULES_PER_KWH
    busy = replace(interval, cpu_kwh=cpu, kwh=cpu + interval.gpu_kwh + interval.ram_kwh)
    return quality(probed.meter, busy)
