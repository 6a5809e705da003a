"""Watches functions through `sys.monitoring` (Python 3.12 and later): nothing is changed.

Local events on one code object tell of every call, whatever name it goes by,
and cost other code nothing. Exceptions have no local event; the listener
has to find out by itself which calls ended that way.
"""

from __future__ import annotations

import sys
import types
from typing import Any

from ai_power_export.observe.reader import Observer, Watchpoint

_monitoring: Any = getattr(sys, "monitoring", None)
"""`sys.monitoring`, which the oldest Python that this is checked for does not have."""

TOOL_IDS = (4, 3)
"""The ids that Python reserves for no kind of tool; debuggers, coverage and profilers have others."""
TOOL_NAME = "ai-power-export"

UNSHARED = 3
"""References to a frame's dict of locals: the frame's, the callback's, the counting call's."""

LOCALS_ARE_COPIED = sys.version_info < (3, 13)
"""Up to 3.12 `frame.f_locals` is a dict that stays with the frame and keeps its objects alive."""


class MonitoringEngine:
    """Hears calls through a monitoring tool id of its own."""

    def __init__(self) -> None:
        """Take a tool id.

        Raises:
            ValueError: All ids are taken by other tools.
        """
        self._points: dict[int, Watchpoint] = {}  # by id of the code: comparing code objects is slow
        self._tool = _take_tool_id()
        events = _monitoring.events
        _monitoring.register_callback(self._tool, events.PY_START, self._started)
        _monitoring.register_callback(self._tool, events.PY_RETURN, self._returned)

    def watch(self, function: types.FunctionType, point: Watchpoint) -> None:
        """Begin to watch a function."""
        if id(point.code) in self._points:
            return
        events = _monitoring.events
        self._points[id(point.code)] = point
        _monitoring.set_local_events(self._tool, point.code, events.PY_START | events.PY_RETURN)

    def is_wrapped(self, function: object) -> bool:
        """Tell whether a function's own code is inside a wrapper: here no function's is."""
        return False

    def drop(self, observer: Observer) -> None:
        """Stop watching what one observer watches."""
        for point in [point for point in self._points.values() if point.observer is observer]:
            _monitoring.set_local_events(self._tool, point.code, _monitoring.events.NO_EVENTS)
            del self._points[id(point.code)]

    def stop(self) -> None:
        """Stop watching everything and give the tool id back."""
        for point in self._points.values():
            _monitoring.set_local_events(self._tool, point.code, _monitoring.events.NO_EVENTS)
        self._points.clear()
        for event in (_monitoring.events.PY_START, _monitoring.events.PY_RETURN):
            _monitoring.register_callback(self._tool, event, None)
        _monitoring.free_tool_id(self._tool)

    def _started(self, code: types.CodeType, _offset: int) -> None:
        point = self._points.get(id(code))
        if point is None:
            return
        point.called.add(point.name)
        if point.let_pass:
            point.let_pass -= 1
            point.passed += 1
            return
        point.open += 1
        frame = sys._getframe(1)
        values = frame.f_locals
        point.listener.opened(point, frame, values)
        if LOCALS_ARE_COPIED and sys.getrefcount(values) == UNSHARED:
            values.clear()

    def _returned(self, code: types.CodeType, _offset: int, result: Any) -> None:
        point = self._points.get(id(code))
        if point is not None and point.open:
            point.open -= 1
            point.listener.closed(point, sys._getframe(1), result, False)


def _take_tool_id() -> int:
    for tool in TOOL_IDS:
        if _monitoring.get_tool(tool) is None:
            _monitoring.use_tool_id(tool, TOOL_NAME)
            return tool
    raise ValueError("all monitoring tool ids are taken")
