"""Finds the user's own line behind a call of ours."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

NOT_THE_USER = (
    "ai_power_export.",
    "codecarbon.",
    "contextlib",
    "functools",
    "importlib",
    "threading",
    "site",
)
"""Modules whose frames stand between the user's line and ours."""


def user_frame() -> FrameType | None:
    """Return the innermost frame of the user's own code, None in a thread of ours."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module == "ai_power_export" or module.startswith(NOT_THE_USER)


def user_line() -> tuple[str, int]:
    """Return file and line of the user's call; an empty file where there is none."""
    frame = user_frame()
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def main_script() -> str:
    """Return the absolute path of the script that runs as `__main__`, if it is a file.

    At exit the interpreter has already taken `__file__` away; the loader still knows it.
    """
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None) or getattr(getattr(main, "__loader__", None), "path", None)
    return str(Path(path).resolve()) if isinstance(path, str) and Path(path).is_file() else ""
