"""CSV files in stretches of rows, and their cells as numbers to the last bit."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ai_power_export.errors import BadInput

STRETCH = 20_000
"""Rows that are in memory at a time."""

NOTHING = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "?"})
"""Words for no value, in small letters."""


@dataclass(frozen=True)
class Stretch:
    """Some rows of a table."""

    columns: Sequence[str]
    """The header."""
    rows: list[list[str]]
    """Each as long as the header."""

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def stretches_of(path: Path) -> Iterator[Stretch]:
    """Yield the rows of a table, some at a time; at least one stretch, empty where there are none.

    Raises:
        BadInput: The file cannot be read, is no CSV in UTF-8, has no header or one with a name twice, or
            a row that is not as long.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                yield from _stretches(reader, path.name)
            except csv.Error as error:
                raise BadInput(f"cannot be read as CSV: {error}", f"{path.name}:{reader.line_num}") from None
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8", path.name) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", str(path)) from None


def _stretches(reader: Iterator[list[str]], name: str) -> Iterator[Stretch]:
    columns = next(reader, [])
    twice = [column for column, times in Counter(columns).items() if times > 1]
    if not columns or twice:
        raise BadInput(f"has two columns {twice[0]!r}" if twice else "is empty: it has no header", name)
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        raise BadInput("its cells are not separated by commas", name)
    before = 0
    while rows := list(islice(filter(None, reader), STRETCH)):
        for place, row in enumerate(rows, before + 1):
            if len(row) != len(columns):
                raise BadInput(f"row {place} has {len(row)} cells, and the header {len(columns)}", name)
        before += len(rows)
        yield Stretch(columns, rows)
    if not before:
        yield Stretch(columns, [])


def numbers_of(cells: Sequence[str]) -> list[float]:
    """Return cells as numbers: NaN where they say there is none, infinity where they are no number."""
    if "_" not in "".join(cells):  # Python reads `1_000`; no table means that
        with suppress(ValueError):
            return [float(cell) if cell else math.nan for cell in cells]
    return [_number(cell.strip()) for cell in cells]


def _number(cell: str) -> float:
    if cell.lower() in NOTHING:
        return math.nan
    try:
        return math.inf if "_" in cell else float(cell)
    except ValueError:
        return math.inf
