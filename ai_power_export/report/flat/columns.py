"""The columns of tables of reports: their names, order and types.

They follow from the format and from the lengths of lists alone, never from
which fields happen to be filled: a column that a program relies on is there in
every table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import groupby
from typing import Literal

from ai_power_export.reconcile.verdict import LISTS, list_of
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.format.fields import FieldInfo

Type = Literal["string", "int64", "float64"]

TYPES: Mapping[str, Type] = {"string": "string", "number": "float64", "integer": "int64"}
"""Types of columns by the JSON types of fields. Dates stay the text that they are in the format, which
gives them no time zone."""

MOST_ENTRIES = 50
"""Entries of a list that get columns in the wide form; `rest` has the others. One report with a list of
thousands would else widen the rows of all."""

INDEX_TEXT = re.compile("0|[1-9][0-9]{0,8}")
"""The place of an entry in a list, as it is written."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    type: Type
    description: str


FILE = Column("file", "string", "name of the report's file, without its folders")
REST = Column(
    "rest", "string", "what the other columns cannot hold: a JSON object of exact values by JSON Pointer"
)
REPORT = Column("report", "int64", "number of the report within these tables, from 1")
INDEX = Column("index", "int64", "place in the report's list, from 0")

TABLES: Mapping[str, str | None] = {
    "reports": None,
    "algorithms": "task.algorithms",
    "datasets": "task.dataset",
    "measures": "measures",
    "components": "infrastructure.components",
}
"""The tables of the relational form, each with the format's list whose entries are its rows."""


def wide_columns(lengths: Mapping[str, int]) -> tuple[Column, ...]:
    """Return the columns of the wide form, in the order of the format, list entries one after the other.

    Names are dotted paths, with the places of list entries from 0: `task.algorithms.0.classPath`.

    Args:
        lengths: Columns are made for so many entries of a list, by its path; at least for one.
    """
    return (FILE, *_field_columns(lengths), REST)


def _field_columns(lengths: Mapping[str, int]) -> Iterator[Column]:
    for list_path, fields in groupby(FIELDS, key=lambda info: list_of(info.path)):
        if list_path is None:
            yield from (_column(info.path, info) for info in fields)
            continue
        of_entry = list(fields)
        for index in range(max(1, lengths.get(list_path, 0))):
            for info in of_entry:
                yield _column(f"{list_path}.{index}{info.path.removeprefix(list_path)}", info)


def table_columns(table: str) -> tuple[Column, ...]:
    """Return the columns of one of `TABLES`.

    `reports` has dotted paths as the wide form; the others the names that entries have in the format.
    """
    list_path = TABLES[table]
    fields = [info for info in FIELDS if list_of(info.path) == list_path]
    if list_path is None:
        return (REPORT, FILE, *(_column(info.path, info) for info in fields), REST)
    named = (_column(info.path.removeprefix(f"{list_path}."), info) for info in fields)
    return (REPORT, INDEX, *named, REST)


def _column(name: str, info: FieldInfo) -> Column:
    return Column(name, TYPES[info.kind], info.description)


@lru_cache(maxsize=1 << 14)
def type_of(name: str) -> Type | None:
    """Return the type of a column of the wide form, for any place in a list; None where there is none."""
    if name in (FILE.name, REST.name):
        return "string"
    path, list_path = name, next((each for each in LISTS if name.startswith(f"{each}.")), None)
    if list_path is not None:
        index, _, field = name.removeprefix(f"{list_path}.").partition(".")
        path = f"{list_path}.{field}" if INDEX_TEXT.fullmatch(index) else ""
    return _types().get(path)


def without_places(name: str) -> str:
    """Return the name of a wide column without the places of list entries: one for all entries."""
    return ".".join(part for part in name.split(".") if not INDEX_TEXT.fullmatch(part))


def no_column(name: str) -> str:
    """Say that the wide form has no such column, and which one may be meant."""
    near = get_close_matches(name, [column.name for column in wide_columns({})], 1)
    return f"{name[:60]!r} is no column of a wide table" + (f"; did you mean {near[0]}?" if near else "")


@cache
def _types() -> Mapping[str, Type]:
    return {info.path: TYPES[info.kind] for info in FIELDS}


def list_lengths(most: Mapping[str, int], document: Mapping[str, object]) -> dict[str, int]:
    """Return the greater of known lengths and those of a document's lists, at most `MOST_ENTRIES`."""
    return {path: max(most.get(path, 0), min(_length(document, path), MOST_ENTRIES)) for path in LISTS}


def _length(document: object, path: str) -> int:
    for key in path.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return len(document) if isinstance(document, list) else 0
