"""Lets calls pass unread where one repeats thousands of times, so that observing stays cheap.

A loop of tiny fits would cost more to read than to run. Once the same call has
come many times in a row, only some are read, at random distances; the others
are counted by the engine and taken to be like those around them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from types import FrameType

from ai_power_export.observe.reader import Watchpoint
from ai_power_export.observe.tally import Tally

OFTEN = 64
"""Calls in a row, all read, before the first is let pass."""
COST_SHARE = 0.004
"""Share of the calls' own time that reading them may cost from then on."""
LONGEST_GAP_S = 0.1
"""Seconds of calls that are let pass at once at most: so late another kind of call may be noticed."""


@dataclass
class Spacing:
    """Which watchpoints let calls pass, and on whose account."""

    accounts: dict[Watchpoint, Tally] = field(default_factory=dict)
    """Who the calls that a watchpoint lets pass are counted for."""
    _codes: set[int] = field(default_factory=set)
    """`id` of the code of each such watchpoint."""
    _latest: Tally | None = None
    _in_a_row: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random(0))  # never the user's own

    def began(self, tally: Tally) -> None:
        """Hear that an outermost call began that is read."""
        if tally is self._latest:
            self._in_a_row += 1
        else:
            self._latest, self._in_a_row = tally, 1
            self.settle()

    def ended(self, point: Watchpoint, tally: Tally) -> None:
        """Hear that an outermost call ended that was read; decide how many of the next ones are not.

        Calls are read without exception where an accuracy comes out, and in
        processes with several threads of them.
        """
        if self._in_a_row < OFTEN or tally is not self._latest or not tally.may_be_spaced:
            return
        seconds = max(tally.mean_seconds, 1e-7)
        cost = point.observer.spent / max(point.observer.calls, 1)
        gap = min(cost / (COST_SHARE * seconds), LONGEST_GAP_S / seconds)
        self._settle(point)
        self.accounts[point] = tally
        self._codes = {id(each.code) for each in self.accounts}  # comparing code objects is slow
        point.let_pass = round(self._random.uniform(0.5, 1.5) * gap)

    def inside_passed(self, frame: FrameType | None) -> bool:
        """Tell whether a frame is inside a call that was let pass: what happens there is not read either."""
        if not self._codes:
            return False
        while frame is not None:
            if id(frame.f_code) in self._codes:
                return True
            frame = frame.f_back
        return False

    def settle(self) -> None:
        """Count what was let pass so far, and read every call again."""
        for point in list(self.accounts):
            self._settle(point)
            point.let_pass = 0
        self.accounts.clear()
        self._codes = set()

    def count(self) -> None:
        """Count what was let pass so far."""
        for point in self.accounts:
            self._settle(point)

    def _settle(self, point: Watchpoint) -> None:
        passed, point.passed = point.passed, 0
        if passed:
            point.observer.passed = True
            self.accounts[point].add_passed(passed)
