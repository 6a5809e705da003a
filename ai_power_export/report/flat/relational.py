"""The relational form: a row a report, and a row an entry of its lists, joined by keys.

`report` is the key of `reports`; in the other tables `report` and `index` are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.report.flat.columns import FILE, INDEX, REPORT, TABLES
from ai_power_export.report.flat.rows import Place, Row, fill, values_of, with_rest


def to_rows(document: Mapping[str, Any], number: int, file: str = "") -> list[tuple[str, Row]]:
    """Return the rows of a report, each with its table, that of `reports` first.

    Args:
        document: Any JSON object; its numbers are finite.
        number: Its key, from 1.
        file: Name of its file; empty if it has none.
    """
    first: Row = {REPORT.name: number, **({FILE.name: file} if file else {})}
    rows: dict[tuple[str, int], tuple[Row, dict[str, Any]]] = {("reports", 0): (first, {})}
    for found in values_of(document):
        table, index, place = _home(found.place)
        fresh: Row = {REPORT.name: number, INDEX.name: index}
        row, rest = rows.setdefault((table, index), (fresh, {}))
        fill(row, rest, found._replace(place=place))
    return [(table, with_rest(row, rest)) for (table, _), (row, rest) in rows.items()]


def _home(place: Place) -> tuple[str, int, Place]:
    """Return the table of a value, its index there, and its place within the entry."""
    for depth, part in enumerate(place):
        if isinstance(part, int):
            return _TABLE_OF[".".join(map(str, place[:depth]))], part, place[depth + 1 :]
    return "reports", 0, place


_TABLE_OF = {list_path: table for table, list_path in TABLES.items() if list_path}
