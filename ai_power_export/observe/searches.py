"""Keeps account of searches whose trials are calls of their own, such as an Optuna study.

A search that fits models by itself is one call, and what happens inside is its
work. One that calls back a function of the user's is none: what is trained
there is seen by itself, and only marked as found by the search.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from threading import get_ident
from types import FrameType

from ai_power_export.observe.observation import Part
from ai_power_export.observe.places import frame_key


@dataclass(frozen=True, slots=True)
class _Search:
    thread: int
    frame: tuple[int, int]
    parts: tuple[Part, ...]


@dataclass
class Searches:
    """The searches that are running, outermost first, in all threads: a trial may have one of its own."""

    _open: list[_Search] = field(default_factory=list)

    @property
    def are_open(self) -> bool:
        """Whether any may be running."""
        return bool(self._open)

    def begin(self, frame: FrameType, parts: tuple[Part, ...]) -> None:
        """Note a search that began in a frame of this thread."""
        self.end(frame)  # of one that an exception ended, whose frame this is now
        self._open.append(_Search(get_ident(), frame_key(frame), parts))

    def end(self, frame: FrameType) -> None:
        """Note that the search of a frame has ended, if it is one's."""
        if self._open:
            key = frame_key(frame)
            self._open = [each for each in self._open if each.frame != key]

    def running(self) -> tuple[Part, ...]:
        """Return the parts of all searches that are running; those that an exception ended are forgotten."""
        if not self._open:
            return ()
        frames = sys._current_frames()
        self._open = [each for each in self._open if _is_on_stack(each.frame, frames.get(each.thread))]
        return tuple(part for each in self._open for part in each.parts)


def _is_on_stack(key: tuple[int, int], frame: FrameType | None) -> bool:
    while frame is not None and frame_key(frame) != key:
        frame = frame.f_back
    return frame is not None
