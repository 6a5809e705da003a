"""What many reports say together: counts, sums and quantiles, the same whatever the database.

Nothing is added up that is not told: a sum has the number of reports that it is of, and of none there is no
sum. Energies by functional unit are told apart by stage and unit, for a token is no image, and a sample that
a model was trained on is none that it was asked about.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ai_power_export.registry.columns import BY_NAME, words_of
from ai_power_export.registry.filters import lowered

GROUPED = ("stage", "family", "algorithm", "country", "hardware_class", "cpu", "gpu")
"""Columns that reports are counted by."""
MOST_GROUPS = 100
"""Groups of one column that are told, those with most reports first."""
QUARTILES_NEED = 5
"""Values that quartiles need; as many as a label asks for."""


class Told(NamedTuple):
    """What one report gives to the statistics."""

    stage: str | None
    functional_unit: str | None
    energy: float | None
    duration: float | None
    energy_per_unit: float | None


class Summary:
    """Some reports, taken one by one."""

    def __init__(self) -> None:
        self.reports = 0
        self._energy, self._duration = array("d"), array("d")
        self._by_unit: dict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))

    def add(self, told: Told) -> None:
        """Take a report."""
        self.reports += 1
        if told.energy is not None:
            self._energy.append(told.energy)
        if told.duration is not None:
            self._duration.append(told.duration)
        if told.stage and told.functional_unit and told.energy_per_unit is not None:
            self._by_unit[told.stage, told.functional_unit].append(told.energy_per_unit)

    def to_json(self) -> dict[str, Any]:
        """Return what they say together."""
        return {
            "reports": self.reports,
            "energy": {"unit": "kWh", **summed(self._energy)},
            "duration": {"unit": "s", **summed(self._duration)},
            "energyPerFunctionalUnit": [
                {"stage": stage, "functionalUnit": name, "unit": "kWh", **spread(values)}
                for (stage, name), values in sorted(self._by_unit.items())
            ],
        }


class Groups:
    """Reports by the value of one column; small and large ASCII letters are no difference."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._groups: dict[str, Summary] = {}
        self._spelt: dict[str, str | None] = {}

    def add(self, value: str | None, told: Told) -> None:
        """Take a report with its value of the column."""
        key = lowered(value or "")
        if key not in self._groups:
            self._groups[key], self._spelt[key] = Summary(), value
        elif value != (spelt := self._spelt[key]):
            # Which spelling is told must not hang on the order of reports.
            self._spelt[key] = min(filter(None, (spelt, value)))
        self._groups[key].add(told)

    def to_json(self) -> dict[str, Any]:
        """Return the groups, the largest first; `others` counts those beyond `MOST_GROUPS`."""
        ordered = sorted(self._groups.items(), key=lambda group: (-group[1].reports, group[0]))
        told = [
            {"value": self._value(self._spelt[key]), **group.to_json()}
            for key, group in ordered[:MOST_GROUPS]
        ]
        return {"groups": told, "others": len(ordered) - len(told)}

    def _value(self, value: str | None) -> str | list[str] | None:
        is_list = value is not None and BY_NAME[self._column].kind == "words"
        return words_of(value) if is_list and value else value


def summed(values: Sequence[float]) -> dict[str, Any]:
    """Return the sum of values with their spread; None for a sum of none, or too large for a number."""
    try:
        total = math.fsum(values) if values else None
    except OverflowError:
        total = None
    return {"sum": total, **spread(values)}


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return how many values there are, the least, the greatest, the median, and quartiles of enough."""
    ordered = sorted(values)
    enough = len(ordered) >= QUARTILES_NEED
    return {
        "count": len(ordered),
        "min": ordered[0] if ordered else None,
        "quartile1": quantile(ordered, 0.25) if enough else None,
        "median": quantile(ordered, 0.5) if ordered else None,
        "quartile3": quantile(ordered, 0.75) if enough else None,
        "max": ordered[-1] if ordered else None,
    }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, between two of them in a straight line.

    Hyndman and Fan (1996), definition 7, which numpy and R have by default.

    >>> quantile([1.0, 2.0, 3.0, 10.0], 0.5)
    2.5
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    part = place - below
    if not part:
        return ordered[below]
    return ordered[below] * (1 - part) + ordered[below + 1] * part


def statistics(rows: Iterable[tuple[Told, Sequence[str | None]]], columns: Sequence[str]) -> dict[str, Any]:
    """Return what reports say together, and by each of some columns.

    Args:
        rows: What each report tells, and its values of the columns.
        columns: Their names.
    """
    whole, by_column = Summary(), [Groups(name) for name in columns]
    for told, values in rows:
        whole.add(told)
        for groups, value in zip(by_column, values, strict=True):
            groups.add(value, told)
    told_by = {name: groups.to_json() for name, groups in zip(columns, by_column, strict=True)}
    return {**whole.to_json(), "by": told_by}
