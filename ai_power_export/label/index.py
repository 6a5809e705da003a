"""Indices: what a value is beside the reference or the best of its group, so that more is better.

Arrays in, arrays out; a value that has no index is NaN there, and `refusals` says why.
"""

from __future__ import annotations

from typing import Any

from ai_power_export.label.rated import NO_REASON, Reason

Array = Any
"""A numpy array; its shape is told where it matters."""

RATED, MISSING, ZERO, NEGATIVE, NO_NUMBER = range(5)
NO_REFERENCE, BAD_REFERENCE, FEW, ALIKE, NO_BOUNDARIES, OF_ANOTHER, NOTHING_RATED = range(5, 12)
"""Why there is no letter."""

REASONS = {
    RATED: NO_REASON,
    MISSING: Reason("no value", "aucune valeur"),
    ZERO: Reason("the value is zero", "la valeur est nulle"),
    NEGATIVE: Reason("the value is negative", "la valeur est négative"),
    NO_NUMBER: Reason("the value is no finite number", "la valeur n'est pas un nombre fini"),
    NO_REFERENCE: Reason("the group has no reference value", "le groupe n'a pas de valeur de référence"),
    BAD_REFERENCE: Reason(
        "the reference value of the group is no number above zero",
        "la valeur de référence du groupe n'est pas un nombre positif",
    ),
    FEW: Reason("too few comparable runs", "trop peu d'exécutions comparables"),
    ALIKE: Reason(
        "all comparable runs have the same value",
        "toutes les exécutions comparables ont la même valeur",
    ),
    NO_BOUNDARIES: Reason(
        "the scheme has no boundaries for this group",
        "le barème n'a pas de seuils pour ce groupe",
    ),
    OF_ANOTHER: Reason("runs of this stage do not have it", "les exécutions de cette étape n'en ont pas"),
    NOTHING_RATED: Reason("no metric with a weight got a letter", "aucune mesure pondérée n'a de lettre"),
}


def refusals(values: Array) -> Array:
    """Return for each value why it cannot be rated, or `RATED`.

    Only numbers above zero can: a ratio of others says nothing, and an energy, a time, a size or an
    accuracy of zero is one that was not measured. NaN stands for a missing value.
    """
    import numpy as np

    values = np.asarray(values, dtype=np.float64)
    why = np.full(values.shape, RATED, dtype=np.int8)
    why[values == 0] = ZERO
    why[values < 0] = NEGATIVE
    why[np.isinf(values)] = NO_NUMBER
    why[np.isnan(values)] = MISSING
    return why


def index_of(values: Array, against: Array, *, higher_is_better: bool) -> Array:
    """Return value/against where higher is better, against/value where lower is; more is better.

    NaN where either is no number above zero.

    Args:
        values: Of the runs.
        against: Of the reference, or the best of the group; one for all, or one a run.
        higher_is_better: Of the metric.
    """
    import numpy as np

    values, against = np.broadcast_arrays(np.asarray(values, np.float64), np.asarray(against, np.float64))
    over, under = (values, against) if higher_is_better else (against, values)
    index = np.full(values.shape, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        sound = (values > 0) & (against > 0) & np.isfinite(values) & np.isfinite(against)
        np.divide(over, under, out=index, where=sound)
    return index


def best_of(values: Array, groups: Array, count: int, *, higher_is_better: bool) -> Array:
    """Return the best value of each group, NaN where none is above zero.

    Args:
        values: Of the runs.
        groups: The number of each run's group, from 0.
        count: How many groups there are.
        higher_is_better: Of the metric.
    """
    import numpy as np

    sound = refusals(values) == RATED
    worst = -np.inf if higher_is_better else np.inf
    best = np.full(count, worst)
    (np.maximum if higher_is_better else np.minimum).at(best, groups[sound], values[sound])
    best[best == worst] = np.nan
    return best
