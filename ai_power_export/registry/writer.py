"""One thread that writes: what comes while a transaction is brought to disk goes into the next together."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from ai_power_export.registry.database import Database
from ai_power_export.registry.store import Delivery, Outcome, place

MOST = 2000
"""Reports of one transaction; beyond, a single one would wait long for many."""

Outcomes = list[Outcome]


@dataclass(frozen=True)
class _Request:
    deliveries: Sequence[Delivery]
    outcomes: Future[Outcomes]


class Writer:
    """Keeps reports, those of one request all together or none of them."""

    def __init__(self, database: Database) -> None:
        """Begin to wait for reports to keep in a database."""
        self._database = database
        self._waiting: SimpleQueue[_Request | None] = SimpleQueue()
        self._thread = Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether reports can be kept."""
        return self._thread.is_alive()

    def keep(self, deliveries: Sequence[Delivery]) -> Future[Outcomes]:
        """Have reports kept; the result says what became of each, once it is on the disk."""
        request = _Request(deliveries, Future())
        self._waiting.put(request)
        return request.outcomes

    def close(self) -> None:
        """Write what waits, then end."""
        self._waiting.put(None)
        self._thread.join()

    def _write_all(self) -> None:
        is_open = True
        while is_open:
            group = [self._waiting.get()]
            while sum(len(each.deliveries) for each in group if each) < MOST:
                try:
                    group.append(self._waiting.get_nowait())
                except Empty:
                    break
            is_open = None not in group
            # From here on nobody can take a request back; who has done so before gets nothing written.
            self._write([each for each in group if each and each.outcomes.set_running_or_notify_cancel()])

    def _write(self, group: Sequence[_Request]) -> None:
        try:
            outcomes = iter(self._commit([delivery for each in group for delivery in each.deliveries]))
        except Exception as error:  # noqa: BLE001 - told to those who wait; the thread must go on
            self._fail(group, error)
            return
        for each in group:
            each.outcomes.set_result([next(outcomes) for _ in each.deliveries])

    def _fail(self, group: Sequence[_Request], error: Exception) -> None:
        """Try each request alone: what one is refused for is nothing to the others."""
        if len(group) == 1:
            group[0].outcomes.set_exception(error)
            return
        for each in group:
            self._write([each])

    def _commit(self, deliveries: Sequence[Delivery]) -> Outcomes:
        if not deliveries:
            return []
        with self._database.writing() as connection:
            return place(connection, deliveries)
