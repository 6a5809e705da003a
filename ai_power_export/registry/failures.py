"""What a database that fails means to those who asked."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ai_power_export.registry.problems import Problem

LATER = {"Retry-After": "5"}

_DISK_FULL_SQLITE = "database or disk is full"
"""SQLite's text for SQLITE_FULL (https://sqlite.org/rescode.html#full); Python 3.10 gives no code."""
_DISK_FULL_POSTGRESQL = "53100"
"""PostgreSQL's code for disk_full (appendix A of its manual)."""


def problem_of(error: SQLAlchemyError) -> Problem | None:
    """Return what to answer; None if the database is well and the fault is ours."""
    if _is_disk_full(error):
        return Problem(507, "the registry has no room left; nothing was stored", headers=LATER)
    if isinstance(error, IntegrityError):  # somebody writes to the tables who does not hold the lock
        return Problem(503, "another came in between; nothing was stored", headers=LATER)
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return Problem(
            503, "the registry cannot reach its database at the moment; nothing was stored", headers=LATER
        )
    return None


def _is_disk_full(error: SQLAlchemyError) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None)
    return code == _DISK_FULL_POSTGRESQL or str(error.orig) == _DISK_FULL_SQLITE
