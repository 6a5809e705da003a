"""Run an introspector so that it can neither fail nor hang the host program."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ai_power_export.facts import Facts

LONGEST_REASON = 200
"""Characters of an error's text that are kept as the reason."""


class Introspection:
    """One introspector at work in a daemon thread of its own.

    A daemon thread that hangs does not keep the process from ending. Where no
    thread can be started any more (while the interpreter shuts down, from
    Python 3.12 on), the introspector runs in the calling thread instead.
    """

    def __init__(self, name: str, function: Callable[[], Facts], facts_field: str) -> None:
        self._name, self._function, self._field = name, function, facts_field
        self._found: Facts | None = None
        self._error = ""
        self._thread = threading.Thread(target=self._run, name=f"aipower-{name}", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._run()

    def _run(self) -> None:
        try:
            self._found = self._function()
        except BaseException as error:  # noqa: BLE001 - the boundary: nothing of ours reaches the host
            self._error = f"{type(error).__name__}: {error}"[:LONGEST_REASON]

    def result(self, seconds: float) -> Facts:
        """Wait at most `seconds` and return what was learnt, or why nothing was."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        if self._found is not None:
            return self._found
        if self._error:
            return self._nothing("introspector-failed", self._error)
        return self._nothing("introspector-timeout", "took too long and was given up")

    def _nothing(self, code: str, reason: str) -> Facts:
        facts = Facts()
        facts.lack(self._field, f"{self._name}: {reason}")
        facts.warn(code, f"{self._name}: {reason}")
        return facts


def bounded(name: str, function: Callable[[], Facts], facts_field: str, seconds: float) -> Facts:
    """Return what `function` learns within `seconds`.

    An exception or a timeout becomes a lack of `facts_field` and a warning
    (`introspector-failed`, `introspector-timeout`).
    """
    return Introspection(name, function, facts_field).result(seconds)
