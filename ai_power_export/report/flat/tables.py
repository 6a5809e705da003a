"""Reports to tables, and wide tables back to reports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.cells import Senseless
from ai_power_export.report.flat.columns import FILE, TABLES, Column, table_columns, wide_columns
from ai_power_export.report.flat.files import is_older, new_table, table_rows
from ai_power_export.report.flat.form import Form
from ai_power_export.report.flat.relational import to_rows
from ai_power_export.report.flat.wide import to_document, to_row
from ai_power_export.report.write import report_name, write_json

Reports = Iterable[tuple[str, Mapping[str, Any]]]
"""Names of files, each with the report in it."""

PLAIN_NAME = re.compile(r"\w[\w .+-]*\.json")
"""Names of files that a table may choose: in no other folder, and not hidden."""
LONGEST_NAME = 200
"""Bytes of such a name: most file systems take 255, and a number may be added."""


def check_replaced(place: Path, form: Form | None) -> None:
    """Refuse to write tables over files that are no older tables of the same kind.

    Args:
        place: The file of a wide table, or the folder of the relational form.
        form: Of the relational form; None for a wide table.

    Raises:
        BadInput: Such a file is there, or the suffix is none of a table, or pyarrow is missing.
        OSError: It cannot be read.
    """
    files = {place: wide_columns({})} if form is None else _relational_files(place, form)
    for path, columns in files.items():
        if os.path.lexists(path) and not is_older(path, columns):
            raise BadInput("is there already, and is no older table", str(path), "--force replaces it")


def write_wide(reports: Reports, lengths: Mapping[str, int], path: Path) -> int:
    """Write one row a report; return how many there were.

    Args:
        reports: Are gone through once, one at a time.
        lengths: So many entries of a list get columns, by its path (`list_lengths`); `rest` has the others.
        path: The file; its suffix says which `Form`.

    Raises:
        BadInput: The suffix is none of a table, pyarrow is missing, or there are no reports; nothing is
            written.
        OSError: The file cannot be written.
    """
    count = 0
    with new_table(path, wide_columns(lengths)) as write:
        for file, document in reports:
            write(to_row(document, lengths, file))
            count += 1
        _need_reports(count)
    return count


def write_relational(reports: Reports, folder: Path, form: Form) -> int:
    """Write a file for each of `TABLES` into a folder; return how many reports there were.

    Raises:
        As `write_wide`.
    """
    count = 0
    with ExitStack() as stack:
        writes = {
            path.stem: stack.enter_context(new_table(path, columns))
            for path, columns in _relational_files(folder, form).items()
        }
        for file, document in reports:
            count += 1
            for table, row in to_rows(document, count, file):
                writes[table](row)
        _need_reports(count)
    return count


def _relational_files(folder: Path, form: Form) -> dict[Path, tuple[Column, ...]]:
    return {folder / f"{table}.{form.value}": table_columns(table) for table in TABLES}


def _need_reports(count: int) -> None:
    if not count:
        raise BadInput("there is no report to write a table of")


def reports_of(table: Path) -> Iterator[tuple[str, dict[str, Any] | Senseless]]:
    """Yield the report of each row of a wide table, with the name of its file, or what is wrong with a row.

    The name is the one in the table if it is plain and in no other folder, else made as for new
    reports. A row that is wrong comes with its place in the table.

    Raises:
        BadInput: It cannot be read, or is no wide table of reports.
    """
    for place, row in table_rows(table):
        if isinstance(row, Senseless):
            yield place, row
            continue
        try:
            document = to_document(row)
        except Senseless as why:
            yield place, why
            continue
        yield _file_name(row.get(FILE.name), document), document


def _file_name(said: object, document: Mapping[str, Any]) -> str:
    is_plain = (
        isinstance(said, str)
        and PLAIN_NAME.fullmatch(said)
        and len(said.encode()) <= LONGEST_NAME
        and not said.endswith(".evidence.json")
    )
    return str(said) if is_plain else f"{report_name(document)}.json"


class ReportFolder:
    """A folder that reports are written into, each under a name of its own; the first makes it."""

    def __init__(self, path: Path) -> None:
        """Take a folder that is new or empty.

        Raises:
            BadInput: It is not: a report that is there is never changed.
        """
        try:
            is_taken = path.exists() and any(path.iterdir())
        except OSError as error:
            raise BadInput(f"cannot be written to: {error.strerror or error}", str(path)) from None
        if is_taken:
            raise BadInput("is not empty", str(path), "name a new folder")
        self._path = path
        self._taken: dict[str, int] = {}
        """How often a name was wanted, in lower case, as some file systems see it."""

    def add(self, name: str, document: Mapping[str, Any]) -> Path:
        """Write a report; where the name is taken, under a number: `report-2.json`.

        Raises:
            OSError, ValueError: It cannot be written.
        """
        path = self._path / name
        while path.name.casefold() in self._taken:
            number = self._taken[name.casefold()] = self._taken[name.casefold()] + 1
            path = self._path / f"{name.removesuffix('.json')}-{number}.json"
        self._taken[path.name.casefold()] = 1
        # What a power cut takes can be written again.
        write_json(path, document, durable=False)
        return path
