"""What this machine draws at rest: kept in the user's data folder, and when a report may carry it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ai_power_export.facts import Facts, Origin
from ai_power_export.introspect.identity import machine_identity
from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval, utc
from ai_power_export.measure.meter_facts import SUBJECT
from ai_power_export.report.write import write_json
from ai_power_export.user_data import data_folder

ENERGY = "measures.powerCalibrationMeasurement"
DURATION = "measures.durationCalibrationMeasurement"
DAY = 86400.0
MODES = {
    "version": "CodeCarbon's version",
    "tracking_mode": "what was tracked",
    "cpu_mode": "the CPU's tracking mode",
    "cpu_power_known": "whether the CPU's power is known",
    "gpu_mode": "the GPUs' tracking mode",
    "gpu_ids": "the GPUs that were tracked",
    "ram_measured": "whether the RAM was measured",
    "ram_forced": "whether the RAM's power was given",
    "pue": "the PUE",
}
"""Fields of a meter that must be those of the run, and what they are called.

The version is one of them: CodeCarbon's models of CPU and RAM change with it.
"""


@dataclass(frozen=True)
class Calibration:
    """One measurement of a machine at rest."""

    machine: str
    """Identity of the machine, as `introspect.identity` makes it."""
    interval: Interval
    modes: dict[str, Any]
    """How it was measured: the fields of the meter that `MODES` names."""

    @classmethod
    def of(cls, meter: Meter, interval: Interval) -> Calibration:
        """Return what was just measured as a calibration of this machine."""
        return cls(machine_identity(), interval, modes_of(meter))

    @property
    def date(self) -> str:
        """The day it was begun, in UTC."""
        return utc(self.interval.begin)[:10]

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object, without emissions: where the machine stands was not asked."""
        data = {**asdict(self), "date": utc(self.interval.begin)}
        del data["interval"]["co2_kg"]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Calibration:
        """Rebuild a calibration written by `to_json`."""
        interval = Interval.from_json({**data["interval"], "co2_kg": 0.0})
        return cls(data["machine"], interval, dict(data["modes"]))


def modes_of(meter: Meter) -> dict[str, Any]:
    """Return how a meter measures, as JSON would give it back."""
    said = {name: getattr(meter, name) for name in MODES}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}


def calibration_folder() -> Path:
    """Return the folder with one file a machine: homes are shared by the nodes of a cluster."""
    return data_folder() / "calibrations"


def keep(calibration: Calibration) -> Path:
    """Write a calibration in place of an earlier one of the same machine; return its file.

    Raises:
        OSError: The folder cannot be written.
    """
    path = calibration_folder() / f"{calibration.machine}.json"
    write_json(path, calibration.to_json())
    return path


def kept() -> Calibration | str:
    """Return the calibration of this machine, or why there is none."""
    try:
        files = list(calibration_folder().glob("*.json"))
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        files = []
    if not files:
        return "this machine was never calibrated"
    machine = machine_identity()
    path = next((file for file in files if file.stem == machine), None)
    if path is None:
        return "only other machines were calibrated, or this one before its hardware changed"
    try:
        return Calibration.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return "the calibration of this machine cannot be read"


def usable(found: Calibration | str, meter: Meter, max_age_days: float, now: float) -> Calibration | str:
    """Return the calibration if it holds for what `meter` measured, else why it does not.

    Args:
        found: What `kept` returned.
        meter: How the run was measured.
        max_age_days: Age up to which a calibration is used.
        now: Seconds since the epoch.
    """
    if isinstance(found, str):
        return found
    age = (now - found.interval.begin) / DAY
    if age > max_age_days:
        return f"the calibration of {found.date} is older than {max_age_days:g} days"
    if age < -1:
        return f"the calibration of {found.date} is of a day to come"
    wanted = modes_of(meter)
    for name, words in MODES.items():
        if found.modes.get(name) != wanted[name]:
            was, run = json.dumps(found.modes.get(name)), json.dumps(wanted[name])
            return f"the calibration of {found.date} differs from the run in {words}: {was}, not {run}"
    return found


def unrest(interval: Interval, busiest: float) -> str:
    """Say what was too busy for a machine at rest; empty if nothing was."""
    for name, share in (("CPUs", interval.cpu_utilization), ("GPUs", interval.gpu_utilization)):
        if share is not None and share > busiest:
            return f"its {name} were {share:.0%} busy, and at most {busiest:.0%} is taken for rest"
    return ""


def calibration_facts(meter: Meter, max_age_days: float) -> Facts:
    """Return energy (kWh) and duration (s) of the calibration exactly as measured, or why there are none."""
    facts = Facts()
    found = usable(kept(), meter, max_age_days, time.time())
    if isinstance(found, str):
        for field in (ENERGY, DURATION):
            facts.lack(field, found)
        return facts
    place, note = f"aipower calibrate, {found.date}", _at_rest(found.interval)
    facts.add(ENERGY, found.interval.kwh, Origin.METER, place, subject=SUBJECT, note=note)
    facts.add(DURATION, found.interval.seconds, Origin.METER, place, subject=SUBJECT, note=note)
    return facts


def _at_rest(interval: Interval) -> str:
    busy = interval.cpu_utilization
    return "" if busy is None else f"CPUs {busy:.1%} busy"
