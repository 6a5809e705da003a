"""A CSV file that another program appends rows to: the numbers of one column, as they come."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import NamedTuple

from ai_power_export.measure.meters.interface import MeterFailed

DELIMITERS = ",;\t"


class Number(NamedTuple):
    """A value that a meter has told."""

    value: float
    text: str
    """As it was written."""
    at: float
    """The `perf_counter` time that it is of (s)."""


def number(text: str, told_by: str, at: float) -> Number:
    """Read a number.

    Raises:
        MeterFailed: It is none.
    """
    try:
        return Number(float(text), text, at)
    except ValueError:
        shown = text if len(text) <= 40 else f"{text[:40]}..."
        raise MeterFailed(f"{told_by} {shown!r}, not a number") from None


class GrowingCsv:
    """Follows one column of a file, from its present end on."""

    def __init__(self, path: Path, column: str) -> None:
        """Find the column.

        Args:
            path: The file.
            column: Name in the file's first line, or number from 1; empty where there is one column only.

        Raises:
            MeterFailed: No such file or column.
        """
        self._path = path
        try:
            with path.open(encoding="utf-8-sig", errors="replace") as file:
                header = file.readline()
            self._position = path.stat().st_size
        except OSError as error:
            raise MeterFailed(f"{path.name} cannot be read: {error.strerror}") from error
        self._delimiter = max(DELIMITERS, key=header.count)
        self._index = self._index_of(column, [name.strip() for name in self._cells(header)])
        # A row may just be half written: it counts as new once it is whole.
        self._position -= len(self._bytes_from(0).rpartition(b"\n")[2])

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._delimiter), [])

    def _index_of(self, column: str, names: list[str]) -> int:
        if column in names:
            return names.index(column)
        if column.isdigit() and 0 < int(column) <= len(names):
            return int(column) - 1
        if not column and len(names) == 1:
            return 0
        wanted = f"no column {column!r}" if column else "more than one column: give column=..."
        raise MeterFailed(f"{self._path.name} has {wanted}; there are {', '.join(names)}")

    def new(self) -> list[Number]:
        """Return the numbers of the rows that have come since this was last asked.

        Raises:
            MeterFailed: A row holds none, or the file has become shorter or unreadable.
        """
        fresh = self._bytes_from(self._position)
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._position += len(whole)
        at = time.perf_counter()
        rows = [self._cells(line) for line in whole.decode("utf-8", "replace").splitlines() if line.strip()]
        return [number(self._cell(row), f"{self._path.name} holds", at) for row in rows]

    def _cell(self, row: list[str]) -> str:
        return row[self._index].strip() if self._index < len(row) else ""

    def _bytes_from(self, position: int) -> bytes:
        try:
            with self._path.open("rb") as file:
                if file.seek(0, 2) < position:
                    raise MeterFailed(f"{self._path.name} has become shorter")
                file.seek(position)
                return file.read()
        except OSError as error:
            raise MeterFailed(f"{self._path.name} cannot be read: {error.strerror}") from error
