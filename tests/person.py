"""A person at a pseudo-terminal: reads what a program shows, and types."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time
from pathlib import Path

from running import AIPOWER, clean_environment


class AtTerminal:
    """A program that runs on a terminal of its own, whose keys are pressed here."""

    def __init__(self, *arguments: object, folder: Path, program: str = AIPOWER, **environment: str):
        home = folder / "home"
        home.mkdir(exist_ok=True)
        kept = {name: value for name, value in clean_environment(home).items() if name != "CI"}
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [program, *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**kept, **environment},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.shown = ""
        self._read = 0

    def __enter__(self) -> AtTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)

    def sees(self, text: str, within: float = 120) -> str:
        """Wait for a text; return what was shown up to it since the last one."""
        end = time.monotonic() + within
        while text not in self.shown[self._read :]:
            assert self._more(end - time.monotonic()), f"{text!r} was not shown, but:\n{self.shown}"
        at = self.shown.index(text, self._read) + len(text)
        found, self._read = self.shown[self._read : at], at
        return found

    def types(self, line: str) -> None:
        """Type a line and press Enter."""
        self.presses(f"{line}\n")

    def presses(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def answers(self, question: str, line: str) -> str:
        """Wait until a question waits for its answer, and type it."""
        self.sees(question)
        shown = self.sees(" > ")
        self.types(line)
        return shown

    def ends(self, within: float = 30) -> int:
        """Read to the end; return the exit code, negative for a signal."""
        end = time.monotonic() + within
        while self._more(end - time.monotonic()):
            pass
        return self.process.wait(max(0.1, end - time.monotonic()))

    def _more(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], max(0, seconds))[0]:
            return False
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # the program has closed its terminal
            return False
        self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)


CTRL_C, CTRL_D = "\x03", "\x04"
