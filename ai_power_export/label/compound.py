"""Compounds: one letter of many, weighted, in the modes of `rules.MODES`.

Weights are decimals and grades are whole numbers, so that medians and means are reckoned in whole
numbers: no letter hangs on how a sum of doubles is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.rated import LETTERS
from ai_power_export.label.rules import ROUNDED_MEAN

Array = Any
"""A numpy array; its shape is told where it matters."""


def whole(weights: Sequence[float]) -> Array:
    """Return whole numbers in the ratios of weights, each taken as the shortest decimal that it prints as."""
    import numpy as np

    exact = [Fraction(str(float(weight))) for weight in weights]
    scale = math.lcm(*(weight.denominator for weight in exact))
    numbers = [int(weight * scale) for weight in exact]
    shared = math.gcd(*numbers) or 1
    return np.array([number // shared for number in numbers], dtype=np.int64)


def compound_of(grades: Array, weights: Sequence[float], mode: str) -> Array:
    """Return the compound grade of each run, `UNRATED` where no metric with a weight has a letter.

    Metrics without letter do not count, and the weights of the others keep their ratios.

    Args:
        grades: 0 to 4 or `UNRATED`; shape (runs, metrics).
        weights: Of the metrics, with at most `scheme.DECIMALS` decimals.
        mode: Of `rules.MODES`, but for the mean of indices.
    """
    import numpy as np

    grades = np.asarray(grades, dtype=np.int8)
    ratios = whole(weights)
    total = (grades != UNRATED) @ ratios
    rated = total > 0
    result: Array = np.full(len(grades), UNRATED, dtype=np.int8)
    if rated.any():
        result[rated] = _WAYS[mode](grades[rated], ratios, total[rated])
    return result


def _median(grades: Array, ratios: Array, total: Array) -> tuple[Array, Array]:
    """Return the lower and the upper weighted median: half the weight is reached there, and passed there."""
    import numpy as np

    lower: Array = np.zeros(len(grades), dtype=np.int64)
    upper: Array = np.zeros(len(grades), dtype=np.int64)
    for grade in range(len(LETTERS) - 1):
        reached = 2 * (((grades != UNRATED) & (grades <= grade)) @ ratios)
        lower += reached < total
        upper += reached <= total
    return lower, upper


def _optimistic_median(grades: Array, ratios: Array, total: Array) -> Array:
    lower, upper = _median(grades, ratios, total)
    return (lower + upper) // 2


def _pessimistic_median(grades: Array, ratios: Array, total: Array) -> Array:
    lower, upper = _median(grades, ratios, total)
    return (lower + upper + 1) // 2


def _sum(grades: Array, ratios: Array) -> Array:
    return (grades * (grades != UNRATED)) @ ratios


def _optimistic_mean(grades: Array, ratios: Array, total: Array) -> Array:
    return _sum(grades, ratios) // total


def _pessimistic_mean(grades: Array, ratios: Array, total: Array) -> Array:
    return -(-_sum(grades, ratios) // total)


def _rounded_mean(grades: Array, ratios: Array, total: Array) -> Array:
    """Round ties to the even grade, as Python's `round` does."""
    below, rest = divmod(_sum(grades, ratios), total)
    return below + ((2 * rest > total) | ((2 * rest == total) & (below % 2 == 1)))


def _best(grades: Array, ratios: Array, _: Array) -> Array:
    import numpy as np

    counting = grades[:, ratios > 0]
    return np.where(counting == UNRATED, len(LETTERS), counting).min(axis=1)


def _worst(grades: Array, ratios: Array, _: Array) -> Array:
    return grades[:, ratios > 0].max(axis=1)


def _majority(grades: Array, ratios: Array, _: Array) -> Array:
    """Take the most frequent letter, whatever the weights; of several, the best."""
    import numpy as np

    counting = grades[:, ratios > 0]
    return np.stack([(counting == grade).sum(axis=1) for grade in range(len(LETTERS))]).argmax(axis=0)


_WAYS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "optimistic median": _optimistic_median,
    "pessimistic median": _pessimistic_median,
    "optimistic mean": _optimistic_mean,
    "pessimistic mean": _pessimistic_mean,
    "best": _best,
    "worst": _worst,
    "majority": _majority,
    ROUNDED_MEAN: _rounded_mean,
}


def mean_index(indices: Array, weights: Sequence[float]) -> Array:
    """Return the weighted mean of each run's indices, NaN where it has none.

    Args:
        indices: NaN where there is none; shape (runs, metrics).
        weights: Of the metrics.
    """
    import numpy as np

    known = ~np.isnan(indices)
    total: Array = np.zeros(len(indices))
    mean: Array = np.zeros(len(indices))
    for place, weight in enumerate(weights):  # in one order for every run, wherever it stands
        total += weight * known[:, place]
        mean += np.where(known[:, place], weight * indices[:, place], 0.0)
    return np.divide(mean, total, out=np.full(len(indices), np.nan), where=total > 0)
