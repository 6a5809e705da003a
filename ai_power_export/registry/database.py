"""The database of a registry: an SQLite file, or PostgreSQL by its URL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from ai_power_export.errors import BadInput

BUSY_TIME_LIMIT = 30
"""Seconds that a process waits for another that writes to the same database."""
BUSY_PAUSE = 0.02
"""Seconds after which it looks again."""
WRITING_LOCK = 0x61_69_70_6F_77_65_72
"""Number of PostgreSQL's advisory lock that writers of a registry hold: the letters `aipower`."""

CONNECT_TIME_LIMIT = 10
"""Seconds after which a PostgreSQL that does not answer counts as away."""

_WRITES = {"is_writing": True}
_LIMIT_WAITING = text(f"SET LOCAL lock_timeout = '{BUSY_TIME_LIMIT}s'")
_LOCK_WRITING = text(f"SELECT pg_advisory_xact_lock({WRITING_LOCK})")


class Database:
    """Connections to one database, in transactions; any thread may ask for one.

    Only one transaction writes at a time, of all processes: what it has looked at stays as it was, and
    numbers rise in the order in which reports can be seen, so that who reads on from one misses none.
    """

    def __init__(self, where: str) -> None:
        """Take the URL of a database, or the path of an SQLite file.

        Raises:
            BadInput: It is no such URL.
        """
        url = database_url(where)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)

    @property
    def place(self) -> str:
        """Where it is, without any secret."""
        url = self.engine.url
        return str(url.database) if self.is_sqlite else f"{url.host or 'local'}/{url.database}"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for one transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection for the one transaction that writes; it is committed at the end, or undone."""
        with self.engine.connect().execution_options(**_WRITES) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(_LIMIT_WAITING)
                connection.execute(_LOCK_WRITING)
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def database_url(where: str) -> URL:
    """Return the URL that words of the user mean; nothing of it is in an error, it may hold a password.

    Raises:
        BadInput: They mean none.
    """
    known = "sqlite:///FILE or postgresql://USER@HOST/NAME"
    if "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise BadInput("is no URL of a database", "--database", known) from None
    backend = url.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise BadInput("is of a kind that is not supported", "--database", known)
    if url.database in (None, "", ":memory:"):
        raise BadInput("names no file: reports would be lost at the end", "--database", known)
    return url


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIME_LIMIT})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    """Have every commit on the disk before it is answered, and readers not wait for the writer."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, see below
    _set_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _set_wal(connection: sqlite3.Connection) -> None:
    """Set write-ahead logging, which a file keeps; of two that do so at once SQLite lets neither wait."""
    deadline = time.monotonic() + BUSY_TIME_LIMIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if str(error) != "database is locked" or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that writes locks at once, for SQLite lets none become a writer later."""
    is_writing = connection.get_execution_options().get("is_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _postgresql(url: URL) -> Engine:
    limited = url.update_query_dict({"connect_timeout": str(CONNECT_TIME_LIMIT), **url.query})
    return create_engine(limited, hide_parameters=True, pool_pre_ping=True)
