"""Many runs as columns, and their indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ai_power_export.label import published
from ai_power_export.label.compound import mean_index
from ai_power_export.label.index import BAD_REFERENCE, NO_REFERENCE, OF_ANOTHER, RATED, index_of, refusals
from ai_power_export.label.rules import MISSING_IS_A
from ai_power_export.label.scheme import Scheme

Array = Any
"""A numpy array; its shape is told where it matters."""


@dataclass(frozen=True)
class Runs:
    """Runs as columns, one for each metric that the scheme rates, in its order."""

    values: Array
    """Shape (runs, metrics); NaN where there is none, infinite where it is no number."""
    applies: Array
    """Whether runs of this stage have the metric; shape (runs, metrics)."""
    groups: Array
    """The number of each run's group, from 0; shape (runs,)."""


def indices_of(scheme: Scheme, runs: Runs, against: Array) -> tuple[Array, Array]:
    """Return the indices of runs, and why values have none; each of shape (runs, metrics).

    Args:
        scheme: Without index, indices are the values.
        runs: With values that are refused where they are not above zero.
        against: Reference or best values of groups, NaN where there is none; shape (groups, metrics).
    """
    import numpy as np

    indices, why_not = np.full(runs.values.shape, np.nan), refusals(runs.values)
    for place, metric in enumerate(scheme.rated_metrics):
        values, theirs = runs.values[:, place], against[runs.groups, place]
        if scheme.index.against == "none":
            indices[:, place] = np.where(why_not[:, place] == RATED, values, np.nan)
            continue
        indices[:, place] = index_of(values, theirs, higher_is_better=metric.higher_is_better)
        sound = why_not[:, place] == RATED
        why_not[sound & ~((theirs > 0) & np.isfinite(theirs)), place] = BAD_REFERENCE
        why_not[sound & np.isnan(theirs), place] = NO_REFERENCE
        published.zeros(scheme.faults, values, theirs, indices[:, place], why_not[:, place])
    indices[~runs.applies] = np.nan
    why_not[~runs.applies] = OF_ANOTHER
    return indices, why_not


def compound_indices(scheme: Scheme, runs: Runs, indices: Array, why_not: Array) -> Array:
    """Return the weighted mean of each run's indices, NaN where it has none; shape (runs,).

    Args:
        scheme: Of whose metrics only those count that the group gets letters for.
        runs: Rated.
        indices: Of the runs; shape (runs, metrics).
        why_not: Why a group gets no letters for a metric, or `RATED`; shape (groups, metrics).
    """
    import numpy as np

    indices = np.where(why_not[runs.groups] == RATED, indices, np.nan)
    if MISSING_IS_A in scheme.faults:
        indices = np.where(np.isnan(indices) & runs.applies, 0.0, indices)
    return mean_index(indices, [metric.weight for metric in scheme.rated_metrics])
