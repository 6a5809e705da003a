"""What is kept, and by which rules: each content once, versions in a row, corrections by who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ai_power_export.registry.arrivals import Arrival, Refusal
from ai_power_export.registry.corrections import Corrections
from ai_power_export.registry.known import Contributor, Known, known_of
from ai_power_export.registry.tables import reports


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


Outcome = Placed | Refusal


def place(connection: Connection, deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Keep reports in a writing transaction; return what becomes of each, in their order."""
    placing = _Placing(connection, deliveries)
    outcomes = [placing.judge(each) for each in deliveries]
    placing.write()
    return outcomes


class _Placing:
    """One transaction's work: what is kept is looked up once, what is new is written together."""

    def __init__(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        self._connection = connection
        ids = {each.arrival.report_id for each in deliveries}
        self._known = known_of(connection, ids)
        self._corrections = Corrections(connection, ids - self._known.keys())
        self._next = (connection.execute(select(func.max(reports.c.number))).scalar() or 0) + 1
        self._rows: list[dict[str, Any]] = []

    def judge(self, delivery: Delivery) -> Outcome:
        """Take one report, or say why not."""
        outcome = self._linked(delivery) if delivery.corrects else self._kept(delivery)
        if isinstance(outcome, Placed) and not outcome.is_new and delivery.arrival.signature:
            self._sign(delivery.arrival)
        return outcome

    def write(self) -> None:
        """Write what is new so far."""
        if self._rows:
            self._connection.execute(insert(reports), self._rows)
            self._rows = []

    def _kept(self, delivery: Delivery) -> Outcome:
        arrival, by = delivery.arrival, delivery.contributor
        known = self._known.get(arrival.report_id)
        if known is None:
            known = self._known[arrival.report_id] = Known(by.name)
            return self._add(delivery, known, self._corrections.of_arrived(arrival.report_id, by))
        if arrival.hash in known.versions:
            return Placed(known.versions[arrival.hash], is_new=False)
        if not arrival.is_corrective:
            detail = "another report of this id is there; to correct it, send it with reportStatus corrective"
            return Refusal(409, detail, (), arrival.report_id)
        if not by.may_correct(known.contributor):
            return _forbidden(arrival)
        self.write()
        newest = reports.c.report_id == arrival.report_id, reports.c.superseded_by.is_(None)
        self._connection.execute(update(reports).where(*newest).values(superseded_by=self._next))
        return self._add(delivery, known, self._corrections.number_for(arrival.report_id))

    def _add(self, delivery: Delivery, known: Known, superseded_by: int | None) -> Placed:
        """Keep one more version of a report, whose place another one may have taken already."""
        arrival, version = delivery.arrival, len(known.versions) + 1
        known.versions[arrival.hash] = version
        self._rows.append(
            {
                **arrival.columns,
                "number": self._next,
                "report_id": arrival.report_id,
                "version": version,
                "hash": arrival.hash,
                "superseded_by": superseded_by,
                "received": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f"),
                "contributor": delivery.contributor.name,
                "signature": arrival.signature,
                "document": arrival.text,
            }
        )
        self._next += 1
        return Placed(version, is_new=True)

    def _linked(self, delivery: Delivery) -> Outcome:
        """Keep a report that takes the place of another, which may be still to come."""
        arrival, by, corrected = delivery.arrival, delivery.contributor, delivery.corrects
        assert corrected is not None
        if corrected not in self._known:
            self._known |= known_of(self._connection, [corrected])
        theirs = [
            self._known[each].contributor for each in (arrival.report_id, corrected) if each in self._known
        ]
        if not all(map(by.may_correct, theirs)):
            return _forbidden(arrival)
        refusal = self._corrections.refusal(arrival.report_id, corrected)
        outcome = refusal or self._kept(delivery)
        if isinstance(outcome, Placed):
            self.write()
            self._corrections.add(arrival.report_id, corrected, by)
        return outcome

    def _sign(self, arrival: Arrival) -> None:
        """Keep a signature that comes after its report."""
        self.write()
        unsigned = (
            reports.c.report_id == arrival.report_id,
            reports.c.hash == arrival.hash,
            reports.c.signature.is_(None),
        )
        self._connection.execute(update(reports).where(*unsigned).values(signature=arrival.signature))


def _forbidden(arrival: Arrival) -> Refusal:
    return Refusal(403, "only who delivered a report, or a manager, may correct it", (), arrival.report_id)
