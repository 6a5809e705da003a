"""What the source says of a loop over data: which of its calls get what each item comes with.

Of items that come in pairs, the second is what a network is to answer. A loss
that is given the first instead judges something else, such as a reconstruction.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from ai_power_export.observe.loop_source import dotted_name, parsed
from ai_power_export.observe.places import Place

Kind = TypeVar("Kind", bound=ast.AST)
PAIR = 2
_PLACES = _INPUT, _TARGET = 0, 1
"""The places in a pair."""


@lru_cache(maxsize=256)
def calls_with_targets(place: Place) -> Mapping[str, bool]:
    """Return the dotted names that a loop calls, each with whether all its calls get targets of the items.

    Args:
        place: File and line of the loop's header or of something in its body. Of
            loops within each other the innermost counts whose items come in pairs.
    """
    file, line = place
    loops = [
        node
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.For) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    for loop in sorted(loops, key=lambda node: -node.lineno):
        roles = _Roles(loop)
        if roles.has_pairs:
            return _calls(loop, roles)
    return {}


def _calls(loop: ast.For, roles: _Roles) -> Mapping[str, bool]:
    found: dict[str, bool] = {}
    for call in _nodes(loop.body, ast.Call):
        name = dotted_name(call)
        given = [*call.args, *(each.value for each in call.keywords)]
        if name:
            found[name] = found.get(name, True) and any(roles.of(each) == {_TARGET} for each in given)
    return found


class _Roles:
    """Which names of a loop's body stand for inputs and targets."""

    def __init__(self, loop: ast.For) -> None:
        self._batches: set[str] = set()
        self._names: dict[str, set[int]] = {}
        """The places in the pair that what a name stands for was made of."""
        self._enter(loop)
        for target, value in _assignments(loop.body):
            self._assign(target, value)

    @property
    def has_pairs(self) -> bool:
        """Whether the items were seen to come in pairs."""
        return {_TARGET} in self._names.values() or bool(self._batches)

    def of(self, value: ast.AST) -> set[int]:
        """Return the places in the pair that an expression is made of."""
        found: set[int] = set()
        for node in ast.walk(value):
            if isinstance(node, ast.Name):
                found |= self._names.get(node.id, set())
            elif isinstance(node, ast.Subscript) and self._is_batch(node.value):
                found |= {each for each in _PLACES if _is_place(node.slice, each)} or set(_PLACES)
        return found

    def _enter(self, loop: ast.For) -> None:
        item: ast.expr = loop.target
        if isinstance(item, ast.Tuple) and len(item.elts) == PAIR:
            first, last = item.elts
            if isinstance(first, ast.Tuple) and isinstance(last, ast.Tuple):  # of two loaders
                self._unpack(first)
            is_numbered = isinstance(last, ast.Tuple) or _is_taken_apart(last, loop.body)
            item = last if is_numbered or _is_enumerated(loop.iter) else item
        if isinstance(item, ast.Tuple):
            self._unpack(item)
        elif isinstance(item, ast.Name) and _is_taken_apart(item, loop.body):
            self._batches.add(item.id)

    def _unpack(self, pair: ast.Tuple) -> None:
        names = [each.id if isinstance(each, ast.Name) else "" for each in pair.elts]
        is_pair = len(names) == PAIR
        for number, name in enumerate(names):
            self._note(name, {number} if is_pair else set(_PLACES))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for each, given in zip(target.elts, value.elts, strict=False):
                self._assign(each, given)
        elif isinstance(target, ast.Tuple) and self._is_item(value):
            self._unpack(target)
        elif isinstance(target, ast.Tuple):
            for each in target.elts:
                self._assign(each, value)
        elif isinstance(target, ast.Name):
            self._note(target.id, self.of(value))

    def _note(self, name: str, places: set[int]) -> None:
        """Note what a name stands for; one that stood for something else before is nothing of the pair."""
        known = self._names.get(name)
        self._names[name] = places if known is None or known == places else set(_PLACES)

    def _is_item(self, value: ast.expr) -> bool:
        is_next = isinstance(value, ast.Call) and dotted_name(value) == "next"
        return is_next or any(map(self._is_batch, ast.walk(value)))

    def _is_batch(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in self._batches


def _is_enumerated(iterated: ast.expr) -> bool:
    return any(dotted_name(each) == "enumerate" for each in _nodes([iterated], ast.Call))


def _is_taken_apart(item: ast.expr, body: Sequence[ast.stmt]) -> bool:
    """Tell whether a loop takes a part of an item, as of a batch."""
    if not isinstance(item, ast.Name):
        return False
    subscripts = _nodes(body, ast.Subscript)
    parts = [each.value for each in subscripts if any(_is_place(each.slice, place) for place in _PLACES)]
    unpacked = [value for target, value in _assignments(body) if isinstance(target, ast.Tuple)]
    named = [each for value in unpacked if not isinstance(value, ast.Tuple) for each in ast.walk(value)]
    return any(isinstance(each, ast.Name) and each.id == item.id for each in (*parts, *named))


def _is_place(index: ast.expr, place: int) -> bool:
    return isinstance(index, ast.Constant) and index.value == place


def _assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is assigned in a body to what, in the order of the lines."""
    for node in sorted(_nodes(body, ast.Assign), key=lambda each: each.lineno):
        for target in node.targets:
            yield target, node.value


def _nodes(body: Sequence[ast.AST], kind: type[Kind]) -> Iterator[Kind]:
    return (each for node in body for each in ast.walk(node) if isinstance(each, kind))
