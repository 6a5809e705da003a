"""Tables as JSON Lines: an object a row, with every column, null for none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.cells import Senseless
from ai_power_export.report.flat.columns import Column
from ai_power_export.report.flat.rows import Row
from ai_power_export.report.reading.text import NotJson, parse_json


@contextmanager
def jsonl_writer(path: Path, columns: Sequence[Column]) -> Iterator[Callable[[Row], object]]:
    """Make a new file; yield what writes a row.

    Nulls are written because some readers take the columns from the first lines and silently leave
    out those that come later.
    """
    names = [column.name for column in columns]
    with path.open("x", encoding="utf-8", newline="\n") as file:
        yield lambda row: file.write(
            json.dumps({name: row.get(name) for name in names}, ensure_ascii=False) + "\n"
        )


def jsonl_names(path: Path) -> list[str]:
    """Return the names of the columns of any file of JSON Lines; none where its first line is no object.

    Raises:
        ValueError: It is not UTF-8.
        OSError: It cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        first = _row(file.readline())
    return list(first) if isinstance(first, dict) else []


def jsonl_rows(path: Path) -> Iterator[tuple[str, Row | Senseless]]:
    """Yield the rows of a table with their places, and what is wrong with those that are none.

    Raises:
        BadInput: It is not UTF-8.
        OSError: It cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path.name}:{number}", _row(line)
        except UnicodeDecodeError:
            raise BadInput("is not UTF-8", path.name) from None


def _row(line: str) -> Row | Senseless:
    try:
        found = parse_json(line.encode())
    except NotJson as error:
        return Senseless(error.what)
    return found if isinstance(found, dict) else Senseless("is no JSON object")
