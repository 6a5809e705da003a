"""What the systems before do otherwise, so that a scheme can give the same letters: faults of `rules.FAULTS`.

The functions put the faults into arrays that were rated without them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.compound import compound_of
from ai_power_export.label.index import MISSING, RATED
from ai_power_export.label.lanes import order_of
from ai_power_export.label.rated import LETTERS
from ai_power_export.label.rules import (
    ABOVE_10000_IS_E,
    MISSING_IS_A,
    MISSING_IS_E,
    TIES_ARE_E,
    ZERO_EMPTIES,
    ZERO_IS_E,
)

Array = Any
"""A numpy array; its shape is told where it matters."""

WORST = len(LETTERS) - 1
TOP = 10_000
"""Upper end of the best interval in ELEx."""


def elex_compound_of(grades: Array, weights: Sequence[float], mode: str) -> Array:
    """Return compounds of `compound.compound_of` as ELEx reckons them, in doubles; same arguments.

    How a sum of doubles is rounded hangs on how many they are, so that runs are taken together which
    lack the same metrics. Best, worst and majority are of whole numbers.
    """
    import numpy as np

    if not mode.endswith(("mean", "median")):
        return compound_of(grades, weights, mode)
    counting = np.asarray(weights) > 0
    known = (grades != UNRATED) & counting
    result: Array = np.full(len(grades), UNRATED, dtype=np.int8)
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for place, pattern in enumerate(patterns):
        rows = which.reshape(-1) == place
        if pattern.any():
            shares = [weight for weight, has in zip(weights, pattern, strict=True) if has]
            result[rows] = _compound(np.ascontiguousarray(grades[rows][:, pattern]), shares, mode)
    return result


def _compound(grades: Array, weights: Sequence[float], mode: str) -> Array:
    import numpy as np

    total = sum(weights)
    shares = np.array([weight / total for weight in weights])
    rounded = np.ceil if "pessimistic" in mode else np.floor
    if "mean" in mode:
        return rounded((grades * shares).sum(axis=1) / shares.sum())
    order = order_of(grades)
    ordered = np.take_along_axis(grades, order, axis=1)
    reached = np.cumsum(shares[order], axis=1)
    beyond = np.roll(reached, -1, axis=1)
    after = np.roll(ordered, -1, axis=1)
    place = ((reached >= 0.5) | (beyond > 0.5)).argmax(axis=1)[:, np.newaxis]
    letter, at_half = np.take_along_axis(ordered, place, 1), np.take_along_axis(reached, place, 1) == 0.5
    between = rounded((letter + np.take_along_axis(after, place, 1)) / 2)
    return np.where(at_half, between, letter)[:, 0]


def zeros(faults: Collection[str], values: Array, against: Array, indices: Array, why_not: Array) -> None:
    """Put in the indices that zeros have in ELEx and STREP; arrays of one metric, shape (runs,)."""
    import numpy as np

    if ZERO_IS_E not in faults and ZERO_EMPTIES not in faults:
        return
    zero = ((values == 0) | (against == 0)) & ~np.isnan(values) & ~np.isnan(against)
    indices[zero], why_not[zero] = 0.0, RATED
    if ZERO_EMPTIES in faults:
        both = (values == 0) & (against == 0)
        indices[both], why_not[both] = np.nan, MISSING


def best_of(values: Array, groups: Array, count: int, *, higher_is_better: bool) -> Array:
    """Return the best value of each group as `index.best_of` does, with zeros among them."""
    import numpy as np

    known = ~np.isnan(values)
    worst = -np.inf if higher_is_better else np.inf
    best: Array = np.full(count, worst)
    (np.maximum if higher_is_better else np.minimum).at(best, groups[known], values[known])
    best[best == worst] = np.nan
    return best


def missing(faults: Collection[str], boundaries: Array, grades: Array, why_not: Array) -> None:
    """Put in the grades of missing values; arrays of one metric, shape (runs,), boundaries (runs, 4)."""
    import numpy as np

    absent = why_not == MISSING
    if MISSING_IS_E in faults:
        grades[absent], why_not[absent] = WORST, RATED
    elif MISSING_IS_A in faults:
        absent &= np.isfinite(boundaries[:, 0])
        tied = (TIES_ARE_E in faults) & _tied(boundaries[absent])
        grades[absent], why_not[absent] = np.where(tied, WORST, 0), RATED


def cut(faults: Collection[str], numbers: Array, boundaries: Array, grades: Array) -> Array:
    """Return grades with what ELEx does above its best interval, and STREP between equal boundaries.

    `numpy.digitize` takes those for rising.
    """
    import numpy as np

    if ABOVE_10000_IS_E in faults:
        grades = np.where(numbers > TOP, WORST, grades)
    if TIES_ARE_E in faults:
        tied = ~np.isnan(numbers) & _tied(boundaries)
        grades = np.where(tied, np.where(numbers >= boundaries[:, 0], WORST, 0), grades)
    return grades


def _tied(boundaries: Array) -> Array:
    return (boundaries == boundaries[:, :1]).all(axis=1)
