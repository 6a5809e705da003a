"""Looks for the network that a loop of the user's trains, among what the user's code has names for."""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import CO_OPTIMIZED, getgeneratorstate
from itertools import islice
from types import FrameType, GeneratorType, ModuleType
from typing import Any

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.networks import (
    is_module,
    modules_in,
    parameters_of,
    submodules,
    unwrap,
)
from ai_power_export.observe.places import is_users
from ai_power_export.observe.reader import nothing

MOST_FRAMES = 3
"""Functions of the user's whose names are looked through, from the innermost outwards."""
MOST_NAMES = 2000
"""Objects that are looked at."""
MOST_ITEMS = 32
"""Items of a list, tuple or dict of the user's that are looked at."""
LONGEST_S = 0.01
"""Seconds that looking may take."""

_CONTAINERS = frozenset({"torch.nn.modules.container.ModuleList", "torch.nn.modules.container.ModuleDict"})
"""Modules that hold several networks, and are none."""
_SHOW_LOCALS = frozenset({"locals", "vars"})
"""Who calls these may hold the dict of a function's locals, which must not change under him."""


def look(frame: FrameType | None, weights: frozenset[int], origin: Callable[[], Any] = nothing) -> Any:
    """Return the outermost module that holds all the given weights; None where none is named.

    Args:
        frame: Where the user's code called from.
        weights: `id` of each parameter that is trained.
        origin: A weak reference to a module whose parameters they are, where that was seen.
    """
    seen = [*_modules_in_sight(frame), origin()]
    candidates = {id(each): each for each in map(unwrap, seen) if each is not None}
    covering = [each for each in candidates.values() if _covers(each, weights)]
    return max(covering, key=_extent, default=None)


def named_modules(frame: FrameType | None, names: Iterable[str]) -> Iterator[Any]:
    """Yield the modules that dotted names stand for in the user's innermost function."""
    innermost = next(_users_frames(frame), None) if names else None
    if innermost is None:
        return
    known = {**innermost.f_globals, **_locals(innermost)}
    for name in names:
        first, *parts = name.split(".")
        found = known.get(first)
        for part in parts:
            found = submodules(found).get(part) or attributes_of(found).get(part)
        if is_module(found):
            yield found


def owner_of(parameters: Any) -> Callable[[], Any]:
    """Return a weak reference to the module whose `parameters()` a generator is going to yield."""
    if type(parameters) is not GeneratorType or getgeneratorstate(parameters) == "GEN_CLOSED":
        return nothing
    # The frame of a generator goes when it is exhausted, and with it the dict that is made here.
    owner = parameters.gi_frame.f_locals.get("self")  # type: ignore[union-attr]
    return weakref.ref(owner) if is_module(owner) else nothing


def _covers(module: Any, weights: frozenset[int]) -> bool:
    if class_path(type(module)) in _CONTAINERS:
        return False
    return bool(weights) and weights <= {id(each) for each in parameters_of(module)}


def _extent(module: Any) -> tuple[int, int]:
    return sum(1 for _ in parameters_of(module)), sum(1 for _ in modules_in(module))


def _modules_in_sight(frame: FrameType | None) -> Iterator[Any]:
    """Yield the modules that the user's functions on the stack have names for, and their attributes."""
    deadline = time.perf_counter() + LONGEST_S
    for count, value in enumerate(_named(frame)):
        if count >= MOST_NAMES or (count % 64 == 63 and time.perf_counter() > deadline):
            return
        if is_module(value):
            yield value
        # An object of the user's that holds a network, such as a trainer with `self.model`.
        yield from filter(is_module, _items(value))


def _named(frame: FrameType | None) -> Iterator[Any]:
    """Yield what the local names, then the global names, of the user's functions stand for."""
    frames = list(islice(_users_frames(frame), MOST_FRAMES))
    for each in frames:
        yield from _locals(each).values()
    for names in {id(each.f_globals): each.f_globals for each in frames}.values():
        yield from list(names.values())


def _users_frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            yield frame
        frame = frame.f_back


def _locals(frame: FrameType) -> Mapping[str, Any]:
    """Return the local names of a function, and leave none of them alive longer."""
    code = frame.f_code
    if not code.co_flags & CO_OPTIMIZED or not _SHOW_LOCALS.isdisjoint(code.co_names):
        return {}
    held = frame.f_locals
    names = dict(held)
    # Before 3.13 the frame keeps the dict, and so every object in it, as long as the function runs.
    # Three references are the frame's, this one and the argument: nobody else has asked for it.
    if sys.version_info < (3, 13) and sys.getrefcount(held) <= _OURS:
        held.clear()
    return names


_OURS = 3


def _items(value: Any) -> list[Any]:
    """Return what an object holds one level below, where looking at it runs nothing of the user's."""
    kind = type(value)
    if kind in (list, tuple):
        return list(value[:MOST_ITEMS])
    if kind is dict:
        return list(islice(value.values(), MOST_ITEMS))
    if kind is ModuleType or is_module(value):
        return []
    return list(islice(attributes_of(value).values(), MOST_ITEMS))
