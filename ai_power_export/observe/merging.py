"""Puts observations of several windows together again, as if there had been one window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.observation import Inner, Observation, Part
from ai_power_export.observe.tally import MOST_VALUES, said_alike

EPOCHS = "epochsNumber"
OF_LOOPS = "step"
"""How the steps of a loop of the user's are observed: its epochs are counted anew in each window."""


def merged(windows: Iterable[Observation]) -> list[Observation]:
    """Return the observations of successive windows with those of one line and one kind of call as one.

    A call that was open at the end of a window goes on in the next one, where it is not counted again.
    """
    found: dict[object, list[Observation]] = {}
    for seen in windows:
        found.setdefault(kind_of_call(seen), []).append(seen)
    return [reduce(_both, each) for each in found.values()]


def kind_of_call(seen: Observation) -> object:
    """Return what is the same in observations that are counted as one."""
    return (
        seen.method,
        seen.does,
        seen.place,
        seen.seen_before,
        seen.is_trial,
        *(part.class_path for part in seen.parts),
    )


def _both(first: Observation, last: Observation) -> Observation:
    return replace(
        last,
        parts=tuple(
            _part(a, b, _said(first, a, last, b)) for a, b in zip(first.parts, last.parts, strict=True)
        ),
        count=first.count + last.count,
        seconds=first.seconds + last.seconds,
        begin=min(first.begin, last.begin),
        end=max(first.end, last.end),
        failed=first.failed + last.failed,
        data=_common(first, last),
        fed=_fed(first, last),
        output=_output(first, last),
        accuracy=first.accuracy if last.accuracy is None else last.accuracy,
        accuracy_differed=_differed(first, last),
        settled=first.settled and last.settled if last.count else last.settled,
        complete=first.complete and last.complete,
        sampled=first.sampled or last.sampled,
        children=_children(first.children, last.children),
    )


def _differed(first: Observation, last: Observation) -> float:
    """Return when the accuracy was another than the last one for the last time."""
    if last.accuracy is None or first.accuracy is None or last.accuracy_differed:
        return last.accuracy_differed or first.accuracy_differed
    return first.accuracy_differed if first.accuracy == last.accuracy else first.end


def _said(first: Observation, a: Part, last: Observation, b: Part) -> Mapping[str, JsonValue]:
    """Return what the object of the calls says of itself: what all of them left alike.

    A single call that is cut leaves more at its end than in the window where it began.
    """
    if first.method == OF_LOOPS:
        said = {**a.said, **b.said}
        if EPOCHS in a.said and EPOCHS in b.said:
            said[EPOCHS] = _number(a.said[EPOCHS]) + _number(b.said[EPOCHS])
        return said
    if first.count <= 1 and (not last.count or _was_cut(first, last)):
        return b.said or a.said
    return said_alike(a.said, b.said)


def _part(first: Part, last: Part, said: Mapping[str, JsonValue]) -> Part:
    """Return one object of the calls: the parameters that all shared, and what it says of itself."""
    names = dict.fromkeys((*first.parameters, *last.parameters, *first.varied, *last.varied))
    values = {name: _values(first, name, _values(last, name, [])) for name in names}
    return replace(
        last,
        parameters={name: each[0] for name, each in values.items() if len(each) == 1},
        defaults=tuple(
            name for name in last.defaults if name in first.defaults and len(values.get(name, ())) == 1
        ),
        varied={name: each[:MOST_VALUES] for name, each in values.items() if len(each) > 1},
        said=said,
        layers=last.layers or first.layers,
    )


def _values(part: Part, name: str, others: list[JsonValue]) -> list[JsonValue]:
    """Return the values that a parameter had, in the order they came, those of later windows last."""
    found = list(part.varied.get(name, [part.parameters[name]] if name in part.parameters else []))
    known = [(type(each), each) for each in found]
    return [*found, *(each for each in others if (type(each), each) not in known)]


def _number(value: JsonValue) -> float:
    return value if isinstance(value, (int, float)) else 0


def _was_cut(first: Observation, last: Observation) -> bool:
    """Tell whether a call was open where the one window ended and the other began."""
    return first.end == last.begin


def _common(first: Observation, last: Observation) -> DataShape | None:
    if not last.count:
        return last.data or first.data
    if not first.count:
        return last.data
    return None if first.data is None else first.data.common(last.data)


def _fed(first: Observation, last: Observation) -> DataShape | None:
    """Return what went into the calls of both windows together.

    The data of a call that is cut are seen in both windows; among those of other calls they cannot
    be told apart.
    """
    if not last.count:
        return first.fed or (last.fed if first.count <= 1 else None)
    if not first.count:
        return last.fed
    return None if _was_cut(first, last) else sum_of(first.fed, last.fed)


def _output(first: Observation, last: Observation) -> DataShape | None:
    """Return what came out of the calls of both windows together: it is seen when they end."""
    if first.output is None and _was_cut(first, last) and first.count <= 1:
        return last.output
    return first.output if last.output is None and not last.count else sum_of(first.output, last.output)


def sum_of(a: DataShape | None, b: DataShape | None) -> DataShape | None:
    """Return two pieces of data as one; None where they are too different to be."""
    common = None if a is None else a.common(b)
    if common is None or a is None or b is None:
        return None
    rows = None if a.rows is None or b.rows is None else a.rows + b.rows
    nbytes = None if a.nbytes is None or b.nbytes is None else a.nbytes + b.nbytes
    return replace(common, rows=rows, nbytes=nbytes, shape=None)


def _children(*windows: tuple[Inner, ...]) -> tuple[Inner, ...]:
    sums: dict[tuple[str, str], tuple[int, float]] = {}
    for inner in (each for window in windows for each in window):
        count, seconds = sums.get((inner.class_path, inner.method), (0, 0.0))
        sums[inner.class_path, inner.method] = (count + inner.count, seconds + inner.seconds)
    return tuple(Inner(*key, *value) for key, value in sums.items())
