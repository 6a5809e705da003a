"""Puts together what the ranks of a job observed at the same time, as one account of the job.

The data of a training that several ranks run, step by step, with the same line of the program:

| the ranks' data | the data set has |
|---|---|
| a sampler shares them out among the ranks | its items, once: each rank names the whole |
| the same in every rank | its items, once: each rank saw the whole |
| different | the sum of what the ranks have |
| different parts of a whole that is smaller than their sum | an unknown number of items: parts overlap |
| cannot be told apart | an unknown number of items |

Calls of ranks that each train or ask a model of their own are like several calls in one process: a number
of items is said where all had as many. What answered requests is counted together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape, Sharing
from ai_power_export.observe.merging import kind_of_call, sum_of
from ai_power_export.observe.observation import Doing, Observation, Part

STEP = "step"
"""How a loop of the user's is observed, which ranks go through together."""
BATCH, GLOBAL_BATCH = "batch_size", "global_batch_size"
"""Hyperparameters: of one rank, as the program says it, and of all ranks together."""


def of_all_ranks(ranks: Sequence[Sequence[Observation]]) -> list[Observation]:
    """Return what was observed in the job; what only some ranks did is taken as they saw it.

    Args:
        ranks: What each rank observed, the first rank's first.
    """
    found: dict[object, list[Observation]] = {}
    for seen in ranks:
        for each in seen:
            found.setdefault(kind_of_call(each), []).append(each)
    return [seen[0] if len(seen) == 1 else _together(seen) for seen in found.values()]


def _together(seen: Sequence[Observation]) -> Observation:
    first = seen[0]
    data = _data_of_loop(seen) if first.method == STEP else _common(seen)
    accuracies = {each.accuracy for each in seen if each.accuracy is not None}
    return replace(
        first,
        parts=_parts(seen),
        count=sum(each.count for each in seen),
        seconds=max(each.seconds for each in seen),
        begin=min(each.begin for each in seen),
        end=max(each.end for each in seen),
        failed=sum(each.failed for each in seen),
        data=data,
        fed=_sum([each.fed for each in seen]),
        output=_sum([each.output for each in seen]),
        # Of which part of the data each of different ones is, nobody has seen.
        accuracy=accuracies.pop() if len(accuracies) == 1 else None,
        accuracy_differed=max(each.accuracy_differed for each in seen),
        settled=all(each.settled for each in seen),
        complete=_is_complete(seen),
        sampled=any(each.sampled for each in seen),
    )


def _is_complete(seen: Sequence[Observation]) -> bool:
    """Tell whether enough was seen: a training that one rank saw wholly is known; requests are counted."""
    told = [each.complete for each in seen]
    return any(told) if seen[0].does in (Doing.TRAINS, Doing.FINETUNES) else all(told)


def _data_of_loop(seen: Sequence[Observation]) -> DataShape | None:
    """Return the data set that the steps of all ranks were taken with."""
    shapes = [each.data for each in seen if each.data is not None]
    if len(shapes) < len(seen):
        return None
    first, sharing = shapes[0], [each.sharing or Sharing() for each in shapes]
    if all(each.replicas == len(seen) for each in sharing):
        return _common(seen)
    marks = {each.mark for each in sharing}
    if None in marks:
        return replace(first, rows=None, nbytes=None, shape=None)
    return first if len(marks) == 1 else _sum_of_parts(shapes, sharing)


def _sum_of_parts(shapes: Sequence[DataShape], sharing: Sequence[Sharing]) -> DataShape | None:
    whole = _sum(shapes)
    sizes = [each.whole for each in sharing if each.whole is not None]
    if whole is None or whole.rows is None or not sizes or whole.rows <= min(sizes):
        return whole
    return replace(whole, rows=None, nbytes=None)


def _common(seen: Sequence[Observation]) -> DataShape | None:
    data = seen[0].data
    for each in seen[1:]:
        data = None if data is None else data.common(each.data)
    return data


def _sum(shapes: Sequence[DataShape | None]) -> DataShape | None:
    total = shapes[0]
    for each in shapes[1:]:
        total = sum_of(total, each)
    return total


def _parts(seen: Sequence[Observation]) -> tuple[Part, ...]:
    """Return the objects of the calls: what is the same in all ranks, and how many items a step takes."""
    parts = tuple(_part([each.parts[index] for each in seen]) for index in range(len(seen[0].parts)))
    data = seen[0].data
    replicas = data.sharing.replicas if data is not None and data.sharing is not None else None
    size = parts[-1].parameters.get(BATCH) if parts else None
    if replicas != len(seen) or not isinstance(size, int):
        return parts
    parameters = {**parts[-1].parameters, GLOBAL_BATCH: size * replicas}
    return (*parts[:-1], replace(parts[-1], parameters=parameters))


def _part(parts: Sequence[Part]) -> Part:
    first = parts[0]
    names = dict.fromkeys(name for each in parts for name in each.parameters)
    values = {name: [each.parameters[name] for each in parts if name in each.parameters] for name in names}
    same = {name: each[0] for name, each in values.items() if len(each) == len(parts) and _are_equal(each)}
    varied = {name: _different(each) for name, each in values.items() if name not in same}
    return replace(
        first,
        parameters=same,
        defaults=tuple(name for name in first.defaults if name in same),
        varied={**{name: each for name, each in varied.items() if len(each) > 1}, **first.varied},
        said={name: value for name, value in first.said.items() if _all_say(parts, name, value)},
    )


def _all_say(parts: Sequence[Part], name: str, value: JsonValue) -> bool:
    return all(each.said.get(name) == value for each in parts)


def _are_equal(values: Sequence[JsonValue]) -> bool:
    return all(each == values[0] for each in values)


def _different(values: Sequence[JsonValue]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
