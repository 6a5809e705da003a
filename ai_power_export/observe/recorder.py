"""Keeps account of watched calls: which are open, how long they take, what was read of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock, get_ident
from types import FrameType
from typing import Any

from ai_power_export.facts import Notice

from .observation import Observation
from .places import place_name, user_place
from .reader import Observer, Reading, Watchpoint
from .tally import Tally

MOST_ERRORS = 3
"""Errors after which an observer is switched off."""
LARGEST_SHARE = 0.01
"""Share of the wall time that an observer may cost."""
GRACE_S = 0.05
"""Seconds that an observer may cost before its share is looked at."""


@dataclass(slots=True)
class _Open:
    """A watched call that has not ended."""

    frame: tuple[int, int]
    """Its frame, by numbers so as not to keep it; see `_key`."""
    point: Watchpoint
    began: float
    """`perf_counter` time from which it has not been charged yet."""
    owner: tuple[str, int] | None
    """Class path and `id` of the object whose method was called."""


@dataclass(slots=True)
class _OpenOuter(_Open):
    """The outermost watched call of a thread: the one that time is charged to."""

    reading: Reading
    place: tuple[str, int] | None
    last_sign: float
    """When it was last known to run."""
    tally: Tally | None = None
    """Its account in the present window, once it has one."""


@dataclass
class CallRecorder:
    """Turns the openings and closings of calls into observations.

    A call that ends with an exception may never be reported closed: an open
    call counts as over when its frame is no longer on its thread's stack.
    """

    on_off: Callable[[Observer], None]
    """Called when an observer is switched off."""
    warnings: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = RLock()
        self._since = time.perf_counter()
        self._stacks: dict[int, list[_Open]] = {}
        self._tallies: dict[object, Tally] = {}

    def opened(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        """Hear that a call began."""
        self._guarded(point.observer, self._open, point, frame, values)

    def closed(self, point: Watchpoint, frame: FrameType, result: Any, failed: bool) -> None:
        """Hear that a call ended."""
        self._guarded(point.observer, self._close, frame, result, failed)

    def observations(self, *, close: bool) -> list[Observation]:
        """Return what was observed in this window up to now; `close` begins the next one."""
        with self._lock:
            self._charge_open_calls(time.perf_counter())
            found = [tally.observation() for tally in self._tallies.values()]
            if close:
                self._begin_window()
            return found

    def _guarded(self, observer: Observer, step: Callable[..., None], *args: Any) -> None:
        """Run one callback: its errors and its cost are the observer's, never the user's."""
        if observer.off:
            return
        began = time.perf_counter()
        try:
            with self._lock:
                step(*args, began)
        except Exception as error:  # noqa: BLE001 - the user's call goes on whatever fails in us
            observer.errors += 1
            if observer.errors >= MOST_ERRORS:
                self._switch_off(observer, f"after {MOST_ERRORS} errors, the last {type(error).__name__}")
        observer.spent += time.perf_counter() - began

    # ---- a call begins --------------------------------------------------------------------------

    def _open(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any], now: float) -> None:
        stack = self._stacks.setdefault(get_ident(), [])
        if stack:
            self._drop_ended(stack, frame.f_back)
        if stack:
            self._open_inner(stack, point, frame, values, now)
        else:
            self._open_outer(stack, point, frame, values, now)

    def _open_outer(
        self, stack: list[_Open], point: Watchpoint, frame: FrameType, values: Mapping[str, Any], now: float
    ) -> None:
        place = user_place(frame.f_back)
        if place is None and any(other for other in self._stacks.values()):
            return  # a worker thread of a call that is open in another thread
        reader = point.observer.reader
        reading = reader.read(point, values)
        if reading is None:
            return
        call = _OpenOuter(_key(frame), point, now, reader.owner(point, values), reading, place, now)
        stack.append(call)
        self._tally(call).add_call()

    def _open_inner(
        self, stack: list[_Open], point: Watchpoint, frame: FrameType, values: Mapping[str, Any], now: float
    ) -> None:
        _outer(stack).last_sign = now
        owner = point.observer.reader.owner(point, values)
        if owner is not None and stack[-1].owner != owner:
            stack.append(_Open(_key(frame), point, now, owner))

    def _drop_ended(self, stack: list[_Open], frame: FrameType | None) -> None:
        """Forget calls of a thread that are not among the callers of `frame`: an exception ended them."""
        open_frames = {call.frame for call in stack}
        while frame is not None and _key(frame) not in open_frames:
            frame = frame.f_back
        while stack and (frame is None or stack[-1].frame != _key(frame)):
            self._drop(stack.pop())

    def _drop(self, call: _Open) -> None:
        if isinstance(call, _OpenOuter):
            # When exactly it ended is not known: what is charged is what it surely took,
            # or all of it while the exception is still on its way.
            ended = call.last_sign if sys.exc_info()[0] is None else time.perf_counter()
            self._tally(call).end(max(0.0, ended - call.began), failed=True)

    # ---- a call ends ----------------------------------------------------------------------------

    def _close(self, frame: FrameType, result: Any, failed: bool, now: float) -> None:
        stack = self._stacks.get(get_ident(), [])
        key = _key(frame)
        if not any(call.frame == key for call in stack):
            return
        while stack[-1].frame != key:
            self._drop(stack.pop())
        call = stack.pop()
        if isinstance(call, _OpenOuter):
            self._close_outer(call, result, failed, now)
        elif call.owner is not None:
            outer = _outer(stack)
            outer.last_sign = now
            self._tally(outer).add_inner(call.owner[0], call.point.method, now - call.began)

    def _close_outer(self, call: _OpenOuter, result: Any, failed: bool, now: float) -> None:
        tally = self._tally(call)
        tally.end(now - call.began, failed=failed)
        observer = call.point.observer
        if not failed:
            tally.add_outcome(observer.reader.outcome(call.point, call.reading, result))
        if observer.spent > max(GRACE_S, LARGEST_SHARE * (now - self._since)):
            self._switch_off(observer, f"it cost more than {LARGEST_SHARE:.0%} of the run's time")

    # ---- accounts -------------------------------------------------------------------------------

    def _tally(self, call: _OpenOuter) -> Tally:
        """Return the account of a call in the present window."""
        if call.tally is not None:
            return call.tally
        reading = call.reading
        key = (
            call.point.method,
            call.place,
            reading.seen_before,
            *[part.class_path for part in reading.parts],
        )
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = Tally(call.point.method, place_name(call.place), reading)
        else:
            tally.add_reading(reading)
        call.tally = tally
        return tally

    def _begin_window(self) -> None:
        self._tallies.clear()
        for stack in self._stacks.values():
            if stack:
                _outer(stack).tally = None

    def _charge_open_calls(self, now: float) -> None:
        frames = sys._current_frames()
        for thread, stack in self._stacks.items():
            self._drop_ended(stack, frames.get(thread))
            if stack:
                outer = _outer(stack)
                self._tally(outer).charge(now - outer.began)
                outer.began = now

    def _switch_off(self, observer: Observer, why: str) -> None:
        observer.off = True
        self.warnings.append(Notice("observer-off", f"{observer.name} is no longer observed: {why}"))
        self.on_off(observer)


def _key(frame: FrameType) -> tuple[int, int]:
    """Tell a frame by numbers.

    A frame that is gone leaves its `id` to any other; one of the same code is
    watched, and reported before it can be mistaken.
    """
    return id(frame), id(frame.f_code)


def _outer(stack: list[_Open]) -> _OpenOuter:
    outer = stack[0]
    assert isinstance(outer, _OpenOuter)
    return outer
