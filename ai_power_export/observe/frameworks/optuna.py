"""Reads the calls of Optuna's studies: what their trials train is seen by itself, and marked as theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint


class OptunaReader:
    """Reads `Study.optimize`."""

    reads_inside: frozenset[str] = frozenset()

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Say nothing of a study inside another call, whose work its trials are."""
        return ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read which kind of study searches."""
        cls = type(point.positional(values, 0))
        bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
        return Reading((Part(class_path(cls), bases),), does=Doing.SEARCHES)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Say nothing: the trials have said it."""
        return NOTHING

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing: the trials have said it."""
        return NOTHING
