"""A report of any version, read under the names of the current one.

The checks know one set of names, those of the current format. What another
version calls differently, or keeps elsewhere, is said here alone. A document
need not be valid: what is not there, or is no object, reads as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, ORANGE
from ai_power_export.units import JOULES_PER_KWH

_PLACES: Mapping[str, tuple[str, ...]] = {
    "header": ("header",),
    "task": ("task",),
    "algorithms": ("task.algorithms",),
    "dataset": ("task.dataset",),
    "measures": ("measures",),
    "system": ("system",),
    "infrastructure": ("infrastructure",),
    "components": ("infrastructure.components",),
    "environment": ("environment",),
}
SECTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CURRENT: _PLACES,
    BOAMPS_2024: _PLACES,
    ORANGE: {
        **_PLACES,
        "dataset": ("datasets",),
        "components": ("infrastructure.parts", "hardware"),
        "environment": ("region", "environment"),
    },
}
"""Where the sections of a report lie, by their names in the checks.

Orange's own reports keep two of them elsewhere than its schema says; both places are read.
"""

NAMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    CURRENT: {},
    BOAMPS_2024: {
        "dataset": {"dataFormat": "fileType", "dataQuantity": "items", "dataSize": "volume"},
        "components": {"componentType": "componentName", "componentName": "series"},
    },
    ORANGE: {
        "task": {"taskStage": "type"},
        "algorithms": {"algorithmName": "$$key"},
        "dataset": {
            "dataType": "$$key",
            "dataFormat": "fileType",
            "dataQuantity": "items",
            "dataSize": "volume",
        },
        "measures": {"measurementMethod": "$$key", "powerConsumption": "value"},
        "system": {"distribution": "distro", "distributionVersion": "distroVersion"},
        "components": {"componentType": "$$key", "componentName": "series", "nbComponent": "items"},
    },
}
"""What a version calls the fields of a section, where the current one has another name."""

KWH = {
    "mWh": 1e-6, "Wh": 1e-3, "kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "kJoule": 1 / 3.6e3, "MJoule": 1 / 3.6,
    "GJoule": 1e3 / 3.6, "TJoule": 1e6 / 3.6, "PJoule": 1e9 / 3.6, "BTU": 1055.056 / 3.6e6,
}  # fmt: skip
"""kWh in the older versions' units of energy; FLOPS are no energy. A BTU has 1055.056 J."""

GIGABYTES = {
    "kilobyte": 1e-6, "megabyte": 1e-3, "gigabyte": 1.0, "terabyte": 1e3, "petabyte": 1e6, "exabyte": 1e9,
    "zettabyte": 1e12, "yottabyte": 1e15,
}  # fmt: skip

LONGEST_NAME = 60
LARGEST = 1e300
"""Numbers beyond it read as it, so that no arithmetic overflows."""


class Spot(NamedTuple):
    """A value and where it stands."""

    path: str
    value: Any


@dataclass(frozen=True)
class Part:
    """One object of a report."""

    path: str
    fields: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)

    def spot(self, name: str) -> Spot:
        """Return what stands under a name of the current format; its value is None if nothing does."""
        own = self.names.get(name, name)
        return Spot(f"{self.path}.{own}", self.fields.get(own))

    def value(self, name: str) -> Any:
        """Return the value of a spot alone."""
        return self.fields.get(self.names.get(name, name))

    def has(self, name: str) -> bool:
        """Tell whether anything stands there."""
        return self.value(name) is not None

    def text(self, name: str) -> str:
        """Return a text without blanks at its ends, empty if there is none."""
        value = self.value(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def hardware_name(self) -> str:
        """All that a component says of what it is, none of it longer than names are."""
        names = ("componentName", "manufacturer", "family", "series")
        return " ".join(filter(None, (self.text(name)[:LONGEST_NAME] for name in names)))

    def number(self, name: str) -> float | None:
        """Return a finite number; None if there is none."""
        return as_number(self.value(name))


def as_number(value: Any) -> float | None:
    """Return a JSON number as a float, None for everything else and for NaN and infinities."""
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(max(-LARGEST, min(LARGEST, value)))


class Reading:
    """A document in the words of one version."""

    def __init__(self, document: Any, version: str) -> None:
        self.document = document
        self.version = version if version in SECTIONS else CURRENT
        self._read: dict[str, list[Part]] = {}

    def one(self, section: str) -> Part:
        """Return a section that is a single object, empty if there is none."""
        found = self.many(section)
        return found[0] if found else self._part(section, SECTIONS[self.version][section][0], {})

    def many(self, section: str) -> list[Part]:
        """Return the entries of a section that is a list."""
        if section not in self._read:
            self._read[section] = list(self._parts(section))
        return self._read[section]

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures with their energies in kWh."""
        return [Measure(part, self.version) for part in self.many("measures")]

    @cached_property
    def components(self) -> list[Part]:
        """The hardware."""
        return self.many("components")

    @cached_property
    def stages(self) -> frozenset[str]:
        """The stages of the task, as `taskStage` joins them, without blanks."""
        stage = self.one("task").text("taskStage")
        return frozenset(filter(None, (part.strip().casefold() for part in stage.split("+"))))

    def _parts(self, section: str) -> Iterator[Part]:
        for path in SECTIONS[self.version][section]:
            node = self.document
            for key in path.split("."):
                node = node.get(key) if isinstance(node, dict) else None
            if isinstance(node, dict):
                yield self._part(section, path, node)
            for index, entry in enumerate(node if isinstance(node, list) else ()):
                yield from self._entries(section, f"{path}[{index}]", entry)

    def _entries(self, section: str, path: str, entry: Any) -> Iterator[Part]:
        """Yield the entry, or what it holds under names, as Orange's official form has it."""
        if not isinstance(entry, dict):
            return
        named = {key: value for key, value in entry.items() if isinstance(value, dict)}
        if self.version == ORANGE and named and len(named) == len(entry):
            for key, value in named.items():
                yield self._part(section, f"{path}.{key}", value)
        else:
            yield self._part(section, path, entry)

    def _part(self, section: str, path: str, fields: Mapping[str, Any]) -> Part:
        return Part(path, fields, NAMES[self.version].get(section, {}))


class Measure:
    """One measure of a report."""

    def __init__(self, part: Part, version: str) -> None:
        self.part = part
        unit = "kWh" if version == CURRENT else part.spot("unit").value
        self._unit = KWH.get(unit) if isinstance(unit, str) else None
        self.kwh = self._energy("powerConsumption")
        """Energy in kWh; None where it is given in operations or not at all."""
        self.seconds = part.number("measurementDuration")
        self.watts = _power(self.kwh, self.seconds)
        """Mean power in W; None where energy or duration are missing or not above zero."""
        self.idle_watts = _power(
            self._energy("powerCalibrationMeasurement"), part.number("durationCalibrationMeasurement")
        )
        """Mean power of the calibration in W, as above."""

    def _energy(self, name: str) -> float | None:
        amount = self.part.number(name)
        return None if amount is None or self._unit is None else as_number(amount * self._unit)


def _power(kwh: float | None, seconds: float | None) -> float | None:
    if kwh is None or seconds is None or kwh <= 0 or seconds <= 0:
        return None
    return min(kwh * JOULES_PER_KWH / seconds, LARGEST)
