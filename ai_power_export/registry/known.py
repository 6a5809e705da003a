"""What is kept under an id, and who brought it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, bindparam, select

from ai_power_export.registry.tables import reports

AT_ONCE = 500
"""Ids that are looked up in one statement; the oldest SQLite takes 999 parameters."""


@dataclass(frozen=True)
class Contributor:
    """Who brings reports."""

    name: str | None
    """Holder of the token; None: nobody named."""
    is_manager: bool = False

    def may_correct(self, other: str | None) -> bool:
        """Tell whether they may correct what another has brought."""
        return self.is_manager or self.name == other


@dataclass
class Known:
    """What is kept under one id."""

    contributor: str | None
    """Who brought its first version."""
    versions: dict[str, int] = field(default_factory=dict)
    """Version by hash."""


_KNOWN = (
    select(reports.c.report_id, reports.c.version, reports.c.hash, reports.c.contributor)
    .where(reports.c.report_id.in_(bindparam("ids", expanding=True)))
    .order_by(reports.c.report_id, reports.c.version)
)


def known_of(connection: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is kept of some ids; nothing of those that are not there."""
    found: dict[str, Known] = {}
    for some in portions(ids):
        for row in connection.execute(_KNOWN, {"ids": some}):
            found.setdefault(row.report_id, Known(row.contributor)).versions[row.hash] = row.version
    return found


def portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield ids in portions that a statement takes."""
    waiting = iter(ids)
    while some := [*islice(waiting, AT_ONCE)]:
        yield some
