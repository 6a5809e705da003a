"""The standard output of all commands: any character can be printed, and where nothing can that is told."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress

_OF_WRITING = {errno.EBADF, errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What goes wrong with an open file."""


class _Closed(io.TextIOBase):
    """In the place of an output that was closed before: what is printed there is not lost in silence."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, "it is closed")


def make_ready() -> None:
    """Have characters that the output's encoding lacks printed as escapes."""
    if sys.stdout is None:
        sys.stdout = _Closed()
    with suppress(AttributeError):  # an output that is no text file knows its own way
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def is_of_output(error: OSError) -> bool:
    """Tell whether an error is one of writing to the standard output: files have a name."""
    return error.filename is None and error.errno in _OF_WRITING


def forget_stdout() -> None:
    """Let nothing more be written there, also at the end of the interpreter."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
