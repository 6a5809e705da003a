"""Sends what is due, and notes what became of it."""

from __future__ import annotations

from collections.abc import Collection
from threading import Event, Thread

from ai_power_export.deliver.destinations import Address, destination
from ai_power_export.deliver.interface import Destination, Unreachable
from ai_power_export.deliver.outbox.batch import Batch, Sent, Tell, put_off
from ai_power_export.deliver.outbox.store import Outbox
from ai_power_export.errors import AipowerError, CheckFailed
from ai_power_export.settings import Settings

_ALL = 2**31
"""More entries than an outbox has."""


def send_due(
    outbox: Outbox,
    settings: Settings,
    tell: Tell,
    *,
    place: str | None = None,
    ids: Collection[int] | None = None,
    stop: Event | None = None,
) -> None:
    """Deliver what is due, or that of it which goes to a place or has these ids.

    Args:
        outbox: Where it waits.
        settings: The settings that hold; what they call a destination decides which token it gets.
        tell: Is told what became of each.
        place: The only place that is served.
        ids: The only entries that are sent.
        stop: Set by another thread: nothing new is begun.

    Raises:
        CheckFailed: The outbox cannot be used. What has arrived may be sent again, and is there once.
    """
    stop = stop or Event()
    for there, where in outbox.due(place, ids):
        try:
            target = _target(there, where, settings)
        except AipowerError as error:
            lost = Unreachable(str(error))
            put_off(outbox, [Sent(entry, lost) for entry in outbox.take(there, where, _ALL, ids)], tell)
            continue
        while not stop.is_set() and (entries := outbox.take(there, where, target.at_once, ids)):
            if not Batch(outbox, target, entries, tell, stop).send():
                break


def send_within(seconds: float, settings: Settings, place: str | None = None) -> list[Sent]:
    """Deliver what is due in the user's outbox, and return what became of it when the time is up.

    What is on its way by then may still arrive, and is sent again with a later command where that is not
    known; nothing new is begun.

    Args:
        seconds: How long it takes at most.
        settings: The settings that hold.
        place: The only place that is served.

    Raises:
        CheckFailed: The outbox cannot be used.
    """
    stop, told, failures = Event(), list[Sent](), list[AipowerError]()

    def work() -> None:
        try:
            with Outbox() as outbox:
                send_due(outbox, settings, told.append, place=place, stop=stop)
        except AipowerError as error:
            failures.append(error)

    thread = Thread(target=work, name="aipower-outbox", daemon=True)
    thread.start()
    thread.join(seconds)
    stop.set()
    if failures:
        raise failures[0]
    return [*told]


def _target(place: str, where: Address, settings: Settings) -> Destination:
    """Return the destination of entries.

    Raises:
        AipowerError: There is none, or it is another place than the one that the user agreed to.
    """
    target = destination(where, settings)
    if target.place != place:
        raise CheckFailed(f"{where.words} means {target.place} now, and what waits was meant for {place}")
    return target
