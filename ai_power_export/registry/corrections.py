"""Which report takes the place of which other one, whichever of them arrives first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ai_power_export.registry.arrivals import Refusal
from ai_power_export.registry.known import Contributor, portions
from ai_power_export.registry.tables import corrections, reports

LONGEST = 1000
"""Reports in a row, each correcting the one before it."""

_CORRECTED = select(corrections.c.corrects).where(
    corrections.c.corrects.in_(bindparam("ids", expanding=True))
)


class Corrections:
    """Corrections as one writing transaction sees and makes them."""

    def __init__(self, connection: Connection, new: Iterable[str]) -> None:
        """Look up once which of the ids that are new are corrected already."""
        self._connection = connection
        self._corrected = {
            row.corrects for some in portions(new) for row in connection.execute(_CORRECTED, {"ids": some})
        }

    def refusal(self, report_id: str, corrected: str) -> Refusal | None:
        """Return why a report cannot take the place of another; None if it can."""
        if report_id == corrected:
            return Refusal(422, "a report cannot correct itself", (), report_id)
        already = self._corrected_by(report_id)
        if already not in (None, corrected):
            return Refusal(409, f"it corrects {already} already", (), report_id)
        if report_id in self._before(corrected):
            return Refusal(
                422, f"{corrected} corrects this report: they cannot correct each other", (), report_id
            )
        return None

    def add(self, report_id: str, corrected: str, by: Contributor) -> None:
        """Note that a report, which is written, takes the place of another."""
        if self._corrected_by(report_id) is None:
            row = {
                "report_id": report_id,
                "corrects": corrected,
                "contributor": by.name,
                "by_manager": by.is_manager,
            }
            self._connection.execute(insert(corrections).values(row))
        self._corrected.add(corrected)
        current = reports.c.report_id == corrected, reports.c.superseded_by.is_(None)
        number = self.number_for(corrected)
        self._connection.execute(update(reports).where(*current).values(superseded_by=number))

    def of_arrived(self, report_id: str, by: Contributor) -> int | None:
        """Return the number of what takes the place of a report that arrives after it.

        Who said so may not have been allowed to, which only now can be told: that is forgotten.
        """
        if report_id not in self._corrected:
            return None
        theirs = corrections.c.contributor.is_distinct_from(by.name), corrections.c.by_manager.is_(False)
        self._connection.execute(delete(corrections).where(corrections.c.corrects == report_id, *theirs))
        return self.number_for(report_id)

    def number_for(self, corrected: str) -> int | None:
        """Return the number of the newest report that takes the place of one; None where none does."""
        joined = reports.join(corrections, reports.c.report_id == corrections.c.report_id)
        newest = select(func.max(reports.c.number)).select_from(joined)
        return self._connection.execute(newest.where(corrections.c.corrects == corrected)).scalar()

    def _before(self, report_id: str) -> Iterator[str]:
        """Yield what a report corrects, and what that corrects, and so on."""
        found: str | None = report_id
        for _ in range(LONGEST):
            found = self._corrected_by(found) if found else None
            if found is None:
                return
            yield found

    def _corrected_by(self, report_id: str) -> str | None:
        statement = select(corrections.c.corrects).where(corrections.c.report_id == report_id)
        return self._connection.execute(statement).scalar()


def chain_of(connection: Connection, report_id: str) -> list[str]:
    """Return the ids of a report, of all that it corrects, and of all that corrects it, directly or not."""
    found = [report_id]
    for each in found:
        either = (corrections.c.report_id == each) | (corrections.c.corrects == each)
        for row in connection.execute(select(corrections).where(either)):
            found += [other for other in (row.report_id, row.corrects) if other not in found]
        if len(found) > LONGEST:
            break
    return found
