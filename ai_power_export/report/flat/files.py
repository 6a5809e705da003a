"""Tables as files: which form a file has, files that are whole or not there, and their rows back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.cells import Senseless
from ai_power_export.report.flat.columns import Column, without_places
from ai_power_export.report.flat.csv_form import csv_names, csv_rows, csv_writer
from ai_power_export.report.flat.form import Form
from ai_power_export.report.flat.jsonl_form import jsonl_names, jsonl_rows, jsonl_writer
from ai_power_export.report.flat.parquet_form import (
    need_pyarrow,
    parquet_names,
    parquet_rows,
    parquet_writer,
)
from ai_power_export.report.flat.rows import Row
from ai_power_export.report.write import whole_file

Write = Callable[[Row], object]

_WRITERS: dict[Form, Callable[[Path, Sequence[Column]], AbstractContextManager[Write]]] = {
    Form.CSV: csv_writer,
    Form.JSONL: jsonl_writer,
    Form.PARQUET: parquet_writer,
}
_READERS: dict[Form, Callable[[Path], Iterator[tuple[str, Row | Senseless]]]] = {
    Form.CSV: csv_rows,
    Form.JSONL: jsonl_rows,
    Form.PARQUET: parquet_rows,
}
_NAMES: dict[Form, Callable[[Path], list[str]]] = {
    Form.CSV: csv_names,
    Form.JSONL: jsonl_names,
    Form.PARQUET: parquet_names,
}


def form_of(path: Path) -> Form:
    """Return the form of a file by its suffix.

    Raises:
        BadInput: The suffix is none of a table, or pyarrow is missing for Parquet.
    """
    try:
        form = Form(path.suffix.lower().removeprefix("."))
    except ValueError:
        raise BadInput("is no name of a table", str(path), "end it in .csv, .jsonl or .parquet") from None
    if form is Form.PARQUET:
        need_pyarrow()
    return form


@contextmanager
def new_table(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """Yield what writes a row of a table to a file, of the form that its suffix says.

    The file appears at the end, whole, in the place of an older one. After an error inside, all is
    as it was.

    Raises:
        BadInput: As `form_of`.
        OSError: It cannot be written.
    """
    form = form_of(path)
    with whole_file(path, durable=False) as temporary, _WRITERS[form](temporary, columns) as write:
        yield write


def is_older(path: Path, columns: Sequence[Column]) -> bool:
    """Tell whether a file is an older table of these columns: it may have other numbers of list entries.

    Raises:
        BadInput: As `form_of`.
        OSError: It cannot be read.
    """
    try:
        found = _NAMES[form_of(path)](path) if path.is_file() else []
    except (ValueError, csv.Error):
        return False
    names = [column.name for column in columns]
    # Columns that somebody has added are theirs.
    known = set(map(without_places, found)) <= set(map(without_places, names))
    return known and (found[:1], found[-1:]) == (names[:1], names[-1:])


def table_rows(path: Path) -> Iterator[tuple[str, Row | Senseless]]:
    """Yield the rows of a wide table, each with its place (`reports.csv:12`) or with what is wrong with it.

    Raises:
        BadInput: It cannot be read, or is no table of reports.
    """
    try:
        yield from _READERS[form_of(path)](path)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", str(path)) from None
