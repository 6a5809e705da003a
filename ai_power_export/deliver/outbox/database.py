"""The file of the outbox: an SQLite database that a kill or a power cut at any moment leaves whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from ai_power_export.errors import CheckFailed

VERSION = 1
"""Of the tables; one that is newer was written by a newer release."""

PATIENCE = 60.0
"""Seconds that one process waits for another to have written."""

_TABLES = """
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  place TEXT NOT NULL, words TEXT NOT NULL, name TEXT NOT NULL,
  text TEXT NOT NULL, parcel TEXT NOT NULL, report_id TEXT NOT NULL, hash TEXT NOT NULL,
  source TEXT NOT NULL, source_digest TEXT NOT NULL,
  put_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL,
  why TEXT NOT NULL DEFAULT '', is_refused INTEGER NOT NULL DEFAULT 0,
  holder TEXT, held_until REAL,
  UNIQUE (place, report_id, hash)
);
CREATE INDEX entries_due ON entries (place, is_refused, due);
CREATE TABLE pauses (place TEXT PRIMARY KEY, until REAL NOT NULL);
"""

_ACROSS_A_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "afs", "9p", "ceph",
    "glusterfs", "panfs", "orangefs", "pvfs2",
})  # fmt: skip
"""File systems that several machines may write to; also those of FUSE, which may be anything."""


class Damaged(Exception):
    """What lies there is no database, or is one no more."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, which is made if there is none; only its user can read it.

    Raises:
        Damaged: It cannot be read as what it should be.
        CheckFailed: It cannot be opened.
    """
    with _in_words(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        try:
            # What is told to be kept is on the disk, also after a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            _set_up(connection, path)
            _examine(connection, "quick_check")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Do all of what is inside or nothing; errors as in `connect`."""
    with _in_words(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def set_aside(path: Path) -> Path | None:
    """Give a damaged file another name, so that a new one can be begun; None where another process just has.

    Raises:
        CheckFailed: It cannot be renamed.
    """
    with _in_words(path), _alone(path.with_name("setting-aside.sqlite3")):
        try:
            with closing(connect(path)) as connection:
                _examine(connection, "integrity_check")
        except Damaged:
            aside = path.with_name(f"{path.name}.damaged-{datetime.now(timezone.utc):%Y%m%dT%H%M%S%fZ}")
            # The log first: beside a new database it would be taken for that one's.
            for suffix in ("-wal", "-shm", ""):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
            return aside
    return None


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    mode = "delete" if _is_across_a_network(path) else "wal"
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != mode:
        with suppress(sqlite3.OperationalError):  # locked by another process that does the same
            connection.execute(f"PRAGMA journal_mode = {mode}")
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have made the tables meanwhile
    if version == 0:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
    if version > VERSION:
        raise CheckFailed(f"the outbox {path} was written by a newer release of this program; upgrade it")


def _examine(connection: sqlite3.Connection, how: str) -> None:
    """Look through all pages; `integrity_check` compares the indices, too."""
    found = connection.execute(f"PRAGMA {how}(1)").fetchone()[0]
    if found != "ok":
        raise Damaged(found)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into one line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CheckFailed(f"the outbox {path} cannot be used: {error}") from None
    except sqlite3.DatabaseError as error:
        # This very class is what Python makes of SQLITE_CORRUPT and SQLITE_NOTADB.
        if type(error) is sqlite3.DatabaseError:
            raise Damaged(str(error)) from None
        raise
    except OSError as error:
        raise CheckFailed(f"the outbox {path} cannot be used: {error.strerror or error}") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time in; a lock that is the system's ends with its process."""
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _is_across_a_network(path: Path) -> bool:
    """Tell whether other machines may open the file, too: the log needs memory that all who write share."""
    import psutil

    try:
        real = path.resolve()
        mounted = [each for each in psutil.disk_partitions(all=True) if real.is_relative_to(each.mountpoint)]
    except (OSError, psutil.Error):
        return False
    kind = max(mounted, key=lambda each: len(each.mountpoint)).fstype.lower() if mounted else ""
    return kind in _ACROSS_A_NETWORK or kind.startswith("fuse.")
