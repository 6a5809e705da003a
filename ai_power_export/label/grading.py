"""Many runs rated under a scheme at once: columns of values in, columns of grades out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ai_power_export.label import published
from ai_power_export.label.boundaries import UNRATED, grades_of
from ai_power_export.label.compound import compound_of, whole
from ai_power_export.label.index import NO_BOUNDARIES, NOTHING_RATED, RATED
from ai_power_export.label.rules import ELEX_ARITHMETIC, INDEX_MEAN
from ai_power_export.label.runs import Runs, compound_indices, indices_of
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.yardstick import Yardstick

Array = Any
"""A numpy array; its shape is told where it matters."""


@dataclass(frozen=True)
class Graded:
    """What runs got; metrics are those that the scheme rates, in its order."""

    indices: Array
    """NaN where there is none; shape (runs, metrics)."""
    grades: Array
    """0 (A) to 4 (E), or `UNRATED`; shape (runs, metrics)."""
    why_not: Array
    """As in `index`, `RATED` where there is a grade; shape (runs, metrics)."""
    compound: Array
    """0 (A) to 4 (E), or `UNRATED`; shape (runs,)."""
    compound_why_not: Array
    """As in `index`, `RATED` where there is a compound; shape (runs,)."""
    uncovered: Array
    """Share, 0 to 1, of the weight of a run's metrics that is on those without letter; shape (runs,)."""


def grade(scheme: Scheme, runs: Runs, yardstick: Yardstick) -> Graded:
    """Rate runs; a run's grades hang on the yardstick and its own values alone."""
    import numpy as np

    indices, why_not = indices_of(scheme, runs, yardstick.against)
    why_not = np.where(why_not == RATED, yardstick.why_not[runs.groups], why_not)
    grades: Array = np.full(indices.shape, UNRATED, dtype=np.int8)
    for place, metric in enumerate(scheme.rated_metrics):
        cut = yardstick.boundaries[runs.groups, place]
        numbers = indices[:, place]
        column = _cut(scheme, numbers, cut, higher_is_better=scheme.is_rising(metric))
        column[why_not[:, place] != RATED] = UNRATED
        grades[:, place] = column
        published.missing(scheme.faults, cut, grades[:, place], why_not[:, place])
    why_not[(grades == UNRATED) & (why_not == RATED)] = NO_BOUNDARIES
    compound, compound_why_not = _compound(scheme, runs, yardstick, indices, grades)
    return Graded(indices, grades, why_not, compound, compound_why_not, _uncovered(scheme, runs, grades))


def _cut(scheme: Scheme, numbers: Array, cut: Array, *, higher_is_better: bool) -> Array:
    on_boundary = scheme.boundaries.on_boundary
    grades = grades_of(numbers, cut, higher_is_better=higher_is_better, on_boundary=on_boundary)
    return published.cut(scheme.faults, numbers, cut, grades)


def _compound(
    scheme: Scheme, runs: Runs, yardstick: Yardstick, indices: Array, grades: Array
) -> tuple[Array, Array]:
    import numpy as np

    weights = [metric.weight for metric in scheme.rated_metrics]
    if scheme.compound.mode == INDEX_MEAN:
        means = compound_indices(scheme, runs, indices, yardstick.why_not)
        compound = _cut(scheme, means, yardstick.of_compound[runs.groups], higher_is_better=True)
    elif ELEX_ARITHMETIC in scheme.faults:
        compound = published.elex_compound_of(grades, weights, scheme.compound.mode)
    else:
        compound = compound_of(grades, weights, scheme.compound.mode)
    why_not = yardstick.compound_why_not[runs.groups]
    why_not = np.where((why_not == RATED) & (compound == UNRATED), NOTHING_RATED, why_not)
    return np.where(why_not == RATED, compound, UNRATED), why_not


def _uncovered(scheme: Scheme, runs: Runs, grades: Array) -> Array:
    import numpy as np

    ratios = whole([metric.weight for metric in scheme.rated_metrics])
    asked = runs.applies @ ratios
    uncovered = (runs.applies & (grades == UNRATED)) @ ratios
    return np.divide(uncovered, asked, out=np.ones(len(grades)), where=asked > 0)
