"""Boundaries: where a letter begins, and which one a number gets; quantiles of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ai_power_export.label.rated import LETTERS

Array = Any
"""A numpy array; its shape is told where it matters."""

UNRATED = -1
"""The grade of what has no letter."""


def grades_of(numbers: Array, boundaries: Array, *, higher_is_better: bool, on_boundary: str) -> Array:
    """Return the grade of each number, 0 (A) to 4 (E); `UNRATED` where it or a boundary is NaN.

    A grade is how many boundaries lie between a number and the best, so that equal boundaries leave a
    letter out and equal numbers share theirs.

    Args:
        numbers: Indices, or values under a scheme without index; shape (n,).
        boundaries: Where A ends, B ends, C ends and D ends; shape (4,) for all, or (n, 4).
        higher_is_better: Whether higher numbers are better: always of indices.
        on_boundary: `below` if a number on a boundary belongs to the interval below it, `above` if to
            that above it. Below an index is worse; below an energy is better.
    """
    import numpy as np

    numbers = np.asarray(numbers, dtype=np.float64)
    boundaries = np.broadcast_to(np.asarray(boundaries, dtype=np.float64), (*numbers.shape, len(LETTERS) - 1))
    passes = {
        (True, "below"): np.less_equal,
        (True, "above"): np.less,
        (False, "below"): np.greater,
        (False, "above"): np.greater_equal,
    }[higher_is_better, on_boundary]
    grades = np.zeros(numbers.shape, dtype=np.int8)
    for place in range(len(LETTERS) - 1):
        grades += passes(numbers, boundaries[..., place])
    grades[np.isnan(numbers) | np.isnan(boundaries).any(axis=-1)] = UNRATED
    return grades


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of each group's numbers."""

    boundaries: Array
    """Shape (groups, shares); NaN where a group has no number."""
    members: Array
    """How many numbers a group has."""
    alike: Array
    """Whether they are all equal."""


def quantiles_of(numbers: Array, groups: Array, count: int, shares: Sequence[float]) -> Quantiles:
    """Return quantiles of each group's numbers, NaN left out.

    They are those of `numpy.quantile` with linear interpolation (Hyndman and Fan 1996, definition 7),
    to the last bit.

    Args:
        numbers: Of the runs.
        groups: The number of each run's group, from 0.
        count: How many groups there are.
        shares: Between 0 and 1.
    """
    import numpy as np

    known = ~np.isnan(numbers)
    numbers, groups = numbers[known], groups[known]
    numbers = numbers[np.lexsort((numbers, groups))]
    members = np.bincount(groups, minlength=count)
    filled = members > 0
    first = (np.cumsum(members) - members)[filled]
    last = first + members[filled] - 1
    boundaries = np.full((count, len(shares)), np.nan)
    for place, share in enumerate(shares):
        boundaries[filled, place] = _between(numbers, first, (last - first) * share)
    alike: Array = np.zeros(count, dtype=bool)
    alike[filled] = numbers[first] == numbers[last]
    return Quantiles(boundaries, members, alike)


def _between(numbers: Array, first: Array, offset: Array) -> Array:
    """Return what lies at fractional offsets behind places of a sorted array, as numpy interpolates."""
    import numpy as np

    below = np.floor(offset)
    part = offset - below
    low = numbers[first + below.astype(np.intp)]
    high = numbers[first + np.ceil(offset).astype(np.intp)]
    return np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
