"""Calls that have begun and not ended: the stack of each thread is made of them."""

from __future__ import annotations

from dataclasses import dataclass

from ai_power_export.observe.observation import Part
from ai_power_export.observe.reader import UNREADABLE, Outcome, Reading, Watchpoint
from ai_power_export.observe.tally import Tally


@dataclass(slots=True)
class OpenCall:
    """A watched call that has not ended."""

    frame: tuple[int, int]
    """Its frame, by numbers so as not to keep it; see `frame_key`."""
    point: Watchpoint
    began: float
    """`perf_counter` time from which it has not been charged yet."""
    owner: int
    """`id` of the object whose method was called, or of the first argument."""
    class_path: str
    """Class path of that object."""
    reading: Reading | None = None
    """What was read of it; of a call inside another one only where its reader asks for it."""


@dataclass(slots=True)
class OutermostCall(OpenCall):
    """The outermost watched call of a thread: the one that time is charged to."""

    place: tuple[str, int] | None = None
    last_sign: float = 0.0
    """When it was last known to run."""
    tally: Tally | None = None
    """Its account in the present window, once it has one."""
    found_by: tuple[Part, ...] = ()
    """The searches that it is a trial of, outermost first."""

    @property
    def key(self) -> object:
        """What it has in common with the calls that it is counted with."""
        said = self.said
        paths = [part.class_path for part in said.parts]
        return (self.point.method, said.does, self.place, said.seen_before, said.is_trial, *paths)

    @property
    def said(self) -> Reading:
        """What was read of it, with the searches that it was found by."""
        reading = self.reading or UNREADABLE
        if not self.found_by:
            return reading
        return reading._replace(parts=reading.parts and (*self.found_by, *reading.parts), is_trial=True)

    def found(self, outcome: Outcome) -> Outcome:
        """Return an outcome whose parts say what searches they were found by."""
        if outcome.parts is None or not self.found_by:
            return outcome
        return outcome._replace(parts=(*self.found_by, *outcome.parts))


def outermost(stack: list[OpenCall]) -> OutermostCall:
    """Return the call at the bottom of a thread's stack."""
    outer = stack[0]
    assert isinstance(outer, OutermostCall)
    return outer
