"""Places in a report: a field's path with the index of its list's entry, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.reconcile.verdict import LISTS, list_of
from ai_power_export.report.answers import field_named
from ai_power_export.report.evidence import entries_of, without_indices
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.format.fields import FieldInfo

_ENTRY = re.compile(r"(.+)\[(\d+)\]")


def info_at(place: str) -> FieldInfo:
    """Return the format's field at a place that `place_of` has given."""
    return _BY_PATH[without_indices(place)]


_BY_PATH = {info.path: info for info in FIELDS}


def place_of(path: str, document: Mapping[str, Any], where: str) -> str:
    """Return where a path points: `task.algorithms.optimizer` is at `task.algorithms[0].optimizer`.

    Without an index the only entry of the list is meant. The index after the last makes a new entry.

    Raises:
        BadInput: There is no such field, or it is not clear which entry is meant.
    """
    info = field_named(without_indices(path), where)
    list_path = list_of(info.path)
    if list_path is None:
        if path != info.path:
            raise BadInput(f"{info.path} is not in a list", where)
        return path
    entries, name = len(entries_of(document, list_path)), info.path.removeprefix(f"{list_path}.")
    given = re.fullmatch(re.escape(list_path) + r"(?:\[(\d{1,6})\])?\." + re.escape(name), path)
    if given is None:
        raise BadInput(f"{path!r} is not readable as a field", where, f"such as {list_path}[0].{name}")
    if given[1] is None and entries > 1:
        raise BadInput(f"there are {entries} {list_path}", where, f"say which: {list_path}[0].{name}")
    index = int(given[1] or 0)
    if index > entries:
        raise BadInput(f"there are {entries} {list_path}", where, f"a new one is {list_path}[{entries}]")
    return f"{list_path}[{index}].{name}"


def entry_of(path: str) -> tuple[str, int] | None:
    """Split the path of an entry, `task.algorithms[1]`; None for any other path."""
    found = _ENTRY.fullmatch(path)
    return (found[1], int(found[2])) if found and found[1] in LISTS else None


def split(place: str) -> tuple[str, int, str] | None:
    """Split a place within a list into list, index and name; None for a place outside lists."""
    entry, bracket, name = place.rpartition("].")
    found = entry_of(entry + "]") if bracket else None
    return (*found, name) if found else None


def value_of(document: Mapping[str, Any], place: str) -> Any:
    """Return what stands at a place, None where nothing does."""
    node: Any = document
    for key in _keys(place):
        if isinstance(node, list):
            node = node[key] if isinstance(key, int) and key < len(node) else None
        else:
            node = node.get(key) if isinstance(node, Mapping) else None
    return node


def put(document: dict[str, Any], place: str, value: JsonValue) -> None:
    """Write a value, and the objects and the one list entry it needs.

    Raises:
        BadInput: Something else stands where an object or a list belongs.
    """
    node: Any = document
    keys = _keys(place)
    for key, following in pairwise(keys):
        node = _below(node, key, [] if isinstance(following, int) else {}, place)
    node[keys[-1]] = value


def _below(node: Any, key: str | int, empty: Any, place: str) -> Any:
    if isinstance(key, int) and key == len(node):
        node.append(empty)
    elif isinstance(key, str) and node.get(key) is None:
        node[key] = empty
    if not isinstance(node[key], type(empty)):
        kind = "list" if isinstance(empty, list) else "object"
        raise BadInput(f"{key} is no {kind} in this report", place)
    return node[key]


def take_out(document: dict[str, Any], place: str) -> None:
    """Remove a value or a list's entry, and what is empty without it; nothing where there is none."""
    *parents, last = _keys(place)
    nodes: list[Any] = [document]
    for key in parents:
        node = nodes[-1]
        known = key in node if isinstance(node, dict) else isinstance(key, int) and key < len(node)
        if not known or not isinstance(node[key], (dict, list)):
            return
        nodes.append(node[key])
    _delete(nodes[-1], last)
    for node, key in zip(reversed(nodes[:-1]), reversed(parents), strict=True):
        if not node[key]:
            _delete(node, key)


def _delete(node: Any, key: str | int) -> None:
    if isinstance(node, dict):
        node.pop(key, None)
    elif isinstance(key, int) and key < len(node):
        del node[key]


def places(document: Mapping[str, Any]) -> Iterator[tuple[str, JsonValue]]:
    """Yield the place and value of every field of the format that a report has."""
    for info in FIELDS:
        for place in _places_of(info.path, document):
            value = value_of(document, place)
            if value is not None:
                yield place, value


def _places_of(path: str, document: Mapping[str, Any]) -> list[str]:
    list_path = list_of(path)
    if list_path is None:
        return [path]
    name = path.removeprefix(f"{list_path}.")
    return [f"{list_path}[{index}].{name}" for index in range(len(entries_of(document, list_path)))]


def _keys(place: str) -> list[str | int]:
    parts = re.findall(r"[^.\[\]]+|\[\d+\]", place)
    return [int(part[1:-1]) if part.startswith("[") else part for part in parts]
