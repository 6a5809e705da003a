"""Finds the user's own line behind a call of ours."""

from __future__ import annotations

import re
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


def told_arguments() -> list[str] | None:
    """Return the arguments of the program as far as they may be kept; None if it has changed them.

    Kept are names of options, numbers and short plain words; all else, and what follows an option that
    sounds like a secret, is an empty text.
    """
    tokens = [str(each) for each in sys.argv[1:]]
    if tokens and sys.orig_argv[-len(tokens) :] != tokens:
        return None
    return [_told(token, before) for token, before in zip(tokens, ["", *tokens], strict=False)]


def _told(token: str, before: str) -> str:
    """Return what may be kept of an argument: of an option with a value at least its name."""
    name, equals, value = token.partition("=")
    if token.startswith("-") and equals and _OPTION.fullmatch(name):
        return token if _PLAIN.fullmatch(value) and not _SECRET.match(name) else f"{name}="
    if _OPTION.fullmatch(token):
        return token
    follows_secret = _SECRET.match(before) and "=" not in before
    return token if _PLAIN.fullmatch(token) and not follows_secret else ""


_OPTION = re.compile(r"-{1,2}[A-Za-z][\w.-]{0,60}")
_PLAIN = re.compile(r"[\w.+-]{1,24}")
_SECRET = re.compile(r"-{1,2}[\w-]*(key|token|secret|passw|pwd|auth|credential|user|mail)", re.IGNORECASE)


def main_script() -> str:
    """Return the absolute path of the script that runs as `__main__`, if it is a file.

    At exit the interpreter has already taken `__file__` away; the loader still knows it.
    """
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None) or getattr(getattr(main, "__loader__", None), "path", None)
    return str(Path(path).resolve()) if isinstance(path, str) and Path(path).is_file() else ""
