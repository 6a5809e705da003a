"""Stays behind while the script runs, to ask its user about the reports when it is over.

Only `aipower export --interactive` on a terminal does so. The script is a child then; whatever it ends with,
a code or a signal, this process ends with the same after the last question.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from ai_power_export.console import say

Asker = Callable[[Sequence[Path]], None]
"""Asks the user about reports that were written."""

LONGEST_WAIT = 30.0
"""Seconds to wait for the reporter when the script has ended: as long as the script itself does at most."""

OF_THE_TERMINAL = (signal.SIGINT, signal.SIGQUIT)
"""Signals that the terminal sends to us and the script alike; they are the script's business."""
PASSED_ON = (signal.SIGTERM, signal.SIGHUP)
"""Signals that somebody sends to us and means the script."""


def fork_and_ask(ask: Asker) -> int:
    """Return in a child, which is to become the script; here wait for its end, ask, and end like it.

    Returns:
        A descriptor on which the child's reporter is to tell the paths of its reports; no other program
        that the child becomes gets it.
    """
    told, telling = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, (*OF_THE_TERMINAL, *PASSED_ON))
    script = os.fork()
    if script == 0:
        os.close(told)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*OF_THE_TERMINAL, *PASSED_ON))
        return telling
    os.close(telling)
    with _as_it_was(), _leaving_signals_to(script):
        status = os.waitpid(script, 0)[1]
    if not os.WIFSIGNALED(status):
        _ask(ask, told)
    return _end_like(status)


@contextmanager
def _leaving_signals_to(script: int) -> Iterator[None]:
    def pass_on(number: int, _: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(script, number)

    before = {number: signal.signal(number, signal.SIG_IGN) for number in OF_THE_TERMINAL}
    before |= {number: signal.signal(number, pass_on) for number in PASSED_ON}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, before)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Give the terminal back the ways that it had before the script: it may have died without doing so."""
    import termios

    terminal = sys.stdin.fileno()
    ways = termios.tcgetattr(terminal)
    try:
        yield
    finally:
        with suppress(termios.error, OSError):
            # From the background, where the user may have put us meanwhile, it would stop us.
            if os.tcgetpgrp(terminal) == os.getpgrp():
                termios.tcsetattr(terminal, termios.TCSANOW, ways)


def _ask(ask: Asker, told: int) -> None:
    try:
        reports = [Path(path) for path in json.loads(_all_of(told) or b"[]")]
        if reports:
            ask(reports)
    except KeyboardInterrupt:
        return
    except Exception as error:  # noqa: BLE001 - the reports are written, and the script's end is its own
        say(f"no questions: {type(error).__name__}: {error}")


def _all_of(descriptor: int) -> bytes:
    """Read until the other end is closed, for as long as the reporter may take."""
    found = b""
    while select.select([descriptor], [], [], LONGEST_WAIT)[0]:
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            break
        found += piece
    return found


def _end_like(status: int) -> NoReturn:
    """End with the same code, or by the same signal, as a process did."""
    if not os.WIFSIGNALED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
    _without_core_file()
    number = os.WTERMSIG(status)
    with suppress(OSError):  # SIGKILL has no handler
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    sys.exit(128 + number)  # where the signal is blocked, as a shell says it


def _without_core_file() -> None:
    """Leave the file of a crash to the script, which has written it."""
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
