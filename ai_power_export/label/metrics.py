"""The metrics of a report: its energy and time by functional unit, and what else a scheme may name.

| metric | unit | of the report |
|---|---|---|
| energy | kWh | `powerConsumption` by functional unit (`functional`) |
| time | s | `measurementDuration` by functional unit |
| run_energy, run_time | kWh, s | the same of the whole run |
| parameters | billion | `parametersNumber`, of the largest model |
| data_size | GB | `dataSize` of all inputs |
| accuracy | | `measuredAccuracy`, from 0 to 1 |
| carbon_intensity | g/kWh | `powerSourceCarbonIntensity` |

Several measures are several looks at one run, and none sees more than there was: the largest counts. Two by
one method may as well be parts of it; then nobody tells the energy.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ai_power_export.label.functional import FunctionalUnit, functional_unit
from ai_power_export.label.rated import Reason
from ai_power_export.report.evidence import entries_of, value_at
from ai_power_export.report.rating.subject import Entry, number, text

ERRORS = {"high": 0.10, "medium": 0.25, "low": 0.50}
"""How far the energy of a report may be off, as a share of it, by its `quality` (BoAmps, report schema)."""

BY_UNIT = ("energy", "time")
"""Metrics that need a functional unit."""
UNCERTAIN = ("energy", "run_energy")
"""Metrics that `quality` speaks of."""


@dataclass(frozen=True)
class Measured:
    """What a report tells, in the units of the table above."""

    unit: FunctionalUnit
    values: Mapping[str, float]
    """By metric; what is not told is not in it. Zeros and negatives are, to be refused with a reason."""
    why_not: Mapping[str, Reason]
    """Of metrics that are not told."""
    quality: str
    """`high`, `medium`, `low`, or empty."""

    @property
    def error(self) -> float:
        """How far its energy may be off, as a share of it; nobody who tells no quality has a good one."""
        return ERRORS.get(self.quality, ERRORS["low"])


def measured_of(document: Mapping[str, Any], wanted_unit: str = "") -> Measured:
    """Return the metrics of a report of the current version.

    Args:
        document: The report.
        wanted_unit: The functional unit that a scheme asks for; empty for the report's own.
    """
    found = _Found()
    measure = _measure(document, found)
    energy, seconds = number(measure, "powerConsumption"), number(measure, "measurementDuration")
    unit = functional_unit(document, seconds, wanted_unit)
    found.add("run_energy", energy, "powerConsumption")
    found.add("run_time", seconds, "measurementDuration")
    for name in BY_UNIT:
        found.add_by(unit, name)
    found.add("parameters", _largest(document), "parametersNumber")
    found.add("data_size", _data_size(document), "dataSize of the input")
    found.add("accuracy", number(document, "task.measuredAccuracy"), "measuredAccuracy")
    intensity = "environment.powerSourceCarbonIntensity"
    found.add("carbon_intensity", number(document, intensity), "powerSourceCarbonIntensity")
    return Measured(unit, found.values, found.why_not, text(document, "quality"))


@dataclass
class _Found:
    values: dict[str, float] = field(default_factory=dict)
    why_not: dict[str, Reason] = field(default_factory=dict)

    def add(self, name: str, value: float | None, told_as: str) -> None:
        if value is None:
            reason = Reason(
                f"the report does not tell it ({told_as})", f"le rapport ne l'indique pas ({told_as})"
            )
            self.why_not.setdefault(name, reason)
        else:
            self.values[name] = value

    def add_by(self, unit: FunctionalUnit, name: str) -> None:
        """Add the energy or time of the run by functional unit."""
        whole = self.values.get(f"run_{name}")
        if whole is None:
            self.why_not[name] = self.why_not[f"run_{name}"]
        elif not unit.name:
            self.why_not[name] = Reason(
                f"no functional unit: {unit.why_not}", f"aucune unité fonctionnelle : {unit.why_not.fr}"
            )
        else:
            self.values[name] = whole / unit.count


def _measure(document: Mapping[str, Any], found: _Found) -> Entry:
    """Return the measure that counts, empty where that is not clear."""
    measures = [each for each in entries_of(document, "measures") if _kwh(each) is not None]
    methods = Counter(text(each, "measurementMethod").casefold() for each in measures)
    twice = [method for method, times in methods.items() if times > 1]
    if twice:
        why_not = Reason(
            f"two measures are by {twice[0] or 'the same method'}: parts of the run, or one and the same?",
            f"deux mesures par {twice[0] or 'la même méthode'} : des parties de l'exécution, ou la même ?",
        )
        found.why_not |= {"run_energy": why_not, "run_time": why_not}
        return {}
    return max(measures, key=lambda each: _kwh(each) or 0.0, default={})


def _kwh(measure: Entry) -> float | None:
    return number(measure, "powerConsumption")


def _largest(document: Mapping[str, Any]) -> float | None:
    sizes = (number(each, "parametersNumber") for each in entries_of(document, "task.algorithms"))
    return max((size for size in sizes if size is not None), default=None)


def _data_size(document: Mapping[str, Any]) -> float | None:
    """Return the size of all inputs in GB; None where one of them does not tell its own."""
    inputs = [each for each in entries_of(document, "task.dataset") if value_at(each, "dataUsage") == "input"]
    sizes = [number(each, "dataSize") for each in inputs]
    return math.fsum(filter(None, sizes)) if sizes and None not in sizes else None


METRICS: tuple[str, ...] = (
    *BY_UNIT,
    *("run_energy", "run_time", "parameters", "data_size", "accuracy", "carbon_intensity"),
)
"""All metrics that a report can have."""
