"""Reports as they are served: JSON as they came, or wide tables in CSV and Parquet; all as streams.

Tables have the columns of `aipower table`, for so many entries of lists as `LENGTHS` says, whatever the
reports: all pages, and what is fetched next year, have the same. `rest` holds what has no column, so
nothing is lost. Reports of older versions are converted to the current one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from ai_power_export.registry.paging import Kept
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.flat.columns import wide_columns
from ai_power_export.report.flat.csv_form import csv_into
from ai_power_export.report.flat.parquet_form import parquet_writer
from ai_power_export.report.flat.rows import Row
from ai_power_export.report.flat.wide import to_row
from ai_power_export.report.format.versions import CURRENT, version_of
from ai_power_export.report.write import report_name


class Form(str, Enum):
    """How reports are written; the value is what `format` says."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


MEDIA_TYPES: Mapping[Form, str] = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv",
    Form.PARQUET: "application/vnd.apache.parquet",
}

LENGTHS: Mapping[str, int] = {
    "task.algorithms": 3,
    "task.dataset": 3,
    "measures": 2,
    "infrastructure.components": 5,
}
"""Entries of lists that have columns: 169 in all."""

PIECE = 1 << 16
"""Bytes that are sent at a time, about."""


def accepted(accept: str) -> Form | None:
    """Return the form that an `Accept` header prefers (RFC 9110, section 12.5.1); None if there is none such.

    >>> accepted("text/csv;q=0.5, application/json;q=0.9"), accepted("*/*"), accepted("image/png")
    (<Form.JSON: 'json'>, <Form.JSON: 'json'>, None)
    """
    wanted = [_range(each) for each in accept.split(",")] if accept.strip() else [("*/*", 1.0)]
    weights = {form: _weight(media_type, wanted) for form, media_type in MEDIA_TYPES.items()}
    best = max(MEDIA_TYPES, key=lambda form: weights[form])
    return best if weights[best] > 0 else None


def _range(text: str) -> tuple[str, float]:
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    told = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return media_range, float(told)
    except ValueError:
        return media_range, 0.0


def _weight(media_type: str, wanted: Iterable[tuple[str, float]]) -> float:
    """Return the weight of a media type: that of the range which names it most closely."""
    closeness = {"*/*": 1, f"{media_type.partition('/')[0]}/*": 2, media_type: 3}
    told = [(closeness[name], weight) for name, weight in wanted if name in closeness]
    return max(told)[1] if told else 0.0


def as_json(kept: Iterable[Kept], cursor: str | None) -> Iterator[bytes]:
    """Yield an object with the reports, each as it was sent, and the cursor of the next page."""
    parts, size = ['{"reports":['], 0
    for place, each in enumerate(kept):
        parts.append(f"{',' if place else ''}{_entry(each)}")
        size += len(parts[-1])
        if size > PIECE:
            yield "".join(parts).encode()
            parts, size = [], 0
    parts.append(f'],"next":{json.dumps(cursor)}}}\n')
    yield "".join(parts).encode()


def _entry(kept: Kept) -> str:
    about = {
        "id": kept.report_id,
        "version": kept.version,
        "hash": kept.hash,
        "received": kept.received,
        "url": f"/reports/{kept.report_id}/versions/{kept.version}",
    }
    return f'{json.dumps(about)[:-1]}, "report": {kept.document}}}'


def as_csv(kept: Iterable[Kept]) -> Iterator[bytes]:
    """Yield a CSV; texts that a spreadsheet would run as formulas have an apostrophe before them."""
    text = io.StringIO(newline="")
    write = csv_into(text, wide_columns(LENGTHS))
    for each in kept:
        write(row_of(each))
        if text.tell() > PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def as_parquet(kept: Iterable[Kept]) -> Iterator[bytes]:
    """Yield a Parquet file; its row groups bound memory.

    Raises:
        BadInput: pyarrow is missing.
    """
    sink = _Sink()
    with parquet_writer(sink, wide_columns(LENGTHS)) as write:
        for each in kept:
            write(row_of(each))
            yield from sink.taken()
    yield from sink.taken()


class _Sink(io.RawIOBase):
    """A file that is taken away while it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._parts.append(bytes(content))
        self._size += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._size

    def taken(self) -> list[bytes]:
        """Return what was written since this was last called."""
        parts, self._parts = self._parts, []
        return parts


def row_of(kept: Kept) -> Row:
    """Return the wide row of a report."""
    document = json.loads(kept.document)
    version = version_of(document)
    if version != CURRENT:
        document = convert(document, version, CURRENT).document
    return to_row(document, LENGTHS, f"{report_name(document)}.json")


TABLES: Mapping[Form, Callable[[Iterable[Kept]], Iterator[bytes]]] = {
    Form.CSV: as_csv,
    Form.PARQUET: as_parquet,
}
