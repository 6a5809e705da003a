"""Tables as CSV: RFC 4180, UTF-8, a header, an empty cell for none, and no formulas for spreadsheets."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.cells import Cell, Senseless
from ai_power_export.report.flat.columns import Column, Type, no_column, type_of
from ai_power_export.report.flat.rows import Row

FORMULA = re.compile(r"'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""Beginnings of texts that spreadsheets may run as formulas, the full-width signs of Asian keyboards
among them (OWASP, "CSV Injection"), with the apostrophes before them that keep them from it."""

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

LONGEST_CELL = 1 << 27
"""Characters; Python's own limit of 131,072 is less than a report may hold in one text."""


@contextmanager
def csv_writer(path: Path, columns: Sequence[Column]) -> Iterator[Callable[[Row], object]]:
    """Make a new file; yield what writes a row."""
    with path.open("x", encoding="utf-8", newline="") as file:
        yield csv_into(file, columns)


def csv_into(file: TextIO, columns: Sequence[Column]) -> Callable[[Row], object]:
    """Write the header of a table to an open file; return what writes a row.

    Doubles always show their point (`12.0`), so that readers which guess types guess right.
    """
    names = [column.name for column in columns]
    writer = csv.writer(file)
    writer.writerow(names)
    return lambda row: writer.writerow([_shown(row.get(name)) for name in names])


def _shown(cell: Cell | None) -> Cell | None:
    return "'" + cell if isinstance(cell, str) and FORMULA.match(cell) else cell


def csv_names(path: Path) -> list[str]:
    """Return the names of the columns of any CSV file.

    Raises:
        ValueError, csv.Error: It is none.
        OSError: It cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def csv_rows(path: Path) -> Iterator[tuple[str, Row | Senseless]]:
    """Yield the rows of a wide table with their places, and what is wrong with those that are none.

    Raises:
        BadInput: It has other columns, is not UTF-8, or no CSV from some line on.
        OSError: It cannot be read.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            kinds = _columns(next(reader, []), path.name)
            line = reader.line_num + 1
            for cells in reader:
                yield f"{path.name}:{line}", _row(cells, kinds)
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadInput(f"cannot be read as CSV: {error}", f"{path.name}:{reader.line_num}") from None
        except UnicodeDecodeError:
            raise BadInput("is not UTF-8", path.name) from None


def _columns(names: Sequence[str], where: str) -> list[tuple[str, Type]]:
    kinds = []
    for name in names:
        kind = type_of(name)
        if kind is None:
            raise BadInput(no_column(name), where, "take it out, or put its values into rest")
        kinds.append((name, kind))
    if not kinds or len(set(names)) < len(names):
        raise BadInput("has no header, or a column twice", where)
    return kinds


def _row(cells: Sequence[str], kinds: Sequence[tuple[str, Type]]) -> Row | Senseless:
    if len(cells) != len(kinds):
        return Senseless(f"has {len(cells)} cells under {len(kinds)} columns")
    try:
        return {
            name: _cell(text, name, kind) for text, (name, kind) in zip(cells, kinds, strict=True) if text
        }
    except Senseless as why:
        return why


def _cell(text: str, name: str, kind: Type) -> Cell:
    if kind == "string":
        return text[1:] if text.startswith("'") and FORMULA.match(text) else text
    number = NUMBER.fullmatch(text)
    if not number or len(text) > 400:
        raise Senseless(f"{name}: {text[:40]!r} is no number")
    return float(text) if number[1] or number[2] else int(text)
