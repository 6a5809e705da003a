"""carbontracker's logs: the standard one, which has the power and duration of each epoch.

The `_output.log` beside it only has totals, rounded to seconds, times a PUE, and predictions: it is not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ai_power_export.errors import BadInput
from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Found,
    Imported,
    Importer,
    Machine,
    Refused,
    Senseless,
    checked_energy,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.text import Line, Text
from ai_power_export.units import JOULES_PER_KWH

STAMPED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) - (.*)")
VERSION = re.compile(r"carbontracker version (\S+)")
COMPONENT = re.compile(r"(\w[\w ]*?) with device\(s\) (.*?)\.(?= \w+ with device|\s*$)")
DURATION = re.compile(r"Duration:\s*(\d+):(\d\d):(\d\d(?:\.\d+)?)")
POWER = re.compile(r"Average power usage \(W\) for (\w+): (.*)")
RAPL_DEVICE = re.compile(r"(cpu|dram):\d+")
APPLE_DEVICES = ({"CPU"}, {"GPU", "ANE"})
"""Parts of one chip, of which there is one power."""

RUN_ID = re.compile(r"(\d+\.\d+)_\d{4}-\d\d-\d\dT\d+Z_carbontracker")
"""Process and instance, which stand in the name of the file alone: the logs of two ranks may be equal."""

AVERAGES_SINCE = 2
"""Major version since which the power is the mean over devices; before, it is one number a device.

Source: commit 505a2d9 of carbontracker (March 2024), first released in 2.0.0."""


def detect(head: str) -> bool:
    """Tell a standard log by its first line."""
    return VERSION.search(head) is not None


def detect_printed(head: str) -> bool:
    """Tell what carbontracker prints, which it keeps beside the standard log."""
    return " - CarbonTracker: " in head


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield the run of a log, or with `per_row` its epochs."""
    log = _Log(text.name)
    for line in text.lines():
        log.hear(line)
    yield from log.found(per_row)


def refuse_printed(text: Text, per_row: bool) -> Iterator[Found]:
    """Refuse what carbontracker prints.

    Raises:
        BadInput: Always.
    """
    mend = "import the log without `_output` beside it, or the folder of both"
    raise BadInput("is carbontracker's printed output: rounded totals, times a PUE", text.name, mend)


@dataclass
class _Epoch:
    line: int
    end: datetime
    seconds: float = 0.0
    watts: dict[str, float | None] = field(default_factory=dict)
    """Power of each component, of all its devices together; None where it was not measured."""


