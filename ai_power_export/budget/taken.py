"""What a report says that its run took: energy, emissions, and how they were measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ai_power_export.budget.finding import Amount
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.label.groups import COMPUTES, key_of
from ai_power_export.label.metrics import Measured, measured_of
from ai_power_export.label.subject import Subject, subject_of
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.rating.subject import COMPONENTS, number, text
from ai_power_export.report.read import read_document
from ai_power_export.vocabulary.power import kind_of

MEASURED_BY = ("measurementMethod", "version", "cpuTrackingMode", "gpuTrackingMode")
"""What tells how a measure was taken: tool, version and source of the numbers."""
GRAMS_A_KG = 1000


@dataclass(frozen=True)
class Taken:
    """A valid report of work that came to its end."""

    path: Path
    subject: Subject

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name

    @property
    def document(self) -> Mapping[str, Any]:
        """The report in the current version of the format."""
        return self.subject.document

    @cached_property
    def measured(self) -> Measured:
        """Its metrics; `run_energy` is the energy of the run in kWh, `energy` that of one functional unit."""
        return measured_of(self.document)

    @property
    def stage(self) -> str:
        """Its stage, several joined by +; empty where it is not told."""
        return self.key["stage"]

    @cached_property
    def key(self) -> Mapping[str, str]:
        """What comparable reports have in common, as `label.groups` has it."""
        return key_of(self.document, self.measured.unit.name)

    @cached_property
    def way(self) -> frozenset[tuple[object, ...]]:
        """How it was measured and on what, empty where that is not told: with one way reports err alike."""
        measures = {tuple(text(each, name) for name in MEASURED_BY) for each in self._entries("measures")}
        hardware = {
            (*(text(each, name) for name in ("componentType", "componentName")), *_amounts(each))
            for each in self._entries(COMPONENTS)
        }
        computing = [
            each for each in self._entries(COMPONENTS) if kind_of(text(each, "componentType")) in COMPUTES
        ]
        is_told = computing and all(text(each, "componentName") for each in computing)
        return frozenset(measures | hardware) if is_told else frozenset()

    def kwh(self) -> Amount:
        """Return its energy in kWh.

        Raises:
            BadInput: It does not tell it.
        """
        return Amount(self._metric("run_energy"), self.measured.error)

    def co2(self) -> Amount:
        """Return its emissions in kg CO2-equivalent: energy times carbon intensity, with the energy's error.

        Raises:
            BadInput: It does not tell one of them.
        """
        energy = self.kwh()
        if "carbon_intensity" not in self.measured.values:
            what = "does not tell its emissions: it has no environment.powerSourceCarbonIntensity"
            mend = "name the --country of the run, or --set environment.powerSourceCarbonIntensity=G_PER_KWH"
            raise BadInput(what, self.name, mend)
        grams = energy.value * self._metric("carbon_intensity")
        return Amount(grams / GRAMS_A_KG, energy.error)

    def to_json(self) -> dict[str, Any]:
        """Return what it took as a JSON object, null where it does not tell."""
        kwh, grams = map(self.measured.values.get, ("run_energy", "carbon_intensity"))
        return {
            "path": str(self.path),
            "reportId": self.subject.report_id or None,
            "stage": self.stage,
            "kWh": kwh,
            "kgCO2eq": None if kwh is None or grams is None else kwh * grams / GRAMS_A_KG,
            "error": self.measured.error,
        }

    def _metric(self, name: str) -> float:
        if name not in self.measured.values:
            raise BadInput(self.measured.why_not[name], self.name, "aipower explain says more")
        return self.measured.values[name]

    def _entries(self, path: str) -> list[Mapping[str, Any]]:
        return entries_of(self.document, path)


def _amounts(component: Mapping[str, Any]) -> Iterator[float | None]:
    return (number(component, name) for name in ("nbComponent", "memorySize", "share"))


def take(path: Path) -> Taken:
    """Read a report that is to be checked, or to be compared with.

    Raises:
        BadInput: It cannot be read.
        CheckFailed: It is not valid, or a draft: work that did not come to its end took less than it does.
    """
    document = read_document(path)
    taken = Taken(path, subject_of(document, path.name, purpose="checked"))
    if text(document, "header.reportStatus") == "draft":  # a conversion makes drafts of old versions
        raise CheckFailed(f"{path.name}: not checked: it is a draft (aipower explain says what it lacks)")
    return taken
