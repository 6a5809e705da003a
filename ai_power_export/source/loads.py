"""Loads: which calls a model's data may come from, of those that may have happened."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ai_power_export.source.calls import Call
from ai_power_export.source.models import entry_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import (
    Choice,
    External,
    Known,
    Member,
    Mixed,
    Thing,
    Unknown,
    Value,
    ancestry,
    options,
    parts,
)
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import LoaderEntry

MOST_FOLLOWED = 600
"""Values that are looked at on the way from a model back to its data."""


@dataclass(frozen=True)
class Load:
    """One call that loads data."""

    thing: Thing
    entry: LoaderEntry
    is_sure: bool = True
    """Whether the data certainly come from it, if from any load at all."""


def loader_of(thing: Thing) -> LoaderEntry | None:
    """Return the loader's entry if a thing is a loaded data set."""
    if not thing.path:
        return None
    path = f"{thing.path}.{thing.call.method}" if thing.call.method else thing.path
    return load_catalogue().loader(path)


def is_data(value: Value) -> bool:
    """Tell whether a value is loaded data, or was made of some."""
    return isinstance(value, (Thing, Member, Mixed)) and any(
        isinstance(part, Thing) and loader_of(part) is not None for part in ancestry(value)
    )


class Loads:
    """The loads of a program."""

    def __init__(self, calls: Sequence[Call], uses: Sequence[Use], never: Callable[[Call], bool]) -> None:
        """Look for loads.

        Args:
            calls: The program's calls.
            uses: The models in use.
            never: Tells of a call whether it certainly loaded nothing.
        """
        self._calls = calls
        self._uses = uses
        self._never = never

    def nearest(self, values: Iterable[Value]) -> list[Load]:
        """Return the load of the first value that was loaded; several where it may be one of them."""
        return next((found for value in values if (found := _Way(self._never).loads(value))), [])

    def inside(self, use: Use) -> list[Load]:
        """Return what the program's own methods load when the training calls them."""
        return self.nearest(Thing(call) for call in self._calls if call.handler in use.events and call.path)

    def of_parts(self, use: Use) -> list[Load]:
        """Return the loads that lead to the trainings of networks that a network is put together of."""
        made_of = {id(part) for part in ancestry(use.model)} - {id(use.model)}
        trainings = [
            call
            for call in self._calls
            for owner in (options(call.receiver) if call.receiver is not None else ())
            if id(owner) in made_of and (entry := entry_of(owner)) and call.method in entry.trains
        ]
        return self.nearest(value for call in trainings for value in (*call.args, *call.keywords.values()))

    def free(self, use: Use, inputs: Sequence[Value]) -> list[Load]:
        """Return the loads of which nobody knows what for, where it is not known what goes into a model."""
        if _are_known(inputs):
            return []
        taken = {id(load.thing.call) for load in self._taken_by_others(use)}
        if use.is_network and use.call is not None:  # a network is made of sizes
            taken |= {id(part.call) for part in ancestry(*use.call.inputs()) if isinstance(part, Thing)}
        found = [
            Load(thing, entry, is_sure=False)
            for thing in map(Thing, self._calls)
            if id(thing.call) not in taken and (entry := loader_of(thing)) and not self._never(thing.call)
        ]
        return [load for load in found if not load.thing.path.startswith("builtins.")]

    def happened(self, value: Value) -> bool:
        """Tell whether a value may be there, and not be made of what was certainly not loaded."""
        way = _Way(self._never)
        return bool(way.loads(value)) or not way.met_dead

    def _taken_by_others(self, use: Use) -> list[Load]:
        others = [other for other in self._uses if other is not use]
        return [
            load for other in others for call in other.events for load in self.nearest(list(call.inputs()))
        ]


class _Way:
    """The way from a value back to what it was loaded by."""

    def __init__(self, never: Callable[[Call], bool]) -> None:
        self._never = never
        self._seen: set[int] = set()
        self.met_dead = False
        """Whether it has led to a load that did not happen."""

    def loads(self, value: Value) -> list[Load]:
        """Return the nearest load; where a choice lies on the way, that of its other sides, too."""
        todo: list[tuple[Value, tuple[tuple[Choice, Value], ...]]] = [(value, ())]
        for current, turns in todo:
            if id(current) in self._seen or len(self._seen) > MOST_FOLLOWED:
                continue
            self._seen.add(id(current))
            entry = loader_of(current) if isinstance(current, Thing) else None
            if entry is not None and isinstance(current, Thing):
                if not self._never(current.call):
                    return self._with_others(Load(current, entry), turns)
                self.met_dead = True
            elif isinstance(current, Choice):
                todo += [(option, (*turns, (current, option))) for option in current.options]
            else:
                todo += [(part, turns) for part in parts(current)]
        return []

    def _with_others(self, load: Load, turns: tuple[tuple[Choice, Value], ...]) -> list[Load]:
        """Add the loads on the sides not taken at each turn; a side without any makes all of them unsure."""
        found, is_sure = [load], True
        for choice, taken in turns:
            for option in choice.options:
                if option is taken or isinstance(option, Known):
                    continue
                way = _Way(self._never)
                way._seen = self._seen - {id(option)}
                others = way.loads(option)
                is_sure &= bool(others) or way.met_dead
                found += others
        return [replace(each, is_sure=each.is_sure and is_sure) for each in found]


def _are_known(inputs: Sequence[Value]) -> bool:
    """Tell whether it is known what values are made of, all the way back."""
    return bool(inputs) and not any(map(_is_unknown, ancestry(*inputs)))


def _is_unknown(value: Value) -> bool:
    if isinstance(value, External):  # a name that nothing binds is taken for one of Python's own
        module, _, name = value.path.rpartition(".")
        return module == "builtins" and not hasattr(builtins, name)
    return isinstance(value, Unknown) or (isinstance(value, Mixed) and not value.operands)
