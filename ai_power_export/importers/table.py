"""Tables of text: separators, quotes, headers, decimal commas, rows that are too short or too long."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ai_power_export.errors import BadInput
from ai_power_export.facts import Notice
from ai_power_export.importers.imported import Found, Imported, Refused, Senseless
from ai_power_export.importers.text import Line, Text

SEPARATORS = (",", ";", "\t")
EMPTY = frozenset({"", "n/a", "[n/a]", "na", "nan", "none", "null", "-", "[not supported]"})
"""What stands in a cell that says nothing, in lower case. A number that is `nan` is no number either."""
MOST_LINES = 20
"""Lines that a quoted cell may go over; further on, its quote was never closed."""
NOT_ENDED = Notice("line-not-ended", "the file ends without a line break: its last number may be cut off")


@dataclass(frozen=True)
class Header:
    """The columns of a table."""

    names: tuple[str, ...]
    separator: str
    where: str
    """The file's name."""

    def index(self, name: str) -> int | None:
        """Return where a column stands, None if there is none.

        Raises:
            BadInput: It is there twice: which one holds cannot be known.
        """
        places = self._places.get(name, ())
        if len(places) > 1:
            raise BadInput(
                f"the column {name!r} is there {len(places)} times", self.where, "leave one of them"
            )
        return places[0] if places else None

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, name in enumerate(self.names):
            places.setdefault(name, []).append(index)
        return places


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    line: int
    cells: Sequence[str]
    header: Header
    ended: bool

    def text(self, name: str) -> str:
        """Return the cell of a column; empty where there is no such column or it says nothing."""
        index = self.header.index(name)
        cell = self.cells[index].strip() if index is not None else ""
        return "" if cell.lower() in EMPTY else cell

    def number(self, name: str) -> float | None:
        """Return the number in a column, None where there is none.

        Raises:
            Senseless: What stands there is no finite number.
        """
        index = self.header.index(name)
        cell = self.cells[index].strip() if index is not None else ""
        return None if cell.lower() in EMPTY - {"nan"} else self.as_number(name, cell)

    def needed(self, name: str) -> float:
        """Return the number in a column.

        Raises:
            Senseless: There is none.
        """
        found = self.number(name)
        if found is None:
            raise Senseless(f"{name} is empty")
        return found

    def count(self, name: str) -> int | None:
        """Return a whole number, None where there is none or it is not whole."""
        found = self.number(name)
        return int(found) if found is not None and found.is_integer() else None

    def as_number(self, name: str, cell: str) -> float:
        """Read a number; a comma is its decimal point where columns are not separated by commas.

        Raises:
            Senseless: It is none, or not finite.
        """
        try:
            found = float(with_point(cell) if self.header.separator != "," else cell)
        except ValueError:
            raise Senseless(f"{name} is no number ({cell[:40]!r})") from None
        if not math.isfinite(found):
            raise Senseless(f"{name} is no finite number ({cell})")
        return found


def with_point(cell: str) -> str:
    """Write a number of a country with decimal commas with a point: `1.234,5` as `1234.5`."""
    return cell.replace(".", "").replace(",", ".") if "," in cell else cell


def header_of(head: str, where: str = "") -> Header:
    """Return the columns named by the first line of a text that is no comment; none of an empty one."""
    for line in head.splitlines():
        if line.lower().startswith("sep=") or line.startswith("#") or not line.strip():
            continue
        return _header(line, where)
    return Header((), ",", where)


def _header(line: str, where: str) -> Header:
    split = {separator: _cells(line, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(split[each]))
    names = tuple(name.strip() for name in split[separator])
    while names and not names[-1]:
        names = names[:-1]  # Zeus ends its header with a bare comma
    return Header(names, separator, where)


def _cells(line: str, separator: str) -> list[str]:
    """Split a line; `csv` limits the length of a cell, which bounds memory."""
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return [line]


def rows(
    text: Text, needed: Iterable[str], mend: Callable[[Row], Row] | None = None
) -> Iterator[Row | Refused]:
    """Yield the rows of a table below its header, and refusals of those that do not fit it.

    A header that comes again, as in files put one behind the other, holds from there on.

    Args:
        text: The file.
        needed: Columns by which a header is known.
        mend: Makes a row of too few cells whole, or raises `Senseless`.

    Raises:
        BadInput: There is no such header, or a line is too long.
    """
    columns = frozenset(needed)
    header = header_of(text.head, text.name)
    if not columns <= set(header.names):
        lacking = ", ".join(sorted(columns - set(header.names)))
        raise BadInput(f"has no column {lacking}", text.name, f"it has {', '.join(header.names)[:200]}")
    is_first = True
    for lines in _records(text):
        line = lines[0]
        found = _cells("\n".join(each.text for each in lines), header.separator)
        names = tuple(cell.strip() for cell in found)
        if columns <= set(names):
            header = header if is_first else _header(lines[0].text, text.name)
            is_first = False
            continue
        if is_first:
            continue  # a comment, or Excel's `sep=;`
        yield _fitted(Row(line.number, found, header, lines[-1].ended), mend)


def _records(text: Text) -> Iterator[list[Line]]:
    """Put together the lines of quoted cells that go over several; leave empty lines and comments out."""
    pending: list[Line] = []
    for line in text.lines():
        if not pending and (not line.text.strip(" ,;\t") or line.text.startswith("#")):
            continue
        pending.append(line)
        if sum(each.text.count('"') for each in pending) % 2 and len(pending) < MOST_LINES:
            continue
        yield from [pending] if len(pending) < MOST_LINES else ([each] for each in pending)
        pending = []
    yield from ([each] for each in pending)


def _fitted(row: Row, mend: Callable[[Row], Row] | None) -> Row | Refused:
    """Return a row with as many cells as there are columns, or why that cannot be."""
    wanted, cells = len(row.header.names), list(row.cells)
    while len(cells) > wanted and not cells[-1].strip():
        cells.pop()
    fitted = Row(row.line, cells, row.header, row.ended)
    if len(cells) == wanted:
        return fitted
    try:
        if len(cells) < wanted and mend is not None:
            return mend(fitted)
    except Senseless as why:
        return Refused(row.line, str(why))
    return Refused(row.line, f"has {len(cells)} cells under {wanted} columns")


def read_rows(found: Iterable[Row | Refused], convert: Callable[[Row], Imported | None]) -> Iterator[Found]:
    """Turn each row into what it tells; a row that makes no sense into its refusal; None says nothing."""
    for row in found:
        if isinstance(row, Refused):
            yield row
            continue
        try:
            told = convert(row)
        except Senseless as why:
            yield Refused(row.line, str(why))
            continue
        if told is not None:
            yield told if row.ended else replace(told, notices=(*told.notices, NOT_ENDED))
