"""The outbox: what was agreed to leave, kept until its destination has answered."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from ai_power_export.console import say
from ai_power_export.deliver.destinations import Address
from ai_power_export.deliver.outbox import database
from ai_power_export.deliver.outbox.entry import Entry
from ai_power_export.deliver.outbox.holder import is_gone, this_process
from ai_power_export.deliver.prepare import Prepared
from ai_power_export.errors import CheckFailed
from ai_power_export.report.read import digest
from ai_power_export.user_data import data_folder

LEASE = 600.0
"""Seconds for which an entry is its sender's, unless renewed or the process has ended before."""


def outbox_file() -> Path:
    """Return the file of the user's outbox.

    Raises:
        CheckFailed: The user has no home.
    """
    try:
        return data_folder() / "outbox" / "outbox.sqlite3"
    except RuntimeError as error:
        raise CheckFailed(f"there is no place for an outbox: {error} (set XDG_DATA_HOME)") from None


class Outbox:
    """The entries in the file; several processes may use it at once. Errors of the file are `CheckFailed`."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the user's outbox, or that of a path; a damaged one is set aside, and a new one begun."""
        self.path = path or outbox_file()
        self._holder = this_process()
        try:
            self._connection = database.connect(self.path)
        except database.Damaged:
            self._set_aside()
            self._connection = database.connect(self.path)

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        if isinstance(error, database.Damaged):
            self._set_aside()
            raise CheckFailed("the outbox was damaged while it was used; upload the reports again") from None

    def put(self, where: Address, place: str, reports: Iterable[Prepared]) -> list[int]:
        """Keep reports that may leave for a destination, due at once; return the ids of their entries.

        They are on the disk when this returns. A report that waits for the same place already takes its
        entry; one that the user has changed since takes the place of what it was, unless that is being sent.

        Args:
            where: What the destination is made from.
            place: Where that is, as the destination names itself.
            reports: What the gate let pass.
        """
        now = time.time()
        with self._transaction() as connection:
            return [self._put(connection, where, place, report, now) for report in reports]

    def waiting(self, ids: Collection[int] | None = None) -> list[Entry]:
        """Return what waits, or that of it which has these ids; the oldest first."""
        with self._transaction() as connection:
            self._free(connection, time.time())
            rows = connection.execute(f"SELECT * FROM entries WHERE {_OF_IDS} ORDER BY id", _ids(ids))
            return [*map(Entry.of, rows)]

    def due(self, place: str | None = None, ids: Collection[int] | None = None) -> list[tuple[str, Address]]:
        """Return the places for which something is due and not being sent, with what each is made from."""
        with self._transaction() as connection:
            now = time.time()  # not before: what others have made due while this waited for them is due, too
            self._free(connection, now)
            rows = connection.execute(
                f"SELECT place, words, name FROM entries WHERE {_DUE} AND place = coalesce(:place, place)"
                f" AND {_OF_IDS} GROUP BY place, words, name ORDER BY min(id)",
                {**_ids(ids), "place": place, "now": now},
            )
            return [(row["place"], Address(row["words"], row["name"])) for row in rows]

    def take(self, place: str, where: Address, limit: int, ids: Collection[int] | None = None) -> list[Entry]:
        """Take what is due for a place: nobody else does until it is settled. What has failed comes last."""
        values = {**_ids(ids), "place": place, "words": where.words, "name": where.name, "limit": limit}
        with self._transaction() as connection:
            rows = connection.execute(
                f"SELECT * FROM entries WHERE {_DUE} AND place = :place AND words = :words AND name = :name"
                f" AND {_OF_IDS} ORDER BY attempts, id LIMIT :limit",
                {**values, "now": time.time()},
            )
            entries = [*map(Entry.of, rows)]
            self._hold(connection, entries)
        return entries

    def renew(self, entries: Sequence[Entry]) -> None:
        """Keep what was taken for a while more."""
        with self._transaction() as connection:
            self._hold(connection, entries)

    def remove(self, entries: Iterable[Entry]) -> None:
        """Forget what has arrived; what was put here again since stays, and is sent again."""
        with self._transaction() as connection:
            for entry in entries:
                connection.execute(
                    "DELETE FROM entries WHERE id = ? AND put_at = ?", (entry.id, entry.put_at)
                )

    def put_back(self, entry: Entry, why: str, due: float | None) -> None:
        """Note that an entry has not arrived.

        Args:
            entry: What was taken.
            why: One line without any secret.
            due: When it is sent again, in seconds since the epoch; None: when the user says so.
        """
        with self._transaction() as connection:
            connection.execute(
                "UPDATE entries SET why = ?, is_refused = ?, due = coalesce(?, due), attempts = attempts + 1,"
                " holder = NULL WHERE id = ? AND put_at = ?",
                (why, due is None, due, entry.id, entry.put_at),
            )

    def release(self, entries: Sequence[Entry]) -> None:
        """Give back what was taken and is not settled."""
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE entries SET holder = NULL WHERE holder = :holder AND {_OF_IDS}",
                {"holder": self._holder, **_ids([entry.id for entry in entries])},
            )

    def pause(self, place: str, until: float) -> None:
        """Leave a place alone until then, in seconds since the epoch: it has asked for it."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?)", (place, until))

    def pauses(self) -> dict[str, float]:
        """Return until when each place is left alone, in seconds since the epoch."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM pauses WHERE until <= ?", (time.time(),))
            return dict(connection.execute("SELECT place, until FROM pauses").fetchall())

    def hasten(self, place: str) -> None:
        """Make all that waits for a place due now, but what it has refused."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE entries SET due = :now WHERE place = :place AND due > :now",
                {"place": place, "now": time.time()},
            )

    def retry(self, ids: Collection[int] | None) -> None:
        """Make what has these ids due now, also what was refused; without ids all."""
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE entries SET due = :now, is_refused = 0 WHERE {_OF_IDS}",
                {"now": time.time(), **_ids(ids)},
            )

    def drop(self, ids: Collection[int]) -> None:
        """Forget entries without sending them.

        Raises:
            CheckFailed: One of them is being sent.
        """
        with self._transaction() as connection:
            self._free(connection, time.time())
            held = connection.execute(
                f"SELECT id FROM entries WHERE holder IS NOT NULL AND {_OF_IDS}", _ids(ids)
            ).fetchone()
            if held:
                raise CheckFailed(f"{held['id']} is being sent by another process; nothing was dropped")
            connection.execute(f"DELETE FROM entries WHERE {_OF_IDS}", _ids(ids))

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return database.transaction(self._connection, self.path)

    def _put(
        self, connection: sqlite3.Connection, where: Address, place: str, report: Prepared, now: float
    ) -> int:
        parcel = report.parcel
        beside = {"name": parcel.name, "signature": parcel.signature, "corrects": parcel.corrects}
        values = {
            "place": place,
            "words": where.words,
            "name": where.name,
            "text": parcel.to_text(),
            "parcel": json.dumps(beside),
            "report_id": parcel.report_id,
            "hash": parcel.hash,
            "source": str(report.saved.path.absolute()),
            "source_digest": digest(report.saved.document),
            "now": now,
        }
        connection.execute(_SUPERSEDE, values)
        connection.execute(_PUT, values)
        return int(connection.execute(_ID, values).fetchone()[0])

    def _hold(self, connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
        connection.execute(
            f"UPDATE entries SET holder = :holder, held_until = :until WHERE {_OF_IDS}",
            {
                "holder": self._holder,
                "until": time.time() + LEASE,
                **_ids([entry.id for entry in entries]),
            },
        )

    def _free(self, connection: sqlite3.Connection, now: float) -> None:
        """Take entries from processes that have ended, or held them for too long."""
        connection.execute("UPDATE entries SET holder = NULL WHERE held_until <= ?", (now,))
        rows = connection.execute("SELECT DISTINCT holder FROM entries WHERE holder IS NOT NULL").fetchall()
        gone = [row["holder"] for row in rows if is_gone(row["holder"])]
        connection.executemany(
            "UPDATE entries SET holder = NULL WHERE holder = ?", [(each,) for each in gone]
        )

    def _set_aside(self) -> None:
        aside = database.set_aside(self.path)
        if aside:
            say(f"the outbox was damaged and is kept as {aside}; upload what has no receipt again")


_OF_IDS = "(:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))"
_DUE = (
    "is_refused = 0 AND holder IS NULL AND due <= :now"
    " AND place NOT IN (SELECT place FROM pauses WHERE until > :now)"
)
_SUPERSEDE = """
DELETE FROM entries WHERE place = :place AND source = :source AND report_id = :report_id AND hash != :hash
AND holder IS NULL
"""
_PUT = """
INSERT INTO entries (place, words, name, text, parcel, report_id, hash, source, source_digest, put_at, due)
VALUES (:place, :words, :name, :text, :parcel, :report_id, :hash, :source, :source_digest, :now, :now)
ON CONFLICT (place, report_id, hash) DO UPDATE SET words = excluded.words, name = excluded.name,
text = excluded.text, parcel = excluded.parcel, source = excluded.source,
source_digest = excluded.source_digest, put_at = excluded.put_at, due = excluded.due, is_refused = 0
"""
_ID = "SELECT id FROM entries WHERE place = :place AND report_id = :report_id AND hash = :hash"


def _ids(ids: Collection[int] | None) -> dict[str, str | None]:
    return {"ids": None if ids is None else json.dumps([*ids])}
