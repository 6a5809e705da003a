"""What a report says, whatever its version: values under one set of names, each with where it stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ai_power_export.report.reading.places import dotted

Path = tuple[Any, ...]
"""Keys and indices from the root of a document to a place in it."""


@dataclass(frozen=True)
class Held:
    """Something that the source says and the other version has no place for, or only in part."""

    path: Path
    """Where it stands in the source."""
    value: Any
    why: str

    @property
    def field(self) -> str:
        """The path as text: `task.algorithms[0].optimizer`."""
        return dotted(self.path)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {"field": self.field, "value": self.value, "why": self.why}


@dataclass(frozen=True)
class Leaf:
    """One value, in no version's form yet."""

    value: Any
    said: tuple[tuple[Path, Any], ...] = ()
    """The places of the source that say it, with what stands there; none for what follows by a rule."""

    def held(self, why: str) -> Iterator[Held]:
        """Yield what is told if this value has no place."""
        for path, value in self.said:
            yield Held(path, value, why)


@dataclass
class Entry:
    """One entry of a list: an algorithm, a data set, a measure, a component."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    """By their name below the list's."""
    said: tuple[tuple[Path, Any], ...] = ()
    """Where the whole entry stands, and as what; empty for one that follows by a rule."""

    def value(self, name: str) -> Any:
        """Return a value, or None."""
        return self.leaves[name].value if name in self.leaves else None


@dataclass
class Content:
    """What a report says. Names are those of the current version wherever it has one."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    """By name, outside lists."""
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    """By the name of their list."""
    held: list[Held] = field(default_factory=list)
    """What is known already to have no place in the other version."""

    def value(self, name: str) -> Any:
        """Return a value outside lists, or None."""
        return self.leaves[name].value if name in self.leaves else None

    def of(self, list_name: str) -> list[Entry]:
        """Return the entries of a list."""
        return self.entries.get(list_name, [])

    def leave_out(self, list_name: str, entry: Entry, why: str) -> None:
        """Take an entry out as a whole."""
        self.entries[list_name] = [each for each in self.of(list_name) if each is not entry]
        self.held += [Held(path, value, why) for path, value in entry.said]


def plain_leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the places below a node that hold a value; null and empty containers hold none."""
    if isinstance(node, (Mapping, list)):
        for key, value in node.items() if isinstance(node, Mapping) else enumerate(node):
            yield from plain_leaves(value, (*path, key))
    elif node is not None:
        yield path, node
