"""The report that is rated, with what its evidence adds, read without trusting either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ai_power_export.facts import Certainty, Fact
from ai_power_export.report.evidence import Evidence, entries_of, value_at
from ai_power_export.vocabulary.power import kind_of

COMPONENTS = "infrastructure.components"
Entry = Mapping[str, Any]

LARGEST = 1e300
"""What is no number of anything in a report; a larger whole number is no double."""

CHIPS = {"cpu": "processor", "gpu": "graphics card", "tpu": "TPU", "npu": "NPU"}
"""Kinds of components that compute, and what they are called."""


@dataclass(frozen=True)
class Judgement:
    """What one side of an indicator comes to."""

    score: int
    why: str
    lift: str = ""
    """What would make it better; empty where nothing can."""


@dataclass(frozen=True)
class Subject:
    """A report of the current version, which need not be valid."""

    document: Mapping[str, Any]
    evidence: Evidence | None

    @cached_property
    def measures(self) -> list[Entry]:
        """The entries of `measures`."""
        return entries_of(self.document, "measures")

    @cached_property
    def components(self) -> list[tuple[str, Entry]]:
        """The components, each with its kind (`cpu`, `gpu`, `ram`, ...; empty if not known)."""
        return [
            (kind_of(text(each, "componentType")), each) for each in entries_of(self.document, COMPONENTS)
        ]

    @cached_property
    def has_gpu(self) -> bool:
        """Whether there is a graphics card, or may be: what is not told is not known to be absent."""
        told = [kind or not text(each, "componentType") for kind, each in self.components]
        listed = not told or True in told or "gpu" in told
        return listed or any(text(each, "gpuTrackingMode") for each in self.measures)

    def fact(self, path: str) -> Fact | None:
        """Return the fact that a value of the report comes from, by its path with indices.

        None where there is no evidence of it, or where the value was changed by hand since.
        """
        decision = self.evidence.decisions.get(path) if self.evidence else None
        return decision.winner if decision and decision.winner.value == _at(self.document, path) else None

    def is_certain(self, path: str) -> bool:
        """Tell whether the evidence is certain of a value, by its path with indices."""
        fact = self.fact(path)
        return fact is not None and fact.certainty is Certainty.CERTAIN

    def beside(self, name: str) -> list[Any]:
        """Return the values of what the evidence keeps under a name such as `evidence.pue`."""
        return [fact.value for fact in (self.evidence.other if self.evidence else ()) if fact.field == name]


def _at(document: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path of which one part may have an index: `measures[0].version`."""
    list_path, bracket, rest = path.partition("[")
    if not bracket:
        return value_at(document, path)
    index, _, name = rest.partition("].")
    entries = entries_of(document, list_path)
    return value_at(entries[int(index)], name) if int(index) < len(entries) else None


def text(entry: Entry, name: str) -> str:
    """Return a text at a dotted path, empty where there is none."""
    value = _value(entry, name)
    return value.strip() if isinstance(value, str) else ""


def number(entry: Entry, name: str) -> float | None:
    """Return a finite number at a dotted path, None where there is none."""
    value = _value(entry, name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -LARGEST < value < LARGEST else None


def is_filled(entry: Entry, name: str) -> bool:
    """Tell whether a value stands at a dotted path: a text that is not blank, a number, a list."""
    value = _value(entry, name)
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _value(entry: Entry, name: str) -> Any:
    # Most names have one part: thousands of reports are rated in a row.
    return value_at(entry, name) if "." in name else entry.get(name)
