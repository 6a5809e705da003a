"""What the way back from a conversion would not give by itself, and how it is put back."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.report.convert.content import Path


class _Absent:
    """Stands for no value at all."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Change:
    """One place where a document differs from what the way back gives."""

    path: Path
    value: Any
    """What stands in the document; `ABSENT` for nothing."""
    instead: Any
    """What the way back gives there; `ABSENT` for nothing."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object, without the keys of what is absent."""
        told = {"value": self.value, "instead": self.instead}
        return {"path": list(self.path), **{key: each for key, each in told.items() if each is not ABSENT}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """Rebuild what `to_json` wrote."""
        return cls(tuple(data["path"]), data.get("value", ABSENT), data.get("instead", ABSENT))


def changes(wanted: Any, given: Any, path: Path = ()) -> Iterator[Change]:
    """Yield what must be changed to make a document of another one."""
    if isinstance(wanted, Mapping) and isinstance(given, Mapping):
        for key in dict.fromkeys([*wanted, *given]):
            yield from changes(wanted.get(key, ABSENT), given.get(key, ABSENT), (*path, key))
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for index, (one, other) in enumerate(zip(wanted, given, strict=True)):
            yield from changes(one, other, (*path, index))
    elif not _same(wanted, given):
        yield Change(path, wanted, given)


def put_back(document: Mapping[str, Any], kept: Iterable[Change]) -> tuple[dict[str, Any], list[Change]]:
    """Return a document with kept changes made, and those that no longer fit.

    A change fits where the document still has what the way back gave when it was kept: what was written
    since by hand stands.
    """
    root: dict[str, Any] = {"": copy.deepcopy(dict(document))}
    unfit = [change for change in kept if not _made(root, change)]
    return root[""], unfit


def _made(root: dict[str, Any], change: Change) -> bool:
    *above, last = ("", *change.path)
    node: Any = root
    for key in above:
        node = _at(node, key)
    if _same(_at(node, last), change.value):
        return True
    if not _same(_at(node, last), change.instead):
        return False
    if isinstance(node, dict):
        if change.value is ABSENT:
            del node[last]
        else:
            node[last] = copy.deepcopy(change.value)
    elif isinstance(node, list):
        node[last] = copy.deepcopy(change.value)
    else:
        return False
    return True


def _at(node: Any, key: Any) -> Any:
    if isinstance(node, dict):
        return node.get(key, ABSENT)
    return node[key] if isinstance(node, list) and isinstance(key, int) and key < len(node) else ABSENT


def _same(one: Any, other: Any) -> bool:
    """Tell whether JSON values are the same; 1, 1.0 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
