"""Reads a file that may be anything: its bytes, or one line that says why not."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ai_power_export.errors import BadInput
from ai_power_export.report.reading.text import NotJson, parse_json

LARGEST = 16 * 2**20
"""Bytes of the largest file that is read. A report has some 5 kB, the evidence of a long run
1 MB; what JSON of this size becomes in memory stays below 1 GB."""


def read_json(path: Path) -> Any:
    """Return the JSON document in a file.

    Raises:
        BadInput: as `read_bytes` and `parse_json` do, with the name of the file.
    """
    try:
        return parse_json(read_bytes(path))
    except NotJson as error:
        raise BadInput(error.what, path.name, error.mend) from None


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, without ever waiting for another process.

    Raises:
        BadInput: There is no such file, it cannot be read, or it is a folder, a pipe or a device.
        NotJson: It is too large.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _read_all(file, os.fstat(file.fileno()).st_size)
    except IsADirectoryError:
        raise BadInput("is a folder, not a file", str(path)) from None
    except FileNotFoundError:
        what = "is a link to nothing" if path.is_symlink() else "there is no such file"
        raise BadInput(what, str(path)) from None
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"cannot be read: {reason}", str(path)) from None
    raise BadInput("is a pipe or a device, not a file", str(path), "give what it holds as a file, or by -")


def read_stdin() -> bytes:
    """Return all that comes in.

    Raises:
        BadInput: Nothing can.
        NotJson: It is too large.
    """
    try:
        return _read_all(sys.stdin.buffer)
    except (OSError, ValueError, AttributeError):  # a closed one is None, or a file that is closed
        raise BadInput("there is no standard input", "-") from None


def _read_all(stream: BinaryIO, size: int = 0) -> bytes:
    """Return all that a stream holds; its size, if known, is for the message alone."""
    content = stream.read(LARGEST + 1)
    if len(content) <= LARGEST:
        return content
    has = f"{size / 2**20:,.0f} MB" if size else "more"
    what = f"is too large: {has}, and at most {LARGEST >> 20} MB are read"
    raise NotJson(what, "a report has some kB", code="too-large")


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; opening a pipe would else wait until somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
