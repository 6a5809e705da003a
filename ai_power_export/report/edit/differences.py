"""What somebody has changed in a report, by comparing it with what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.reconcile.verdict import LISTS
from ai_power_export.report.edit.places import take_out, value_of
from ai_power_export.report.evidence import value_at


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Return new values by their place, None for what is there no more: fields, and whole entries.

    Raises:
        BadInput: A key that no place can name, or `null` or an empty object, which say nothing.
    """
    removed = [place for path in LISTS for place in _removed_entries(path, before, after)]
    if removed:
        before = _without(before, removed)
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    changes = {
        place: value for place, value in new.items() if place not in old or not _same(old[place], value)
    }
    for place, value in changes.items():
        if value is None or value in ({}, []):
            shown = "null" if value is None else "nothing in brackets"
            raise BadInput(f"{place}: {shown} is no value in this format", mend="leave the field out")
    # What was empty and now has fields is no more a leaf, and still there.
    gone = [place for place in old if place not in new and value_of(after, place) is None]
    return {**changes, **dict.fromkeys([*gone, *removed])}


def _removed_entries(list_path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the entries that a list lost, where all that are left are as they were."""
    old, new = value_at(before, list_path), value_at(after, list_path)
    if not isinstance(old, list) or not isinstance(new, list) or not 0 < len(new) < len(old):
        return []
    removed, left = [], list(new)
    for index, entry in enumerate(old):
        if left and entry == left[0]:
            left.pop(0)
        else:
            removed.append(f"{list_path}[{index}]")
    return [] if left else removed


def _without(document: Mapping[str, Any], entries: list[str]) -> dict[str, Any]:
    rest = deepcopy(dict(document))
    for entry in reversed(entries):
        take_out(rest, entry)
    return rest


def _leaves(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield each value with its place; what is in a list that the format does not have is one value."""
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _leaves(value, f"{place}.{_named(key)}" if place else _named(key))
    elif isinstance(node, list) and node and place in LISTS:
        for index, entry in enumerate(node):
            yield from _leaves(entry, f"{place}[{index}]")
    else:
        yield place, node


def _named(key: str) -> str:
    if not key or set(key) & set(".[]"):
        raise BadInput(f"{key!r} cannot be edited here: a key without dots and brackets can")
    return key


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
