"""From a document of any version to what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ai_power_export.report.convert.amounts import Amount
from ai_power_export.report.convert.content import Content, Entry, Held, Leaf, Path, plain_leaves
from ai_power_export.report.convert.table import LISTS, TABLE, Amounts, Row, paths_of
from ai_power_export.report.convert.values import NotHeld
from ai_power_export.report.format.versions import ORANGE

NO_PLACE = "has no place there"
SIGNATURE = "$hash"


def read(document: Mapping[str, Any], version: str) -> Content:
    """Return what a document says: what the table names as leaves, all else as known to have no place.

    Args:
        document: A report, valid or not.
        version: The version that it follows.
    """
    reader = _Reader(version)
    content = Content(reader.leaves("", document, ()))
    for list_name in LISTS:
        content.entries[list_name] = list(reader.entries(list_name, document))
    reader.signature(document)
    content.held = [*reader.held, *(Held(path, value, NO_PLACE) for path, value in reader.unread(document))]
    return content


class _Reader:
    """Reads a document and remembers which places of it were read."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.held: list[Held] = []
        self._seen: set[Path] = set()

    def leaves(self, list_name: str, node: Mapping[str, Any], at: Path) -> dict[str, Leaf]:
        """Return the leaves of the document, or of one entry of a list."""
        found = {}
        for row in TABLE[list_name]:
            leaf = self._leaf(row, node, at)
            if leaf is not None:
                found[row.name] = leaf
        return found

    def entries(self, list_name: str, document: Mapping[str, Any]) -> Iterator[Entry]:
        """Yield the entries of a list."""
        place = _first(document, LISTS[list_name][self.version])
        if place is None or not isinstance(place[1], list):
            return
        at, found = place
        for index, value in enumerate(found):
            for path, entry in self._named(list_name, (*at, index), value):
                yield Entry(self.leaves(list_name, entry, path), ((path, entry),))

    def signature(self, document: Mapping[str, Any]) -> None:
        """Hold the signature: it is of the document as it was."""
        if place := _first(document, (SIGNATURE,)):
            self._seen.add(place[0])
            self.held.append(Held(*place, "a signature does not survive a conversion"))

    def unread(self, document: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
        """Yield the places with a value that were not read."""
        for path, value in plain_leaves(document):
            if not any(path[:end] in self._seen for end in range(1, len(path) + 1)):
                yield path, value

    def _named(self, list_name: str, path: Path, value: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Yield the entry that stands in a list, or those that Orange's schema puts under names there."""
        if not isinstance(value, Mapping):
            return
        fields = {each for row in TABLE[list_name] for each in paths_of(row.columns[self.version])}
        objects = bool(value) and all(isinstance(each, Mapping) for each in value.values())
        if self.version == ORANGE and objects and fields.isdisjoint(value):
            for name, entry in value.items():
                self.held.append(Held((*path, name), name, "the name of an entry has no place there"))
                yield (*path, name), entry
        else:
            yield path, value

    def _leaf(self, row: Row, node: Mapping[str, Any], at: Path) -> Leaf | None:
        column = row.columns[self.version]
        place = _first(node, paths_of(column))
        if place is None:
            return None
        path, value = (*at, *place[0]), place[1]
        self._seen.add(path)
        if isinstance(column, Amounts):
            return self._amount(column, node, at, (path, value))
        try:
            form = row.reads.get(self.version)
            return Leaf(form(value) if form else value, ((path, value),))
        except NotHeld as why:
            self.held.append(Held(path, value, str(why)))
            return None

    def _amount(self, column: Amounts, node: Mapping[str, Any], at: Path, number: tuple[Path, Any]) -> Leaf:
        if column.unit:
            return Leaf(Amount(number[1], column.unit), (number,))
        place = _first(node, paths_of(column.unit_path))
        if place is None:
            return Leaf(Amount(number[1], None), (number,))
        path = (*at, *place[0])
        self._seen.add(path)
        return Leaf(Amount(number[1], place[1]), (number, (path, place[1])))


def _first(node: Any, paths: tuple[str, ...]) -> tuple[Path, Any] | None:
    """Return the first of some dotted paths that has a value, and the value; empty lists have none."""
    for dotted in paths:
        keys, found = tuple(dotted.split(".")), node
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is not None and found != [] and found != {}:
            return keys, found
    return None
