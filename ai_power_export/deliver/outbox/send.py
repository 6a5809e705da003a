"""Sends what is due, and notes what became of it."""

from __future__ import annotations

from collections.abc import Collection

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
) -> None:
    """Deliver what is due, or that of it which goes to a place or has these ids.

    Args:
        outbox: Where it waits.
        settings: The settings that hold; what they call a destination decides which token it gets.
        tell: Is told what became of each.
        place: The only place that is served.
        ids: The only entries that are sent.

    Raises:
        CheckFailed: The outbox cannot be used. What has arrived may be sent again, and is there once.
    """
    for there, where in outbox.due(place, ids):
        try:
            target = _target(there, where, settings)
        except AipowerError as error:
            lost = Unreachable(str(error))
            put_off(outbox, [Sent(entry, lost) for entry in outbox.take(there, where, _ALL, ids)], tell)
            continue
        while entries := outbox.take(there, where, target.at_once, ids):
            if not Batch(outbox, target, entries, tell).send():
                break


def _target(place: str, where: Address, settings: Settings) -> Destination:
    """Return the destination of entries.

    Raises:
        AipowerError: There is none, or it is another place than the one that the user agreed to.
    """
    target = destination(where, settings)
    if target.place != place:
        raise CheckFailed(f"{where.words} means {target.place} now, and what waits was meant for {place}")
    return target
