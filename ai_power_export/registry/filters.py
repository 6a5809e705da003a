"""Which reports are asked for: filters of a query as conditions, the same in SQLite and PostgreSQL.

| in the query | means |
|---|---|
| `country=FRA` | is this; given several times: is one of them |
| `energy.min=0.1`, `energy.max=2` | a number or moment from, up to; both ends are within |
| `algorithm.contains=forest`, `gpu.prefix=nvidia` | a text has this in it, begins with it |
| `accuracy.known=true` | has a value, or has none (`false`) |

All of them hold at once. ASCII letters match whether large or small. Of fields that are lists (`algorithm`,
`gpu`, ...) one entry has to match. A moment may be cut short: `date.max=2026-11` is up to its end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from ai_power_export.registry.columns import BETWEEN, COLUMNS, LONGEST, Column, meant
from ai_power_export.registry.tables import reports

RECEIVED = Column("received", "moment", "", "when the registry got it, in UTC")
FILTERED: Mapping[str, Column] = {column.name: column for column in (*COLUMNS, RECEIVED)}
"""What filters and sorting may name."""

RANGES, PARTS, KNOWN = ("min", "max"), ("contains", "prefix"), "known"
MOST_VALUES = 100
"""Filters of one query at most, values of one name each counted."""

_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([ T]\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?)?)?)?", re.ASCII)
_FIRST = "0001-01-01 00:00:00"
_LAST = "9999-12-31 23:59:59.999999"
"""What a moment that is cut short is completed with to the end of its year, month, day, ..."""


class BadQuery(Exception):
    """A query that means nothing; the text says why, in one line."""


def kinds_of(column: Column) -> tuple[str, ...]:
    """Return what may stand after a column's name and a point in a filter."""
    return (*(RANGES if column.kind in ("number", "moment") else PARTS), KNOWN)


def conditions(asked: Iterable[tuple[str, str]]) -> list[ColumnElement[bool]]:
    """Return the conditions that filters are.

    Args:
        asked: Names and values of the query, those that are no filters left out.

    Raises:
        BadQuery: A filter that there is not, or a value that it cannot have.
    """
    values: dict[str, list[str]] = {}
    for place, (name, value) in enumerate(asked):
        if place >= MOST_VALUES:
            raise BadQuery(f"at most {MOST_VALUES} filters are taken at once")
        values.setdefault(name, []).append(value)
    return [_condition(name, found) for name, found in values.items()]


@lru_cache(maxsize=4096)
def lowered(text: str) -> str:
    """Return a text with its ASCII letters small, as SQL's lower() has them in both databases.

    >>> lowered("ÉCOLE")
    'École'
    """
    return re.sub("[A-Z]+", lambda letters: letters[0].lower(), text)


def _condition(name: str, values: list[str]) -> ColumnElement[bool]:
    column_name, _, kind = name.partition(".")
    column = FILTERED.get(column_name)
    if column is None or (kind and kind not in kinds_of(column)):
        raise BadQuery(f"there is no filter {name[:60]!r}; {_there_are(column)}")
    if kind and len(values) > 1:
        raise BadQuery(f"{name} is given twice")
    if kind == KNOWN:
        return _known(column, values[0])
    if column.kind == "number":
        return _of_numbers(column, kind, [_number(name, value) for value in values])
    texts = [_text(name, value) for value in values]
    if column.kind == "moment":
        return _of_moments(column, kind, [_moment(name, value) for value in texts])
    return or_(*(_of_text(column, kind, value) for value in texts))


def _there_are(column: Column | None) -> str:
    if column is None:
        return f"there are {', '.join(FILTERED)}"
    return "there are " + ", ".join([column.name, *(f"{column.name}.{kind}" for kind in kinds_of(column))])


def _known(column: Column, value: str) -> ColumnElement[bool]:
    if value not in ("true", "false"):
        raise BadQuery(f"{column.name}.{KNOWN} is true or false")
    stored = reports.c[column.name]
    return stored.is_not(None) if value == "true" else stored.is_(None)


def _of_numbers(column: Column, kind: str, values: list[float]) -> ColumnElement[bool]:
    stored = reports.c[column.name]
    if not kind:
        return stored.in_(values)
    return stored >= values[0] if kind == "min" else stored <= values[0]


def _of_moments(column: Column, kind: str, values: list[str]) -> ColumnElement[bool]:
    stored = reports.c[column.name]
    if not kind:
        return or_(*(and_(stored >= value, stored <= _end(value)) for value in values))
    return stored >= values[0] if kind == "min" else stored <= _end(values[0])


def _end(moment: str) -> str:
    """Return the last moment that one cut short may mean."""
    return moment + _LAST[len(moment) :]


def _of_text(column: Column, kind: str, value: str) -> ColumnElement[bool]:
    stored: ColumnElement[Any] = func.lower(reports.c[column.name])
    asked = lowered(value if kind else meant(column, value))
    if column.kind == "text":
        if not kind:
            return stored == asked
        found = stored.contains if kind == "contains" else stored.startswith
        return found(asked, autoescape=True)
    begun, ended = ("" if kind == "contains" else BETWEEN), ("" if kind else BETWEEN)
    return stored.contains(f"{begun}{asked}{ended}", autoescape=True)


def _number(name: str, value: str) -> float:
    try:
        number = float(value) if len(value) <= LONGEST else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadQuery(f"{name} is a number, not {value[:40]!r}")
    return number


def _text(name: str, value: str) -> str:
    if not value or len(value) > LONGEST or "\0" in value or BETWEEN in value:
        raise BadQuery(f"{name} is a text of 1 to {LONGEST} characters that can be written")
    return value


def _moment(name: str, value: str) -> str:
    moment = value.replace("T", " ")
    if not _MOMENT.fullmatch(value) or not _is_on_the_calendar(moment):
        raise BadQuery(f"{name} is a moment such as 2026-11-22 or '2026-11-22 08:30:00', not {value[:40]!r}")
    return moment


def _is_on_the_calendar(moment: str) -> bool:
    try:
        datetime.strptime(moment[:19] + _FIRST[len(moment) :], "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return True


def parameters() -> Iterator[dict[str, Any]]:
    """Yield all filters as OpenAPI has parameters."""
    for column in FILTERED.values():
        schema = {"type": "number" if column.is_number else "string"}
        several = {"type": "array", "items": schema}
        yield _parameter(column.name, several, f"{column.what}; one of these")
        for kind in kinds_of(column):
            told = {"type": "boolean"} if kind == KNOWN else schema
            yield _parameter(f"{column.name}.{kind}", told, f"{column.what}; {_MEANS[kind]}")


_MEANS = {
    "min": "from here",
    "max": "up to here",
    "contains": "has this in it",
    "prefix": "begins with this",
    KNOWN: "is told, or is not",
}


def _parameter(name: str, schema: Mapping[str, Any], what: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": what}
