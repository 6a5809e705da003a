"""Reports page by page, all pages of one moment: who reads on sees each once, whoever writes meanwhile.

A page ends at a place, which is all that a cursor holds: the order, the highest number when reading began,
and the last report's value and number. Numbers rise in the order in which reports can be seen (`database`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from ai_power_export.registry.columns import Value
from ai_power_export.registry.database import Database
from ai_power_export.registry.filters import FILTERED, RECEIVED, BadQuery
from ai_power_export.registry.tables import reports

AT_ONCE = 50
"""Reports whose text is in memory at a time."""
KEYS_AT_ONCE = 1000
"""Places that are looked up in one statement, where all reports are read."""
NO_CURSOR = "after is no cursor: take it from next, or from the Link header"
_LARGEST = 2**63 - 1
"""Of the whole numbers that both databases hold."""


class Order(NamedTuple):
    """What reports are sorted by; those that do not tell it come last, equals as they arrived."""

    column: str
    falls: bool

    @classmethod
    def named(cls, name: str) -> Order:
        """Return the order that `sort` means: the name of a column, with `-` from the greatest to the least.

        Raises:
            BadQuery: There is no such column, or it is a list.
        """
        column = FILTERED.get(name.removeprefix("-"))
        if column is None or column.kind == "words":
            known = ", ".join(each.name for each in FILTERED.values() if each.kind != "words")
            raise BadQuery(
                f"reports are not sorted by {name[:60]!r}; there are {known}, with - before to fall"
            )
        return cls(column.name, name.startswith("-"))


class Place(NamedTuple):
    """A report in an order: its value there and its number."""

    value: Value
    number: int


@dataclass(frozen=True)
class Query:
    """Which reports, in which order."""

    conditions: tuple[ColumnElement[bool], ...]
    order: Order
    mark: str
    """What the reader asked for, to tell whether a cursor is of the same query."""
    all_versions: bool = False
    until: int | None = None
    """The highest number when reading began; None: it begins."""
    after: Place | None = None

    def begun(self, connection: Connection) -> Query:
        """Return the query with the moment that it is of."""
        if self.until is not None:
            return self
        return replace(self, until=connection.execute(select(func.max(reports.c.number))).scalar() or 0)

    def at(self, cursor: str) -> Query:
        """Return the query from where a cursor stands.

        Raises:
            BadQuery: It is no cursor, or one of another query.
        """
        until, after, mark = _read(cursor)
        if mark != self._hash():
            raise BadQuery("after is of another query: keep filters and sort as they were")
        is_number = FILTERED[self.order.column].is_number or self.order.column == RECEIVED.name
        if after.value is not None and isinstance(after.value, str) == is_number:
            raise BadQuery(NO_CURSOR)
        return replace(self, until=until, after=after)

    def cursor(self, last: Place) -> str:
        """Return the cursor after a report."""
        said = json.dumps([self.until, last.value, last.number, self._hash()], ensure_ascii=False)
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @property
    def where(self) -> list[ColumnElement[bool]]:
        """The conditions of a query that has begun, wherever its page stands."""
        return [*self.conditions, self._at_that_moment()]

    def tag(self, *form: str) -> str:
        """Return the entity tag of an answer to a query that has begun: of one moment all are the same."""
        said = [self.mark, self.until, self.after, *form]
        return f'W/"{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]}"'

    def count(self, connection: Connection) -> int:
        """Return how many reports there are, on all pages."""
        counted = select(func.count()).select_from(reports).where(*self.where)
        return int(connection.execute(counted).scalar_one())

    def places(self, connection: Connection, most: int) -> list[Place]:
        """Return the places of the next reports, at most so many."""
        sorted_by, number = self._sorted_by, reports.c.number
        order = [each.desc() if self.order.falls else each.asc() for each in (sorted_by, number)]
        if sorted_by is not number:  # which is never null, and read faster in the order of its index
            order[0] = order[0].nulls_last()
        statement = select(sorted_by, number).where(*self.where, self._beyond()).order_by(*order).limit(most)
        return [Place(*row) for row in connection.execute(statement)]

    @property
    def _sorted_by(self) -> ColumnElement[Any]:
        # Reports are numbered as they are received, and several may be so at one moment.
        return reports.c.number if self.order.column == RECEIVED.name else reports.c[self.order.column]

    def _at_that_moment(self) -> ColumnElement[bool]:
        """Return what was there when reading began, and nothing else had taken its place."""
        seen = reports.c.number <= self.until
        if self.all_versions:
            return seen
        other = reports.c.superseded_by
        return and_(seen, or_(other.is_(None), other > self.until))

    def _beyond(self) -> ColumnElement[bool]:
        """Return what comes after the last report that was seen."""
        if self.after is None:
            return true()
        value, column = self.after.value, self._sorted_by
        later = (
            reports.c.number < self.after.number if self.order.falls else reports.c.number > self.after.number
        )
        if value is None:
            return and_(column.is_(None), later)
        further = column < value if self.order.falls else column > value
        return or_(further, and_(column == value, later), column.is_(None))

    def _hash(self) -> str:
        return hashlib.sha256(self.mark.encode()).hexdigest()[:16]


class Kept(NamedTuple):
    """A report as it is kept."""

    number: int
    report_id: str
    version: int
    hash: str
    received: str
    document: str


def texts(database: Database, places: Sequence[Place]) -> Iterator[Kept]:
    """Yield reports by their places, few of them in memory at a time."""
    columns = [reports.c[name] for name in Kept._fields]
    for start in range(0, len(places), AT_ONCE):
        numbers = [place.number for place in places[start : start + AT_ONCE]]
        with database.reading() as connection:
            rows = connection.execute(select(*columns).where(reports.c.number.in_(numbers)))
            found = {row.number: Kept(*row) for row in rows}
        yield from (found[number] for number in numbers)


def all_texts(database: Database, query: Query) -> Iterator[Kept]:
    """Yield all reports of a query that has begun; no transaction is open while the reader thinks."""
    while True:
        with database.reading() as connection:
            places = query.places(connection, KEYS_AT_ONCE)
        yield from texts(database, places)
        if len(places) < KEYS_AT_ONCE:
            return
        query = replace(query, after=places[-1])


def _read(cursor: str) -> tuple[int, Place, str]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        until, value, number, mark = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise BadQuery(NO_CURSOR) from None
    numbers = all(type(each) is int and 0 <= each <= _LARGEST for each in (until, number))
    if not (numbers and _is_value(value) and isinstance(mark, str)):
        raise BadQuery(NO_CURSOR)
    return until, Place(value, number), mark


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value is None
    return math.isfinite(value) if isinstance(value, float) else 0 <= value <= _LARGEST
