"""Documents taken apart: every value with its place, and rows of cells with a `rest`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ai_power_export.reconcile.verdict import LISTS
from ai_power_export.report.flat.cells import Cell, cell_of, says
from ai_power_export.report.flat.columns import REST, TYPES, Type
from ai_power_export.report.format.boamps import FIELDS

Place = tuple[str | int, ...]
"""Keys and list indices on the way to a value."""
Row = dict[str, Cell]
"""Cells by the names of their columns; empty ones are left out."""


class Found(NamedTuple):
    """A value of a document that goes into one cell, or into `rest` as a whole."""

    place: Place
    kind: Type | None
    """Type of its column; None where the format has no field for it."""
    value: Any


class ListOf(NamedTuple):
    """The shape of a list: that of its entries."""

    entry: Mapping[str, Any]


@cache
def shape() -> Mapping[str, Any]:
    """Return the format as nested objects: a `Type` for a field, a mapping for an object, a `ListOf`."""
    root: dict[str, Any] = {}
    for info in FIELDS:
        node = root
        *above, name = info.path.split(".")
        for depth, key in enumerate(above, 1):
            is_list = ".".join(above[:depth]) in LISTS
            inner = node.setdefault(key, ListOf({}) if is_list else {})
            node = inner.entry if is_list else inner
        node[name] = TYPES[info.kind]
    return root


def values_of(document: Mapping[str, Any], lengths: Mapping[str, int] | None = None) -> Iterator[Found]:
    """Yield all values of a document, in its own order.

    Args:
        document: Any JSON object.
        lengths: So many entries of a list are taken apart, by its path; None: all.
    """
    return _members(document, shape(), (), lengths)


def _members(
    node: Mapping[str, Any], known: Mapping[str, Any], place: Place, lengths: Mapping[str, int] | None
) -> Iterator[Found]:
    for key, value in node.items():
        kind: Any = known.get(key)
        if not isinstance(kind, (dict, ListOf)):
            yield Found((*place, key), kind, value)
        else:
            yield from _inside(value, kind, (*place, key), lengths)


def _inside(node: Any, known: Any, place: Place, lengths: Mapping[str, int] | None) -> Iterator[Found]:
    """Take apart an object or a list of the format; yield whole what is empty, or something else."""
    if isinstance(known, ListOf) and isinstance(node, list) and node:
        most = len(node) if lengths is None else lengths.get(".".join(map(str, place)), 0)
        for index, entry in enumerate(node):
            yield from _inside(entry, known.entry if index < most else None, (*place, index), lengths)
    elif isinstance(known, dict) and isinstance(node, Mapping) and node:
        yield from _members(node, known, place, lengths)
    else:
        yield Found(place, None, node)


def fill(row: Row, rest: dict[str, Any], found: Found) -> None:
    """Put a value into its cell; where the cell does not say exactly this value, into `rest` as well."""
    cell = cell_of(found.value, found.kind) if found.kind else None
    if cell is not None:
        row[".".join(map(str, found.place))] = cell
    if found.kind is None or not says(cell, found.kind, found.value):
        rest[pointer(found.place)] = found.value


def with_rest(row: Row, rest: Mapping[str, Any]) -> Row:
    """Return the row with its `rest`, if there is any; in ASCII, which every kind of file can hold."""
    return {**row, REST.name: json.dumps(rest)} if rest else row


def pointer(place: Place) -> str:
    """Return the JSON Pointer (RFC 6901) of a place.

    >>> pointer(("task", "algorithms", 0, "a/b"))
    '/task/algorithms/0/a~1b'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def place_of(text: str) -> tuple[str, ...]:
    """Read a JSON Pointer back; indices stay text."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])