class _Log:
    """What has been read of a log."""

    def __init__(self, name: str) -> None:
        named = RUN_ID.search(name)
        self.run_id = named[1] if named else ""
        self.version = ""
        self.devices: dict[str, list[str]] = {}
        self.epochs: list[_Epoch] = []
        self.refused: list[Refused] = []
        self._open: tuple[Line, str] | None = None

    def hear(self, line: Line) -> None:
        """Take in one line; a list of powers may go over several."""
        if self._open is not None:
            first, text = self._open
            self._open = None
            if STAMPED.match(line.text) is None:
                self._hear(first, f"{text} {line.text.strip()}")
                return
            self.refused.append(Refused(first.number, "the list of powers does not end"))
        self._hear(line, line.text)

    def _hear(self, line: Line, text: str) -> None:
        match = STAMPED.match(text)
        if match is None:
            return
        stamp, said = match.groups()
        if "for " in said and "[" in said and "]" not in said and POWER.match(said):
            self._open = (line, text)
            return
        try:
            self._take(line.number, stamp, said)
        except Senseless as why:
            self.refused.append(Refused(line.number, str(why)))

    def _take(self, number: int, stamp: str, said: str) -> None:
        if match := VERSION.match(said):
            self.version = match[1]
        elif said.startswith("The following components were found:"):
            for name, devices in COMPONENT.findall(said.partition(": ")[2]):
                self.devices[name.lower()] = [each.strip() for each in devices.split(",")]
        elif re.fullmatch(r"Epoch \d+:", said):
            self.epochs.append(_Epoch(number, moment(stamp)))
        elif self.epochs and (match := DURATION.match(said)):
            hours, minutes, seconds = match.groups()
            self.epochs[-1].seconds = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        elif self.epochs and (match := POWER.match(said)):
            self.epochs[-1].watts[match[1]] = self._watts(match[1], match[2])

    def _watts(self, component: str, text: str) -> float | None:
        """Return the power of all devices of a component."""
        if text.strip() == "None":
            return None
        try:
            powers = [float(each) for each in re.split(r"[\s,]+", text.strip(" []"))]
        except ValueError:
            raise Senseless(f"the power is no number ({text[:40]!r})") from None
        if not all(math.isfinite(power) and power >= 0 for power in powers):
            raise Senseless(f"the power cannot be ({text[:40]})")
        devices = self.devices.get(component, [])
        if len(powers) == len(devices) or set(devices) in APPLE_DEVICES:
            return math.fsum(powers)
        if len(powers) == 1 and devices and self._averages:
            return powers[0] * len(devices)
        raise Senseless(f"{len(powers)} powers of {len(devices)} devices")

    @property
    def _averages(self) -> bool:
        major = self.version.partition(".")[0]
        return major.isdigit() and int(major) >= AVERAGES_SINCE

    def found(self, per_row: bool) -> Iterator[Found]:
        """Yield what makes sense, and what does not."""
        yield from self.refused
        wrong = {refusal.line for refusal in self.refused}
        measured = []
        for epoch in self.epochs:
            if epoch.seconds > 0 and epoch.watts and None not in epoch.watts.values() and not wrong:
                measured.append(epoch)
            elif not wrong:
                yield Refused(epoch.line, "this epoch has no duration, or power was not measured in it")
        groups = [[epoch] for epoch in measured] if per_row else [measured] if measured else []
        for group in groups:
            try:
                yield self._run(group)
            except Senseless as why:
                yield Refused(group[0].line, str(why))
        if not self.epochs:
            yield Refused(0, "holds no epoch: nothing was measured")

    def _run(self, epochs: list[_Epoch]) -> Imported:
        seconds = math.fsum(epoch.seconds for epoch in epochs)
        kwh = {name: self._kwh(name, epochs) for name in self.devices or epochs[0].watts}
        energy = checked_energy(math.fsum(kwh.values()), seconds, cpu=kwh.get("cpu"), gpu=kwh.get("gpu"))
        first = epochs[0]
        began = first.end - timedelta(seconds=first.seconds)
        whole = len(epochs) == len(self.epochs)
        return Imported(
            tool="carbontracker",
            line=first.line,
            key=("epochs", self.run_id, self.version, repr(self.devices), repr(epochs)),
            run_id=self.run_id,
            energy=energy,
            begin=began,
            seconds=seconds,
            version=self.version,
            cpu_mode=self._cpu_mode(),
            gpu_mode=self._gpu_mode(),
            machine=self._machine(),
            epochs=len(epochs) if whole else None,
            lacks=(Missing("environment.country", "carbontracker's log holds no place that is sure"),),
            notices=tuple(self._notices(len(self.epochs) - len(epochs))),
        )

    def _kwh(self, component: str, epochs: list[_Epoch]) -> float:
        joules = math.fsum((epoch.watts.get(component) or 0.0) * epoch.seconds for epoch in epochs)
        return joules / JOULES_PER_KWH

    def _cpu_mode(self) -> str:
        devices = self.devices.get("cpu", [])
        if not devices:
            return ""
        if set(devices) in APPLE_DEVICES:
            return "powermetrics"
        return "rapl" if all(RAPL_DEVICE.fullmatch(each) for each in devices) else "constant"

    def _gpu_mode(self) -> str:
        devices = self.devices.get("gpu", [])
        return "" if not devices else "powermetrics" if set(devices) in APPLE_DEVICES else "nvml"

    def _machine(self) -> Machine:
        cpus, gpus = self.devices.get("cpu", []), self.devices.get("gpu", [])
        by_rapl = self._cpu_mode() == "rapl"
        packages = sum(each.startswith("cpu:") for each in cpus) if by_rapl else None
        models = {model: gpus.count(model) for model in gpus} if self._gpu_mode() == "nvml" else {}
        named = cpus[0] if self._cpu_mode() == "constant" else ""
        return Machine(cpu=named, packages=packages, gpus=tuple(models.items()))

    def _notices(self, others: int) -> Iterator[Notice]:
        several = [each for each in self.devices.values() if len(each) > 1 and set(each) not in APPLE_DEVICES]
        if several and self._averages:
            text = "carbontracker writes the mean power of several devices: it was multiplied by their number"
            yield Notice("devices-summed", text)
        if self._cpu_mode() == "constant":
            text = "carbontracker took half the TDP that its table, or the user, gives this CPU"
            yield Notice("cpu-power-assumed", text)
        if not any(each.startswith("dram") for each in self.devices.get("cpu", [])):
            yield Notice("ram-not-counted", "carbontracker counted no RAM")
        if others:
            yield Notice("part-of-run", f"{others} more epochs of the run are not in it")
        yield Notice("pue-left-out", "carbontracker's own totals are this energy times a PUE that it assumes")


IMPORTER = Importer("carbontracker", "carbontracker log, or a folder of them", detect, read)
PRINTED = Importer("carbontracker-output", "", detect_printed, refuse_printed)
