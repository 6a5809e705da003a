"""Finds the user's own line behind a call of ours."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from types import FrameType

from ai_power_export.run.record import Scope

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


def scope_between(first: tuple[str, int], last: tuple[str, int]) -> Scope:
    """Return the source that ran between two calls.

    The lines between them if both stand in one file in that order; the whole
    file otherwise (calls in a loop, or in several files), and the script where
    no line of the user's is behind the calls.
    """
    path = last[0] or first[0]
    if not Path(path).is_file():
        return Scope(main_script())
    in_order = first[0] == last[0] and 0 < first[1] < last[1]
    return Scope(str(Path(path).resolve()), lines=(first[1], last[1]) if in_order else None)


def scope_of_block(calls: Collection[tuple[tuple[str, int], tuple[str, int]]]) -> Scope:
    """Return the source of a stage that was always begun and ended by the same two calls.

    Those of a `with` block have one line, that of the `with`; its body is what ran. Where that
    cannot be told, no line is named: the whole file holds the code of the other stages too.
    """
    no_lines = (0, 0)
    if len(calls) != 1:
        return Scope(main_script(), lines=no_lines)
    ((first, last),) = calls
    if not Path(first[0]).is_file() or first[0] != last[0]:
        return Scope(main_script(), lines=no_lines)
    path = str(Path(first[0]).resolve())
    if 0 < first[1] < last[1]:
        return Scope(path, lines=(first[1], last[1]))
    return Scope(path, lines=_block_at(path, first[1]) if first[1] == last[1] else no_lines)


@lru_cache(maxsize=256)
def _block_at(path: str, line: int) -> tuple[int, int]:
    """Return first and last line of the `with` that stands on a line; (0, 0) if not just one does."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return (0, 0)
    blocks = [each for each in ast.walk(tree) if isinstance(each, (ast.With, ast.AsyncWith))]
    # The lines of the `with` itself, which may stretch over several, come before those of its body.
    found = [each for each in blocks if each.lineno <= line < max(each.body[0].lineno, each.lineno + 1)]
    return (found[0].lineno, found[0].end_lineno or 0) if len(found) == 1 else (0, 0)


def main_script() -> str:
    """Return the absolute path of the script that runs as `__main__`, if it is a file.

    At exit the interpreter has already taken `__file__` away; the loader still knows it.
    """
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None) or getattr(getattr(main, "__loader__", None), "path", None)
    return str(Path(path).resolve()) if isinstance(path, str) and Path(path).is_file() else ""
