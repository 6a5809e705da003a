"""Models: which value is a model, and which models are inside one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Union

from ai_power_export.source.calls import Call
from ai_power_export.source.values import (
    MOST_VISITED,
    Instance,
    Items,
    Thing,
    Value,
    ancestry,
    options,
    parts,
    root,
)
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role

ALGORITHMS = frozenset({Role.MODEL, Role.REDUCER, Role.NETWORK})
"""Roles whose objects are the algorithm, not only hold it."""


def entry_of(value: Value) -> ClassEntry | None:
    """Return the catalogue entry of what made a value, or of a user's network the one of its base."""
    if isinstance(value, Thing):
        return load_catalogue().entry(value.path) if value.path else None
    if isinstance(value, Instance):
        entries = (load_catalogue().entry(path) for path in value.cls.outside())
        return next((entry for entry in entries if entry is not None), None)
    return None


def class_path(value: Thing | Instance) -> str:
    """Return the path by which reports name a model's class; empty for what only holds an unknown one."""
    if isinstance(value, Instance):
        module = "__main__" if value.cls.in_main else value.cls.file.removesuffix(".py")
        return f"{module}.{value.cls.name}"
    entry = entry_of(value)
    if entry is not None and entry.role is Role.WRAPPER:
        return ""
    return entry.path if entry is not None else value.path


def is_class(thing: Thing) -> bool:
    """Tell whether a thing was made by a class that the catalogue does not know."""
    return thing.path.rpartition(".")[2][:1].isupper() and not thing.call.method and entry_of(thing) is None


def handed_in(call: Call, entry: ClassEntry, names: tuple[str, ...] = ()) -> Iterator[Value]:
    """Yield the models that come in by the parameters named in the catalogue."""
    for name in names or entry.takes:
        if name == "*":
            yield from call.args
        elif name in call.keywords:
            yield call.keywords[name]
        elif name == "":
            yield from call.args[:1]
        elif name in entry.parameters and entry.parameters.index(name) < len(call.args):
            yield call.args[entry.parameters.index(name)]


Unwrapped = tuple[Union[Thing, Instance], list[Thing]]


def unwrapped(value: Value, holders: list[Thing] | None = None, depth: int = 8) -> Iterator[Unwrapped]:
    """Yield the models inside a value, each with the searches, pipelines and wrappers around it."""
    around = holders or []
    for option in options(value):
        inner = root(option)
        entry = entry_of(inner)
        if depth == 0 or not isinstance(inner, (Thing, Instance)) or entry is None:
            continue
        if entry.role in ALGORITHMS or entry.role is Role.LAYER:
            yield inner, around
        elif isinstance(inner, Thing):
            for held in _held(inner, entry):
                yield from unwrapped(held, [*around, inner], depth - 1)


def _held(holder: Thing, entry: ClassEntry) -> Iterator[Value]:
    """Yield what a holder lets work: the last step of a pipeline, the model of a search."""
    given = list(handed_in(holder.call, entry))
    if entry.role is Role.PIPELINE:
        steps = given[0].items if entry.takes != ("*",) and given and isinstance(given[0], Items) else given
        yield from _step_model(steps[-1]) if steps else ()
        return
    yield from given
    for name in entry.varies:
        for varied in handed_in(holder.call, entry, (name,)):
            yield from (
                value for value in ancestry(varied) if isinstance(value, Thing) and _is_algorithm(value)
            )


def _step_model(step: Value) -> Iterator[Value]:
    """A step is a model, or a pair of a name and a model."""
    yield step.items[1] if isinstance(step, Items) and len(step.items) >= 2 else step


def _is_algorithm(value: Thing) -> bool:
    entry = entry_of(value)
    return entry is not None and entry.role in ALGORITHMS and not value.call.method


def networks_in(values: Iterable[Value]) -> Iterator[Thing | Instance]:
    """Yield the nearest models in what an optimizer got; not what those are made of."""
    todo = list(values)
    seen: set[int] = set()
    while todo and len(seen) < MOST_VISITED:
        value = todo.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        entry = entry_of(value)
        if isinstance(value, (Thing, Instance)) and entry is not None and entry.role in _TRAINABLE:
            yield value
        elif (
            isinstance(value, Thing)
            and value.call.method in _WEIGHTS
            and isinstance(inner := _owner(value), Thing)
        ):
            if is_class(inner):  # what lets its weights be optimized is a network
                yield inner
            else:
                todo.append(inner)
        else:
            todo.extend(parts(value))


def _owner(value: Thing) -> Value | None:
    return root(value.call.receiver) if value.call.receiver is not None else None


_WEIGHTS = ("parameters", "named_parameters")
_TRAINABLE = ALGORITHMS | {Role.WRAPPER, Role.LAYER}
