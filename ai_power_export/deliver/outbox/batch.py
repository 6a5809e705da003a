"""Entries that are delivered at once, again and again until each is answered or the patience is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from tenacity import RetryCallState, Retrying, retry_if_result

from ai_power_export.console import say
from ai_power_export.deliver.interface import Answer, Destination, Parcel, Receipt, Refused, Unreachable
from ai_power_export.deliver.outbox.entry import Entry
from ai_power_export.deliver.outbox.store import Outbox
from ai_power_export.deliver.outbox.waits import ATTEMPTS, LONGEST_WAIT, across_commands, within_a_command
from ai_power_export.errors import AipowerError
from ai_power_export.report.edit.published import note_published


@dataclass(frozen=True)
class Sent:
    """What became of an entry; `Unreachable`: it stays in the outbox and is sent again."""

    entry: Entry
    answer: Answer


Tell = Callable[[Sent], None]
"""Is called for each entry as soon as its answer is final for this command."""


class Batch:
    """Entries that this process has taken, on their way to one destination."""

    def __init__(self, outbox: Outbox, target: Destination, entries: Sequence[Entry], tell: Tell) -> None:
        """Take what `Outbox.take` returned."""
        self._outbox, self._target, self._tell = outbox, target, tell
        self._taken = entries
        self._left = [*entries]
        self._faults: dict[int, Unreachable] = {}

    def send(self) -> bool:
        """Deliver, and note what became of each; return False where the place answered nothing."""
        try:
            self._hold_back()
            before = len(self._left)
            if before:
                self._retrying()(self._round)
            put_off(self._outbox, [Sent(entry, self._faults[entry.id]) for entry in self._left], self._tell)
            return not before or len(self._left) < before
        finally:
            self._outbox.release(self._taken)

    def _retrying(self) -> Retrying:
        return Retrying(
            retry=retry_if_result(bool),
            stop=self._is_over,
            wait=lambda state: within_a_command(state, self._asked()),
            retry_error_callback=lambda _: None,
        )

    def _hold_back(self) -> None:
        """Do not send what is not what the user has agreed to, or not any more."""
        obstacles = [Sent(entry, Refused(why)) for entry in self._left if (why := entry.obstacle())]
        for sent in obstacles:
            self._tell(sent)
        self._settle(obstacles)

    def _round(self) -> bool:
        """Deliver what is left once; tell whether something is left then."""
        self._outbox.renew(self._left)
        self._faults = {}
        answered = []
        answers = _answers(self._target, [entry.parcel for entry in self._left])
        try:
            for entry, answer in zip(self._left, answers, strict=False):
                if isinstance(answer, Unreachable):
                    self._faults[entry.id] = answer
                else:
                    answered.append(Sent(entry, answer))
                    self._tell(answered[-1])
        finally:
            self._settle(answered)
        return bool(self._left)

    def _settle(self, answered: Sequence[Sent]) -> None:
        """Note final answers: a receipt first, so that one that is missing is made when it is sent again."""
        for sent in answered:
            if isinstance(sent.answer, Receipt):
                _note_receipt(sent.entry, sent.answer)
        self._outbox.remove(sent.entry for sent in answered if isinstance(sent.answer, Receipt))
        for sent in answered:
            if isinstance(sent.answer, Refused):
                self._outbox.put_back(sent.entry, str(sent.answer), None)
        done = {sent.entry.id for sent in answered}
        self._left = [entry for entry in self._left if entry.id not in done]

    def _is_over(self, state: RetryCallState) -> bool:
        asked = self._asked() or 0.0
        return state.attempt_number >= ATTEMPTS or asked > LONGEST_WAIT

    def _asked(self) -> float | None:
        """Return the seconds that the destination asked to be left alone for, if it did."""
        return max((fault.after for fault in self._faults.values() if fault.after is not None), default=None)


def put_off(outbox: Outbox, unsent: Sequence[Sent], tell: Tell) -> None:
    """Note what has not arrived, and when it is sent again; a place that asked for it is left alone."""
    now = time.time()
    for entry, answer in ((sent.entry, sent.answer) for sent in unsent):
        after = answer.after if isinstance(answer, Unreachable) else None
        outbox.put_back(entry, str(answer), now + across_commands(entry.attempts))
        if after is not None:
            outbox.pause(entry.place, now + after)
    for sent in unsent:
        tell(sent)


def _answers(target: Destination, parcels: Sequence[Parcel]) -> Iterator[Answer]:
    """Yield an answer for each parcel, whatever the destination does."""
    answered = 0
    try:
        for answer in target.deliver(parcels):
            answered += 1
            yield answer
        fault: Answer = Unreachable(f"{target.place} gave no answer")
    except (Refused, Unreachable) as error:
        fault = error
    except AipowerError as error:
        fault = Unreachable(str(error))
    except Exception as error:  # noqa: BLE001 - a destination may be anybody's; its words may hold secrets
        fault = Unreachable(f"{target.place} failed with {type(error).__name__}")
    yield from repeat(fault, len(parcels) - answered)


def _note_receipt(entry: Entry, receipt: Receipt) -> None:
    """Note beside the user's file that it was delivered, where it still is what was."""
    if not entry.is_source():
        return
    try:
        note_published(entry.source, entry.place, receipt.where, entry.hash)
    except OSError as error:
        say(f"{entry.source.name}: no receipt could be written: {error.strerror or error}")
