"""Keeps account of watched calls: which are open, how long they take, what was read of them."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import RLock, get_ident
from types import FrameType
from typing import Any

from ai_power_export.facts import Notice
from ai_power_export.observe.observation import Doing, Observation, Part
from ai_power_export.observe.open_calls import OpenCall, OutermostCall, outermost
from ai_power_export.observe.places import caller_of, frame_key, place_name
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Observer, Outcome, Watchpoint
from ai_power_export.observe.searches import Searches
from ai_power_export.observe.spacing import Spacing
from ai_power_export.observe.tally import Tally
from ai_power_export.observe.under_way import UnderWay

MOST_ERRORS = 3
"""Errors after which an observer is switched off."""
LARGEST_SHARE = 0.01
"""Share of the wall time that an observer's processor time may be."""
GRACE_S = 0.1
"""Seconds of processor time that an observer may cost before its share is looked at."""


@dataclass
class CallRecorder:
    """Turns the openings and closings of calls into observations.

    A call that ends with an exception may never be reported closed: an open
    call counts as over when its frame is no longer on its thread's stack.
    """

    on_off: Callable[[Observer], None]
    """Called when an observer is switched off."""
    called: set[str] = field(default_factory=set)
    """Names of what was called in this window, of whatever is heard."""
    returned: set[str] = field(default_factory=set)
    """Names of what only loads and has returned to the program, since the beginning, without an exception."""
    warnings: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = RLock()
        self._off = False
        self._since = time.perf_counter()
        self._clock = time.time() - self._since
        self.open_calls: dict[int, list[OpenCall]] = {}
        """Those of each thread, innermost last; some may have ended with an exception, see `inside_call`."""
        self._tallies: dict[object, Tally] = {}
        self.under_way = UnderWay()
        self._searches = Searches()
        self._spacing = Spacing()

    def opened(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        """Hear that a call began; one inside a call that was let pass is none, and there are many of them."""
        if self.open_calls.get(get_ident()) or not self._spacing.inside_passed(frame.f_back):
            self._guarded(point.observer, self._open, point, frame, values)

    def closed(self, point: Watchpoint, frame: FrameType, result: Any, failed: bool) -> None:
        """Hear that a call ended."""
        if not failed and getattr(point.observer.reader, "only_loads", False):
            self._guarded(point.observer, self._note_return, point, frame)
        if self.open_calls.get(get_ident()) or self._searches.are_open:
            self._guarded(point.observer, self._close, frame, result, failed)

    def observations(self, *, close: bool) -> list[Observation]:
        """Return what was observed in this window up to now; `close` begins the next one."""
        with self._lock:
            self._charge_open_calls(time.perf_counter())
            self._spacing.count()
            found = [tally.observation(complete=not self._off) for tally in self._tallies.values()]
            if close:
                self._begin_window()
            return found

    # ---- for followers --------------------------------------------------------------------------

    def hear(self, observer: Observer, step: Callable[..., None], *args: Any) -> None:
        """Run a callback of a follower: its time and its errors count for its observer."""
        self._guarded(observer, step, *args)
        self._check_cost(observer)

    def undisturbed(self) -> AbstractContextManager[object]:
        """Return what lets no callback run in another thread while a follower tells what it has heard."""
        return self._lock

    def inside_call(self) -> bool:
        """Tell whether the caller is inside a watched call of its thread, which accounts for all below it."""
        stack = self.open_calls.get(get_ident())
        if stack:
            self._drop_ended(stack, sys._getframe(1))
        return bool(stack)

    def running_searches(self) -> tuple[Part, ...]:
        """Return the searches, such as an Optuna study, that what is trained now is a trial of.

        They belong in front of the parts of what is observed.
        """
        return self._searches.running()

    def unix_time(self, moment: float) -> float:
        """Return the Unix time in seconds of a `perf_counter` time."""
        return self._clock + moment

    def _guarded(self, observer: Observer, step: Callable[..., None], *args: Any) -> None:
        """Run a step inside the user's call: no error leaves it, and its time is charged to its observer."""
        if observer.off:
            return
        began, uncollected = time.thread_time(), gc.get_count()[2]
        try:
            with self._lock:
                step(*args)
        except Exception as error:  # noqa: BLE001 - the user's call goes on whatever fails in us
            self._note_error(observer, error)
        # After the import of a large framework a full collection of garbage takes 0.3 s: it is the program's.
        if gc.get_count()[2] >= uncollected:
            observer.spent += time.thread_time() - began

    def _note_error(self, observer: Observer, error: Exception) -> None:
        observer.errors += 1
        if observer.errors >= MOST_ERRORS:
            self._switch_off(observer, f"after {MOST_ERRORS} errors, the last {type(error).__name__}")

    # ---- a call begins --------------------------------------------------------------------------

    def _open(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        now = time.perf_counter()
        stack = self.open_calls.get(get_ident())
        if stack:
            self._drop_ended(stack, frame.f_back)
        if stack:
            self._open_inner(stack, point, frame, values, now)
        elif not self._spacing.inside_passed(frame.f_back):
            self._open_outer(point, frame, values, now)

    def _open_outer(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any], now: float) -> None:
        caller = caller_of(frame.f_back)
        if caller.is_meter or (caller.place is None and any(self.open_calls.values())):
            return  # the meter's own, or a worker thread of a call that is open in another thread
        inside = self.under_way.hold(frame.f_back)
        try:
            reading = point.observer.reader.read(point, values)
        except Exception as error:  # noqa: BLE001 - the call is open all the same, and has calls inside
            self._note_error(point.observer, error)
            reading = UNREADABLE
        if reading.does is Doing.SEARCHES:
            self._searches.begin(frame, reading.parts)
            return
        if inside and reading.does not in (Doing.TRAINS, Doing.FINETUNES):
            return  # part of a call that began before observing did, such as its validation
        owner, found_by = id(point.positional(values, 0)), self._searches.running()
        call = OutermostCall(
            frame_key(frame), point, now, owner, "", reading, caller.place, now, found_by=found_by
        )
        # A thread has a stack from its first call on: one thread alone may let calls pass.
        self.open_calls.setdefault(get_ident(), []).append(call)
        tally = self._tally(call)
        tally.add_call()
        point.observer.calls += 1
        self._spacing.began(tally)

    def _open_inner(
        self,
        stack: list[OpenCall],
        point: Watchpoint,
        frame: FrameType,
        values: Mapping[str, Any],
        now: float,
    ) -> None:
        outermost(stack).last_sign = now
        reader, owner = point.observer.reader, point.positional(values, 0)
        if point.method in reader.reads_inside:
            path, reading = reader.class_path(point, owner), reader.read(point, values)
            stack.append(OpenCall(frame_key(frame), point, now, id(owner), path, reading))
        elif id(owner) != stack[-1].owner:  # else one method of an object calls another
            path = reader.class_path(point, owner)
            if path:
                stack.append(OpenCall(frame_key(frame), point, now, id(owner), path))

    def _drop_ended(self, stack: list[OpenCall], frame: FrameType | None) -> None:
        """Forget calls of a thread that are not among the callers of `frame`: an exception ended them."""
        open_frames = {call.frame for call in stack}
        while frame is not None and frame_key(frame) not in open_frames:
            frame = frame.f_back
        while stack and (frame is None or stack[-1].frame != frame_key(frame)):
            self._drop(stack.pop())

    def _drop(self, call: OpenCall) -> None:
        if isinstance(call, OutermostCall):
            tally = self._tally(call)
            self._take(tally, self._progress(call))
            # When exactly it ended is not known: what is charged is what it surely took,
            # or all of it while the exception is still on its way.
            ended = call.last_sign if sys.exc_info()[0] is None else time.perf_counter()
            tally.end(max(0.0, ended - call.began), self._clock + ended, failed=True)

    # ---- a call ends ----------------------------------------------------------------------------

    def _note_return(self, point: Watchpoint, frame: FrameType) -> None:
        if point.name not in self.returned and not caller_of(frame.f_back).is_meter:
            self.returned.add(point.name)

    def _close(self, frame: FrameType, result: Any, failed: bool) -> None:
        now = time.perf_counter()
        self._searches.end(frame)
        stack = self.open_calls.get(get_ident(), [])
        key = frame_key(frame)
        if not stack or (stack[-1].frame != key and all(call.frame != key for call in stack)):
            return
        while stack[-1].frame != key:
            self._drop(stack.pop())
        call = stack.pop()
        if isinstance(call, OutermostCall):
            self._close_outer(call, result, failed, now)
        else:
            self._close_inner(stack, call, result, failed, now)

    def _close_outer(self, call: OutermostCall, result: Any, failed: bool, now: float) -> None:
        tally = self._tally(call)
        tally.end(now - call.began, self._clock + now, failed=failed)
        observer = call.point.observer
        if failed:
            self._take(tally, self._progress(call))
        else:
            outcome = observer.reader.outcome(call.point, call.reading or UNREADABLE, result)
            self._take(tally, call.found(outcome))
        if call.place is None:
            # A library's own thread, such as the meter's, has no calls of the user's.
            del self.open_calls[get_ident()]
        elif len(self.open_calls) == 1:
            self._spacing.ended(call.point, tally)
        self._check_cost(observer)

    def _close_inner(
        self, stack: list[OpenCall], call: OpenCall, result: Any, failed: bool, now: float
    ) -> None:
        outer = outermost(stack)
        outer.last_sign = now
        tally = self._tally(outer)
        if call.class_path:
            tally.add_inner(call.class_path, call.point.method, now - call.began)
        if call.reading is not None and not failed:
            tally.add_inner_outcome(call.point.observer.reader.outcome(call.point, call.reading, result))

    def _progress(self, call: OutermostCall) -> Outcome:
        """Read what a call has done that has not returned; its reader may fail, the account goes on."""
        try:
            outcome: Outcome = call.point.observer.reader.progress(call.point, call.reading or UNREADABLE)
            return call.found(outcome)
        except Exception as error:  # noqa: BLE001 - the time of the call is charged all the same
            self._note_error(call.point.observer, error)
            return NOTHING

    def _take(self, tally: Tally, outcome: Outcome) -> None:
        if outcome is not NOTHING:
            tally.add_outcome(outcome)

    def _check_cost(self, observer: Observer) -> None:
        most = max(GRACE_S, LARGEST_SHARE * (time.perf_counter() - self._since))
        if observer.spent > most and not observer.off:
            self._switch_off(observer, f"it cost more than {LARGEST_SHARE:.0%} of the run's time")

    # ---- accounts -------------------------------------------------------------------------------

    def _tally(self, call: OutermostCall) -> Tally:
        """Return the account of a call in the present window."""
        if call.tally is not None:
            return call.tally
        key, reading = call.key, call.said
        tally = self._tallies.get(key)
        if tally is None:
            place, begin = place_name(call.place), self._clock + call.began
            tally = self._tallies[key] = Tally(call.point.method, place, reading, begin)
        else:
            tally.add_reading(reading)
        call.tally = tally
        return tally

    def _begin_window(self) -> None:
        self._spacing.settle()
        self._tallies.clear()
        self.called.clear()
        for stack in self.open_calls.values():
            self.called.update(call.point.name for call in stack)
            if stack:
                outermost(stack).tally = None

    def _charge_open_calls(self, now: float) -> None:
        frames = sys._current_frames()
        for thread, stack in self.open_calls.items():
            self._drop_ended(stack, frames.get(thread))
            if stack:
                outer = outermost(stack)
                tally = self._tally(outer)
                tally.add_progress(self._progress(outer))
                tally.charge(now - outer.began, self._clock + now)
                outer.began = now

    def _switch_off(self, observer: Observer, why: str) -> None:
        observer.off = True
        # Whether all models were seen does not hang on one who hears of the loading of data alone.
        self._off |= not getattr(observer.reader, "only_loads", False)
        self.warnings.append(Notice("observer-off", f"{observer.name} is no longer observed: {why}"))
        self.on_off(observer)
