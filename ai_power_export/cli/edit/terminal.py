"""A person at a terminal: a question is shown on stderr, and one line of stdin is its answer."""

from __future__ import annotations

import os
import select
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from ai_power_export.ci import in_ci
from ai_power_export.cli.rows import printable, shown

if TYPE_CHECKING:
    from ai_power_export.report.edit.questions import Question

try:
    import termios

    HAS_TERMIOS = True
except ImportError:  # Windows, where a line is read as it comes
    HAS_TERMIOS = False

LONGEST_SHOWN = 200
"""Characters of a value that are shown in a prompt."""


def can_ask() -> bool:
    """Tell whether somebody can answer here: on a terminal, in its foreground, and not in CI."""
    if in_ci():
        return False
    try:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        return not hasattr(os, "tcgetpgrp") or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (AttributeError, OSError, ValueError):
        return False


class Terminal:
    """Whoever sits at the terminal of this process."""

    def __init__(self, seconds_to_answer: float | None = None) -> None:
        """Get ready to ask.

        Args:
            seconds_to_answer: How long each question waits; then no further one is asked. None: for ever.
        """
        self._limit = seconds_to_answer
        self._asked = ""

    def ask(self, question: Question, further: int) -> str:
        """Return the line that is typed at a question.

        Raises:
            EOFError: Ctrl-D, or nothing was typed in time.
            KeyboardInterrupt: Ctrl-C.
        """
        self._discard_what_was_typed_ahead()
        lines = _lines(question, further, self._limit)
        # What was not understood is asked again in one line.
        self._write(lines[-1] if self._asked == question.place else "\n".join(["", *lines]))
        self._asked = question.place
        try:
            return self._read_line()
        except EOFError:
            self._write("\n")
            raise

    def tell(self, text: str) -> None:
        """Show one line."""
        self._write(f"  {printable(text)}\n")

    def help(self, question: Question) -> None:
        """Show what is known about a question: why it is asked, every choice, and how to get it next time."""
        self.tell(question.info.description)
        if question.reason:
            self.tell(f"why it is asked: {question.reason}")
        if question.info.choices:
            self.tell(f"one of: {', '.join(question.info.choices)}")
        self.tell(f"next time: {question.hint}")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()

    def _discard_what_was_typed_ahead(self) -> None:
        """Forget what cannot be an answer, as the question was not there yet: the rest of a paste, say."""
        if not HAS_TERMIOS:
            return
        descriptor = sys.stdin.fileno()
        if select.select([descriptor], [], [], 0)[0]:
            self.tell("what was typed before a question is not taken for its answer")
        with suppress(termios.error):
            termios.tcflush(descriptor, termios.TCIFLUSH)

    def _read_line(self) -> str:
        if not HAS_TERMIOS:
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line
        typed = b""
        end = None if self._limit is None else time.monotonic() + self._limit
        while not typed.endswith(b"\n"):
            piece = self._read_piece(end)
            if not piece and not typed:
                raise EOFError
            if not piece:
                break
            typed += piece
        return typed.decode(sys.stdin.encoding or "utf-8", "surrogateescape")

    def _read_piece(self, end: float | None) -> bytes:
        descriptor = sys.stdin.fileno()
        left = None if end is None else max(0.0, end - time.monotonic())
        if not select.select([descriptor], [], [], left)[0]:
            with suppress(termios.error):
                termios.tcflush(descriptor, termios.TCIFLUSH)
            self._write(f"\n  no answer for {self._limit:g} s: aipower edit asks again\n")
            raise EOFError
        return os.read(descriptor, 4096)


def _lines(question: Question, further: int, limit: float | None) -> list[str]:
    """Return a question as it is shown; the last line is where the answer is typed."""
    from ai_power_export.report.edit.replies import MOST_NUMBERED

    kind = {"number": "a number", "integer": "a whole number"}.get(question.info.kind, "")
    remarks = (kind, "required" if question.required else "", f"{further} more" if further else "")
    about = ", ".join(filter(None, remarks))
    lines = [f"{question.place} ({about})" if about else question.place, f"  {question.info.description}"]
    choices = question.info.choices
    if 0 < len(choices) <= MOST_NUMBERED:
        lines.append("  " + "  ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1)))
    within = f" within {limit:g} s" if limit else ""
    return [*lines, f"  {_what_enter_does(question)}{within} > "]


def _what_enter_does(question: Question) -> str:
    proposal = question.proposal
    if proposal is None:
        return "Enter skips"
    verb = "confirms" if proposal.value == question.value else "takes"
    value = shown(proposal.value)
    value = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
    return f"Enter {verb} [{value}] ({printable(proposal.why)}), - skips"
