"""What the user is told while reports are delivered: progress on a terminal, and what became of each."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.cli.rows import printable
from ai_power_export.console import say
from ai_power_export.project import as_seen

if TYPE_CHECKING:
    from ai_power_export.deliver.interface import Answer
    from ai_power_export.deliver.outbox.batch import Sent
    from ai_power_export.deliver.outbox.entry import Entry
    from ai_power_export.deliver.outbox.store import Outbox
    from ai_power_export.settings import Settings

FEW = 10
"""Reports that are told of one by one; more are counted."""

PATIENCE = 60.0
"""Seconds that a command waits for another process to deliver what it was to deliver itself."""


def send(outbox: Outbox, settings: Settings, ids: Collection[int], place: str | None = None) -> bool:
    """Deliver entries and tell what becomes of them; return whether all have arrived.

    Args:
        outbox: Where they wait.
        settings: The settings that hold.
        ids: The entries that count.
        place: Where else all is sent that waits for it; None: nothing else is sent.
    """
    from ai_power_export.deliver.interface import Receipt

    wanted = outbox.waiting(None if place else ids)
    total = sum(each.place == place or each.id in ids for each in wanted)
    told: dict[int, Sent] = {}
    with progress("Delivering", total) as advance:

        def tell(sent: Sent) -> None:
            told[sent.entry.id] = sent
            advance()
            if total <= FEW and isinstance(sent.answer, Receipt):
                say(f"{sent.entry.file_name} {_became(sent.answer)}")

        try:
            _send(outbox, settings, ids, place, tell)
        except KeyboardInterrupt:
            say("interrupted; what has not arrived is kept in the outbox")
            raise
    together = [each for each in told.values() if total > FEW or not isinstance(each.answer, Receipt)]
    tell_together((each.entry.file_name, _became(each.answer, each.entry.place)) for each in together)
    left = outbox.waiting(ids)
    _tell_of_the_rest(left, told, outbox.pauses())
    by_others = {*ids} - {*told} - {each.id for each in left}
    if by_others:
        say(f"{_reports(len(by_others))} delivered by another process")
    return not left


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how far something has come, on a terminal where it is much; yield what is called for each step."""
    if total <= FEW or not (sys.stderr is not None and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _send(
    outbox: Outbox, settings: Settings, ids: Collection[int], place: str | None, tell: Callable[[Sent], None]
) -> None:
    """Send until nothing of what counts is in the hands of another process any more."""
    from ai_power_export.deliver.outbox.send import send_due

    end = time.monotonic() + PATIENCE
    while True:
        send_due(outbox, settings, tell, place=place, ids=None if place else ids)
        if not any(each.holder for each in outbox.waiting(ids)) or time.monotonic() > end:
            return
        time.sleep(0.2)


def _became(answer: Answer, place: str = "") -> str:
    """Return what became of a report in words; of one of many without where it is."""
    from ai_power_export.deliver.interface import Receipt, Refused

    if isinstance(answer, Receipt):
        return f"{'delivered to' if answer.is_new else 'there already:'} {shown_place(place or answer.where)}"
    refused = "refused, and " if isinstance(answer, Refused) else ""
    return printable(f"{refused}kept in the outbox: {answer}")


def shown_place(place: str) -> str:
    """Return a place as it is shown: a folder as seen from here, for what leads there names the user."""
    return printable(str(as_seen(Path(place))) if Path(place).is_absolute() else place)


def tell_together(told: Iterable[tuple[str, str]]) -> None:
    """Tell once what is so of several: names of reports, each with the words about it."""
    groups: dict[str, list[str]] = {}
    for name, words in told:
        groups.setdefault(words, []).append(name)
    for words, names in groups.items():
        say(f"{names[0] if len(names) == 1 else _reports(len(names))} {words}")


def _tell_of_the_rest(left: Iterable[Entry], told: Container[int], pauses: dict[str, float]) -> None:
    """Tell of what was not sent at all."""
    for place, number in Counter(each.place for each in left if each.id not in told).items():
        why = ""
        if place in pauses:
            until = datetime.fromtimestamp(pauses[place]).astimezone()
            why = f": {shown_place(place)} asked to be left alone until {until:%H:%M:%S}"
        say(f"{_reports(number)} more in the outbox, not sent now{why}")


def _reports(number: int) -> str:
    return f"{number} report{'s' if number > 1 else ''}"
