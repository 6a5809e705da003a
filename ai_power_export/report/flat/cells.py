"""Cells: what a typed column can hold of a value, and the value that a cell stands for."""

from __future__ import annotations

from typing import Any

from ai_power_export.report.flat.columns import Type

Cell = str | int | float
"""What stands in a cell; an empty one is None, or is left out of its row."""

LARGEST_EXACT = 2.0**53
"""Up to here every whole number is a double of its own."""


class Senseless(ValueError):
    """A row, or a cell of it, that no report can have; the text says why."""


def cell_of(value: Any, kind: Type) -> Cell | None:
    """Return the cell of a value; None where the column cannot hold anything like it.

    An empty text is no cell, because CSV could not tell it from none. NUL and half characters
    (lone surrogates) cannot be written to every kind of file.
    """
    if kind == "string":
        fits = isinstance(value, str) and value and "\0" not in value and not _has_surrogates(value)
        return value if fits else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind == "int64":
        return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None
    try:
        return float(value)
    except OverflowError:
        return None


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else False


def value_of(cell: object, kind: Type) -> Cell:
    """Return the value that a cell stands for.

    A column of doubles cannot tell 12 from 12.0: it stands for 12, and for 12.0 it is
    `rest` that says so.

    Raises:
        Senseless: It is no cell of such a column.
    """
    if kind == "string":
        if isinstance(cell, str):
            return cell
        raise Senseless(f"{cell!r} is no text")
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell - cell != 0:
        raise Senseless(f"{cell!r} is no number")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= LARGEST_EXACT:
        return int(cell)
    if kind == "int64" and not isinstance(cell, int):
        raise Senseless(f"{cell!r} is no whole number")
    return cell


def says(cell: Cell | None, kind: Type, value: Any) -> bool:
    """Say whether a cell alone stands for exactly this value."""
    if cell is None:
        return False
    stood_for = value_of(cell, kind)
    return type(stood_for) is type(value) and stood_for == value
