"""The calls that had begun when observing did, such as the fit whose callback started it.

Nothing tells of their beginning, and they happen all the same: what they call is no call of the program's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

from ai_power_export.observe.reader import Watchpoint


class UnderWay:
    """Those of the watched functions."""

    def __init__(self, running: frozenset[int] = frozenset()) -> None:
        self._running = running
        """`id` of the codes that were running at first, until all functions known then are watched."""
        self._names: dict[int, str] = {}
        """Names of the functions, by the `id` of their code."""
        self.readers: set[str] = set()
        """Names of the readers that would have heard of them: of their frameworks not all is seen."""

    @classmethod
    def now(cls) -> UnderWay:
        """Return what runs at this moment in any thread."""
        stacks = (_callers(frame) for frame in sys._current_frames().values())
        return cls(frozenset(code for stack in stacks for code in stack))

    def look_for(self, point: Watchpoint) -> None:
        """Note a function that begins to be watched, if it was running."""
        if point.name and id(point.code) in self._running:
            self._names[id(point.code)] = point.name
            self.readers.add(point.observer.name)

    def names(self) -> set[str]:
        """Return the names of those that are still running, and forget the others."""
        running = UnderWay.now()._running if self._names else ()
        self._names = {code: name for code, name in self._names.items() if code in running}
        self._running = frozenset()
        return set(self._names.values())

    def hold(self, frame: FrameType | None) -> bool:
        """Tell whether a frame was called by one of them."""
        return bool(self._names) and any(code in self._names for code in _callers(frame))


def _callers(frame: FrameType | None) -> Iterator[int]:
    while frame is not None:
        yield id(frame.f_code)
        frame = frame.f_back
