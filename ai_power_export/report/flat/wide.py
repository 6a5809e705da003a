"""The wide form: one row a report, and the same report back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.report.flat.cells import Senseless, cell_of, value_of
from ai_power_export.report.flat.columns import FILE, INDEX_TEXT, REST, Type, no_column, type_of
from ai_power_export.report.flat.rows import ListOf, Row, fill, place_of, pointer, shape, values_of, with_rest
from ai_power_export.report.reading.text import NotJson, parse_json


class _Entries(dict[int, Any]):
    """A list that is being put together: entries by their index."""


def to_row(document: Mapping[str, Any], lengths: Mapping[str, int], file: str = "") -> Row:
    """Return the wide row of a report.

    Args:
        document: Any JSON object; its numbers are finite.
        lengths: So many entries of a list have columns, by its path.
        file: Name of its file; empty if it has none.
    """
    row: Row = {FILE.name: file} if file else {}
    rest: dict[str, Any] = {}
    for found in values_of(document, lengths):
        fill(row, rest, found)
    return with_rest(row, rest)


def to_document(row: Mapping[str, object]) -> dict[str, Any]:
    """Return the report of a wide row: equal to the one that the row was made of.

    Keys come in the order of the columns. Places of list entries only order them: gaps close.

    Args:
        row: Cells by column; None is an empty one.

    Raises:
        Senseless: A column that the wide form does not have, or a cell that no report can have.
    """
    document: dict[str, Any] = {}
    for name, cell in row.items():
        if cell is not None and name not in (FILE.name, REST.name):
            value = _value(cell, name)
            node, key, _ = _home(document, tuple(name.split(".")))
            node[key] = value
    for text, value in _rest(row.get(REST.name)).items():
        node, key, kind = _home(document, place_of(text))
        if not _agree(node.get(key), value, kind):
            raise Senseless(f"{text} is something else in rest than in its cell (take out the wrong one)")
        node[key] = value
    finished: dict[str, Any] = _finished(document, shape())
    return finished


def _agree(there: Any, value: Any, kind: Type | None) -> bool:
    """Say whether a value of `rest` is what the columns were made of; where one was edited, it is not."""
    return there is None if kind is None else there == cell_of(value, kind)


def _value(cell: object, name: str) -> Any:
    kind = type_of(name)
    if kind is None:
        raise Senseless(no_column(name))
    try:
        return value_of(cell, kind)
    except Senseless as why:
        raise Senseless(f"{name}: {why}") from None


def _rest(cell: object) -> dict[str, Any]:
    if cell is None:
        return {}
    try:
        rest = parse_json(cell.encode()) if isinstance(cell, str) else None
    except NotJson as error:
        raise Senseless(f"rest {error.what}") from None
    if not isinstance(rest, dict) or not all(text.startswith("/") for text in rest):
        raise Senseless("rest is no JSON object of values by JSON Pointer")
    return rest


def _home(document: dict[str, Any], place: tuple[str, ...]) -> tuple[dict[Any, Any], str | int, Type | None]:
    """Return what a place is in, made where it is not there, the key there, and the type of its column."""
    node: Any = document
    known: Any = shape()
    for key in place[:-1]:
        known = known.entry if isinstance(known, ListOf) else known.get(key)
        if not isinstance(known, (dict, ListOf)):
            raise Senseless(f"the format has no object or list at {pointer(place[:-1])}")
        node = node.setdefault(_key(node, key), _Entries() if isinstance(known, ListOf) else {})
        if not isinstance(node, dict):
            raise Senseless(f"rest has something else above {pointer(place)}")
    kind: Any = known.get(place[-1]) if isinstance(known, dict) else None
    return node, _key(node, place[-1]), None if isinstance(kind, (dict, ListOf)) else kind


def _key(node: dict[Any, Any], key: str) -> str | int:
    if not isinstance(node, _Entries):
        return key
    if not INDEX_TEXT.fullmatch(key):
        raise Senseless(f"{key[:40]!r} is no place in a list")
    return int(key)


def _finished(node: Any, known: Any) -> Any:
    """Make lists of entries; what came whole from `rest` stays as it is."""
    if isinstance(node, _Entries):
        return [_finished(node[index], known.entry) for index in sorted(node)]
    if isinstance(known, Mapping) and isinstance(node, dict):
        return {key: _finished(value, known.get(key)) for key, value in node.items()}
    return node
