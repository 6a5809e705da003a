"""From what a report says to a document of one version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ai_power_export.report.convert.amounts import in_unit, in_whole_units, usual_units
from ai_power_export.report.convert.content import Content, Held, Leaf, Path
from ai_power_export.report.convert.reading import NO_PLACE
from ai_power_export.report.convert.table import LISTS, ROWS, Amounts, Row, paths_of
from ai_power_export.report.convert.values import NotHeld, whole_number, word_among
from ai_power_export.report.format.fields import FieldInfo
from ai_power_export.report.format.versions import ORANGE, PUBLISHED, WHOLE, fields_of, form_of, report_model
from ai_power_export.report.reading.places import dotted


def form_written(version: str) -> str:
    """Return the form in which a version is written: Orange's as its reports were published.

    Its official schema takes no data set that is not a whole report again.
    """
    return PUBLISHED if version == ORANGE else WHOLE


def write(content: Content, version: str) -> tuple[dict[str, Any], list[Held], list[str]]:
    """Return the document of a version that says what it can hold, what it cannot, and what it lacks.

    What it lacks are the version's required fields, `task.taskType is missing`. No value is written that
    the version refuses, as a text for a number: what the source says against its own version is held too.
    """
    writer = _Writer(version)
    document: dict[str, Any] = {}
    writer.leaves("", content.leaves, document, ())
    for list_name, places in LISTS.items():
        at = tuple(places[version][0].split("."))
        entries: list[dict[str, Any]] = []
        for entry in content.of(list_name):
            found: dict[str, Any] = {}
            writer.leaves(list_name, entry.leaves, found, (*at, len(entries)))
            entries += [found] if found else []
        if entries:
            _put(document, at, entries)
    lacks = writer.take_out_what_is_refused(document)
    return _ordered(document, _order(version), ""), [*content.held, *writer.held()], lacks


class _Writer:
    """Writes leaves and remembers where each went."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._held: list[Held] = []
        self._form = form_written(version)
        self._fields = {info.path: info for info in fields_of(version, self._form)}
        self._written: dict[Path, Leaf] = {}
        self._rounded: list[Held] = []

    def held(self) -> Iterator[Held]:
        """Yield what could not be written, and what was rounded.

        A unit that two numbers share is told by the one that could.
        """
        told = {place for leaf in self._written.values() for place, _ in leaf.said}
        yield from (each for each in self._held if each.path not in told)
        yield from self._rounded

    def leaves(self, list_name: str, leaves: Mapping[str, Leaf], node: dict[str, Any], at: Path) -> None:
        """Write the leaves of the document, or of one entry of a list, into a node at a path."""
        above = LISTS[list_name][self.version][0] + "." if list_name else ""
        for name, leaf in leaves.items():
            try:
                found = self._values(ROWS[list_name][name], leaf, above)
            except NotHeld as why:
                self._held += leaf.held(str(why))
                continue
            for path, value in found.items():
                keys = tuple(path.split("."))
                _put(node, keys, value)
                self._written[(*at, *keys)] = leaf

    def _values(self, row: Row, leaf: Leaf, above: str) -> dict[str, Any]:
        """Return what is written of a leaf, by path below `above`."""
        column = row.columns[self.version]
        if column is None:
            raise NotHeld(NO_PLACE)
        path = paths_of(column)[0]
        if isinstance(column, Amounts):
            return self._amount(column, leaf, above)
        form = row.writes.get(self.version)
        value = form(leaf.value) if form else leaf.value
        return {path: self._spelt(self._fields.get(above + path), value)}

    def _spelt(self, info: FieldInfo | None, value: Any) -> Any:
        if info is not None and info.choices:
            return word_among(value, info.choices)
        return whole_number(value) if info is not None and info.kind == "integer" else value

    def _amount(self, column: Amounts, leaf: Leaf, above: str) -> dict[str, Any]:
        path, amount = paths_of(column)[0], leaf.value
        if column.unit:
            return {path: in_unit(amount, column.unit)}
        unit_path = paths_of(column.unit_path)[0]
        units = self._fields[above + unit_path].choices
        if self._fields[above + path].kind == "integer":
            number, unit, rounded = in_whole_units(amount, units)
            if rounded:
                self._rounded += [Held(place, value, rounded) for place, value in leaf.said[:1]]
            return {path: number, unit_path: unit}
        unit = amount.unit if amount.unit in units else usual_units(amount, units)[0]
        return {path: in_unit(amount, unit), unit_path: unit}

    def take_out_what_is_refused(self, document: dict[str, Any]) -> list[str]:
        """Take values out until the version refuses none; return what it lacks."""
        while True:
            found = [(path, self._place(path)) for path, lacks in self._refusals(document) if not lacks]
            places = dict.fromkeys(place for _, place in found if place is not None)
            if not places:
                return _lacks(self._refusals(document))
            for place in places:
                _remove(document, place)
                self._held += self._written.pop(place).held("is no value that the field may have")

    def _refusals(self, document: Mapping[str, Any]) -> Iterator[tuple[Path, bool]]:
        return refusals(document, self.version, self._form)

    def _place(self, path: Path) -> Path | None:
        """Return the place that was written which a refusal is about."""
        ends = range(len(path), 0, -1)
        return next((path[:end] for end in ends if path[:end] in self._written), None)


def lacks_of(document: Mapping[str, Any], version: str) -> list[str]:
    """Return what a document lacks that its version requires: `task.taskType is missing`."""
    return _lacks(refusals(document, version, form_of(document, version)))


def _lacks(found: Iterable[tuple[Path, bool]]) -> list[str]:
    return [f"{dotted(path)} is missing" for path, lacks in found if lacks]


def refusals(document: Mapping[str, Any], version: str, form: str) -> Iterator[tuple[Path, bool]]:
    """Yield the places of a document that a form of a version refuses, and whether it lacks a value there."""
    from pydantic import ValidationError

    try:
        report_model(version, form).of_document(document)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            yield each["loc"], each["type"] == "missing"


@cache
def _order(version: str) -> Mapping[str, int]:
    """Return the rank of each field, and of each object and list, in the version's own order."""
    order: dict[str, int] = {}
    for index, info in enumerate(fields_of(version, form_written(version))):
        keys = info.path.split(".")
        for end in range(1, len(keys) + 1):
            order.setdefault(".".join(keys[:end]), index)
    return order


def _ordered(node: Any, order: Mapping[str, int], above: str) -> Any:
    if isinstance(node, list):
        return [_ordered(each, order, above) for each in node]
    if not isinstance(node, dict):
        return node
    keys = sorted(node, key=lambda key: order.get(above + key, len(order)))
    return {key: _ordered(node[key], order, f"{above}{key}.") for key in keys}


def _put(node: dict[str, Any], keys: Path, value: Any) -> None:
    *parents, last = keys
    for key in parents:
        node = node.setdefault(key, {})
    node[last] = value


def _remove(document: dict[str, Any], path: Path) -> None:
    """Remove a value, and the object that it leaves empty; entries stay, so that paths keep their meaning."""
    node: Any = document
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    if not node and isinstance(path[-2:][0], str) and len(path) > 1:
        _remove(document, path[:-1])
