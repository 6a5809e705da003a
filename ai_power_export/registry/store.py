"""What is kept, and by which rules: each content once, versions in a row, corrections by who may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ai_power_export.registry.arrivals import Arrival, Refusal
from ai_power_export.registry.tables import reports

AT_ONCE = 500
"""Ids that are looked up in one statement; SQLite takes 32,766 parameters."""


@dataclass(frozen=True)
class Contributor:
    """Who brings reports."""

    name: str | None
    """Holder of the token; None: nobody named."""
    is_manager: bool = False

    def may_correct(self, other: str | None) -> bool:
        """Tell whether they may correct what another has brought."""
        return self.is_manager or self.name == other


@dataclass(frozen=True)
class Delivery:
    """A report and who brings it."""

    arrival: Arrival
    contributor: Contributor
    corrects: str | None = None
    """Id of the report that it takes the place of."""


@dataclass(frozen=True)
class Placed:
    """A report that is kept."""

    version: int
    is_new: bool


@dataclass
class _Known:
    """What is kept under one id."""

    contributor: str | None
    versions: dict[str, int]
    """Version by hash."""
    signed: set[str] = field(default_factory=set)
    """Hashes that have a signature."""

    @property
    def newest(self) -> int:
        return max(self.versions.values())


def place(connection: Connection, deliveries: Sequence[Delivery]) -> list[Placed | Refusal]:
    """Keep reports in a writing transaction; return what becomes of each, in their order."""
    return _Placing(connection, deliveries).outcomes


class _Placing:
    """One transaction's work: what is kept is looked up once, what is new is written at the end."""

    def __init__(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        self._connection = connection
        self._next = (connection.execute(select(func.max(reports.c.number))).scalar() or 0) + 1
        self._known = _known(connection, {each.arrival.report_id for each in deliveries})
        self._rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.outcomes = [self._judge(each) for each in deliveries]
        if self._rows:
            connection.execute(insert(reports), [*self._rows.values()])

    def _judge(self, delivery: Delivery) -> Placed | Refusal:
        arrival = delivery.arrival
        known = self._known.get(arrival.report_id)
        if known is None:
            known = self._known[arrival.report_id] = _Known(delivery.contributor.name, {})
            return self._add(delivery, known, 1)
        if arrival.hash in known.versions:
            return Placed(known.versions[arrival.hash], is_new=False)
        if not arrival.is_corrective:
            detail = "another report of this id is there; to correct it, send it with reportStatus corrective"
            return Refusal(409, detail, (), arrival.report_id)
        if not delivery.contributor.may_correct(known.contributor):
            detail = "only who delivered a report, or a manager, may correct it"
            return Refusal(403, detail, (), arrival.report_id)
        return self._add(delivery, known, known.newest + 1)

    def _add(self, delivery: Delivery, known: _Known, version: int) -> Placed:
        arrival = delivery.arrival
        number, self._next = self._next, self._next + 1
        if version > 1:
            self._supersede(arrival.report_id, version - 1, number)
        known.versions[arrival.hash] = version
        self._rows[arrival.report_id, version] = {
            **arrival.columns,
            "number": number,
            "superseded_by": None,
            "report_id": arrival.report_id,
            "version": version,
            "hash": arrival.hash,
            "received": _now(),
            "contributor": delivery.contributor.name,
            "signature": arrival.signature,
            "document": arrival.text,
        }
        return Placed(version, is_new=True)

    def _supersede(self, report_id: str, version: int, by: int) -> None:
        """Note what takes the place of a version, whether that is written yet or not."""
        waiting = self._rows.get((report_id, version))
        if waiting is not None:
            waiting["superseded_by"] = by
            return
        self._connection.execute(
            update(reports)
            .where(reports.c.report_id == report_id, reports.c.version == version)
            .values(superseded_by=by)
        )


def _known(connection: Connection, ids: Iterable[str]) -> dict[str, _Known]:
    """Return what is kept of some ids."""
    columns = reports.c.report_id, reports.c.version, reports.c.hash, reports.c.contributor
    statement = select(*columns).where(reports.c.report_id.in_(bindparam("ids", expanding=True)))
    found: dict[str, _Known] = {}
    waiting = iter(ids)
    while some := [*islice(waiting, AT_ONCE)]:
        for row in connection.execute(statement, {"ids": some}):
            known = found.setdefault(row.report_id, _Known(None, {}))
            known.versions[row.hash] = row.version
            if row.version == 1:
                known.contributor = row.contributor
    return found


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
