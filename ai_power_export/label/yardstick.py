"""What the runs of each group are measured by: the reference or best values, and the boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ai_power_export.label import published
from ai_power_export.label.boundaries import quantiles_of
from ai_power_export.label.index import ALIKE, FEW, NO_BOUNDARIES, RATED, best_of
from ai_power_export.label.rated import LETTERS
from ai_power_export.label.rules import FEW_ARE_RATED, INDEX_MEAN, ZERO_EMPTIES
from ai_power_export.label.runs import Runs, compound_indices, indices_of
from ai_power_export.label.scheme import FrozenGroup, Scheme

Array = Any
"""A numpy array; its shape is told where it matters."""

GroupKey = tuple[str, ...]
"""What the members of a group have in common: a word for each name in the scheme's `group`."""


@dataclass(frozen=True)
class Yardstick:
    """What the runs of each group are measured by."""

    against: Array
    """Reference or best values; NaN where there are none; shape (groups, metrics)."""
    boundaries: Array
    """NaN where there are none; shape (groups, metrics, 4)."""
    why_not: Array
    """Why a group gets no letters for a metric, as in `index`, or `RATED`; shape (groups, metrics)."""
    of_compound: Array
    """Boundaries of the mean index; shape (groups, 4)."""
    compound_why_not: Array
    """Why a group gets no compound, as in `index`, or `RATED`; shape (groups,)."""


def yardstick_of(
    scheme: Scheme, keys: Sequence[GroupKey], found: Array | None = None, runs: Runs | None = None
) -> Yardstick:
    """Return what groups are measured by.

    Args:
        scheme: The rules.
        keys: Of the groups.
        found: Values of reference models, where the scheme names models; NaN where a group has none;
            shape (groups, metrics).
        runs: All runs; needed where the scheme is not frozen.
    """
    frozen = _frozen(scheme, keys, found)
    if scheme.is_frozen or runs is None:
        return frozen
    if scheme.index.against == "best":
        frozen = replace(frozen, against=_best(scheme, runs, len(keys)))
    if not scheme.boundaries.quantiles:
        return frozen
    return _with_quantiles(scheme, runs, frozen)


def _frozen(scheme: Scheme, keys: Sequence[GroupKey], found: Array | None) -> Yardstick:
    import numpy as np

    metrics, between = scheme.rated_metrics, len(LETTERS) - 1
    against: Array = np.full((len(keys), len(metrics)), np.nan) if found is None else found.copy()
    boundaries: Array = np.full((*against.shape, between), np.nan)
    for place, metric in enumerate(metrics):
        if metric.reference is not None:
            against[:, place] = metric.reference
        if metric.boundaries:
            boundaries[:, place] = metric.boundaries
    groups = _frozen_groups(scheme, keys)
    for row, group in groups.items():
        _put_in(scheme, group, against[row], boundaries[row])
    few: Array = np.zeros(len(keys), dtype=bool)
    few[[row for row, group in groups.items() if group.members < scheme.needed]] = True
    why_not = np.where(np.isnan(boundaries).any(axis=-1), NO_BOUNDARIES, RATED)
    why_not[few] = FEW
    compound = np.array(scheme.compound.boundaries or [np.nan] * between)
    of_compound = np.broadcast_to(compound, (len(keys), between))
    return Yardstick(against, boundaries, why_not, of_compound, np.where(few, FEW, RATED))


def _frozen_groups(scheme: Scheme, keys: Sequence[GroupKey]) -> dict[int, FrozenGroup]:
    """Return what the scheme froze for groups, by their place."""
    known = {tuple(group.key[name] for name in scheme.group): group for group in scheme.groups}
    return {row: known[key] for row, key in enumerate(keys) if key in known}


def _put_in(scheme: Scheme, group: FrozenGroup, against: Array, boundaries: Array) -> None:
    for place, metric in enumerate(scheme.rated_metrics):
        if metric.name in group.references:
            against[place] = group.references[metric.name]
        if group.boundaries.get(metric.name):
            boundaries[place] = group.boundaries[metric.name]


def _best(scheme: Scheme, runs: Runs, count: int) -> Array:
    import numpy as np

    values = np.where(runs.applies, runs.values, np.nan)
    find = published.best_of if ZERO_EMPTIES in scheme.faults else best_of
    return np.stack(
        [
            find(values[:, place], runs.groups, count, higher_is_better=metric.higher_is_better)
            for place, metric in enumerate(scheme.rated_metrics)
        ],
        axis=1,
    )


def _with_quantiles(scheme: Scheme, runs: Runs, frozen: Yardstick) -> Yardstick:
    import numpy as np

    count = len(frozen.against)
    indices, _ = indices_of(scheme, runs, frozen.against)
    cuts = [
        _cut(scheme, column, runs.groups, count, higher_is_better=scheme.is_rising(metric))
        for metric, column in zip(scheme.rated_metrics, indices.T, strict=True)
    ]
    boundaries, why_not = (np.stack(parts, axis=1) for parts in zip(*cuts, strict=True))
    frozen = replace(frozen, boundaries=boundaries, why_not=why_not)
    if scheme.compound.mode != INDEX_MEAN:
        return frozen
    means = compound_indices(scheme, runs, indices, why_not)
    of_compound, compound_why_not = _cut(scheme, means, runs.groups, count, higher_is_better=True)
    return replace(frozen, of_compound=of_compound, compound_why_not=compound_why_not)


def _cut(
    scheme: Scheme, numbers: Array, groups: Array, count: int, *, higher_is_better: bool
) -> tuple[Array, Array]:
    """Return the boundaries of each group by the scheme's quantiles, and why it gets no letters.

    Shares are of runs that are worse: where lower is better, quantiles are taken from the other end.
    """
    import numpy as np

    sign = 1.0 if higher_is_better else -1.0
    quantiles = quantiles_of(sign * numbers, groups, count, scheme.boundaries.quantiles)
    why_not: Array = np.full(count, RATED, dtype=np.int8)
    if FEW_ARE_RATED not in scheme.faults:
        why_not[quantiles.alike] = ALIKE
        why_not[quantiles.members < scheme.needed] = FEW
    return sign * quantiles.boundaries, why_not
