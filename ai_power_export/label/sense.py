"""Whether a scheme makes sense as a whole: what no key says wrongly by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ai_power_export.label.rules import INDEX_MEAN

if TYPE_CHECKING:
    from ai_power_export.label.scheme import Scheme


def check(scheme: Scheme) -> None:
    """Refuse a scheme that could give no letters, or letters that mean nothing.

    Raises:
        ValueError: One line on what is wrong first.
    """
    for problem in _problems(scheme):
        raise ValueError(problem)


def _problems(scheme: Scheme) -> Iterator[str]:
    yield from _names(scheme)
    yield from _weights(scheme)
    yield from _references(scheme)
    yield from _boundaries(scheme)
    yield from _groups(scheme)


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _names(scheme: Scheme) -> Iterator[str]:
    for name in _twice(metric.name for metric in scheme.metrics):
        yield f"there are two metrics {name!r}"
    for name in _twice(scheme.group):
        yield f"`group` names {name!r} twice"
    if not scheme.version:
        yield "`version` is empty"
    if any(metric.stage for metric in scheme.metrics) and not (scheme.table.stage or scheme.stage):
        yield "metrics have a `stage`, and `table.stage` names no column that tells it"


def _weights(scheme: Scheme) -> Iterator[str]:
    for metric in scheme.metrics:
        if metric.weight and not metric.rated:
            yield f"metric {metric.name!r} is for information (`rated = false`) and has a weight"
    if not any(metric.weight for metric in scheme.metrics):
        yield "the weights of the metrics sum to nothing"


def _references(scheme: Scheme) -> Iterator[str]:
    index = scheme.index
    if bool(index.by) != bool(index.references):
        yield "`index.by` and `index.references` need each other"
    named = bool(index.reference or index.references)
    if index.against != "reference":
        if named or any(metric.reference for metric in scheme.metrics):
            yield f"there is a reference, and values are measured against {index.against!r}"
        return
    for metric in scheme.rated_metrics:
        frozen = bool(scheme.groups) and all(metric.name in group.references for group in scheme.groups)
        if not (named or metric.reference or frozen):
            yield f"metric {metric.name!r} has no reference: neither a model nor a value"


def _boundaries(scheme: Scheme) -> Iterator[str]:
    quantiles = scheme.boundaries.quantiles
    if quantiles and not 1 > quantiles[0] >= quantiles[-1] > 0:
        yield "`boundaries.quantiles` are shares between 0 and 1, the best first"
    for metric in scheme.rated_metrics:
        if not (quantiles or metric.boundaries or scheme.groups):
            yield f"metric {metric.name!r} has no boundaries, and there are no quantiles to take"
        for four in (metric.boundaries, *(group.boundaries.get(metric.name, ()) for group in scheme.groups)):
            if four and list(four) != sorted(four, reverse=scheme.is_rising(metric)):
                yield f"the boundaries of metric {metric.name!r} are out of order: the best comes first"
    compound = scheme.compound
    if compound.mode == INDEX_MEAN:
        if scheme.index.against == "none":
            yield "the mean of indices needs indices: `index.against` is 'none'"
        if not (quantiles or compound.boundaries):
            yield "the mean of indices has no boundaries, and there are no quantiles to take"


def _groups(scheme: Scheme) -> Iterator[str]:
    known = {metric.name for metric in scheme.metrics}
    for group in scheme.groups:
        if set(group.key) != set(scheme.group):
            yield f"a frozen group is told by {sorted(group.key)}, and `group` by {sorted(scheme.group)}"
        for name in sorted({*group.boundaries, *group.references} - known):
            yield f"a frozen group has numbers of an unknown metric {name!r}"
    keys = [tuple(sorted(group.key.items())) for group in scheme.groups]
    if len(keys) != len(set(keys)):
        yield "a group was frozen twice"
