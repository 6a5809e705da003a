"""Hears when CodeCarbon's trackers are started, of which it tells no output handler."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol

from codecarbon.emissions_tracker import BaseEmissionsTracker

from ai_power_export.observe.doors import plain_function
from ai_power_export.observe.engine_wrapping import WrappingEngine
from ai_power_export.observe.reader import Observer, Watchpoint


class Hearer(Protocol):
    """Is told of every start."""

    def starting(self, tracker: Any) -> None:
        """Hear that a tracker is about to start."""

    def started(self, tracker: Any) -> None:
        """Hear that it has started, or could not."""


class Starts:
    """Tells those who are still there of every start."""

    def __init__(self) -> None:
        """Begin to hear."""
        self.hearers: weakref.WeakSet[Hearer] = weakref.WeakSet()
        self._open: dict[int, Any] = {}
        engine = WrappingEngine()
        start = plain_function(vars(BaseEmissionsTracker).get("start"), stop=engine.is_wrapped)
        if start is not None:
            engine.watch(start, Watchpoint(self, Observer("codecarbon", None), "start", start.__code__))

    def opened(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        """Hear that `start` was called."""
        tracker = self._open[id(frame)] = point.positional(values, 0)
        for each in list(self.hearers):
            with suppress(Exception):
                each.starting(tracker)

    def closed(self, point: Watchpoint, frame: FrameType, result: Any, failed: bool) -> None:
        """Hear that it returned."""
        tracker = self._open.pop(id(frame), None)
        for each in list(self.hearers):
            with suppress(Exception):
                each.started(tracker)


_starts: Starts | None = None


def hear_starts(hearer: Hearer) -> None:
    """Tell someone of every start of a tracker in this process from now on."""
    global _starts
    _starts = _starts or Starts()
    _starts.hearers.add(hearer)
