"""Finds the user's line behind a call of a framework, and tells frames apart."""

from __future__ import annotations

import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType

_LIBRARY = str(Path(sysconfig.get_path("stdlib")))
_OWN = str(Path(__file__).resolve().parent.parent)
_INSTALLED = ("site-packages", "dist-packages")


@lru_cache(maxsize=4096)
def is_users(file: str) -> bool:
    """Tell whether a file, as code objects name it, is the user's: neither installed nor generated."""
    if file.startswith(("<frozen", "<__array_function__", "<decorator")):
        return False
    if file.startswith((_LIBRARY, _OWN)):
        return False
    return not any(folder in file for folder in _INSTALLED)


def is_meters_own(frame: FrameType | None) -> bool:
    """Tell whether CodeCarbon stands between a frame and the user's nearest: it reads its own tables."""
    while frame is not None and not is_users(frame.f_code.co_filename):
        if _is_meters(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


@lru_cache(maxsize=4096)
def _is_meters(file: str) -> bool:
    return "codecarbon" in Path(file).parts


def user_place(frame: FrameType | None) -> tuple[str, int] | None:
    """Return file and line of the nearest user frame at or above `frame`; None in a library's own thread."""
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def place_name(place: tuple[str, int] | None) -> str:
    """Write a place as `train.py:42`: folders say where a user keeps things, which is nobody's business."""
    return f"{Path(place[0]).name}:{place[1]}" if place else ""


def frame_key(frame: FrameType) -> tuple[int, int]:
    """Tell a frame by numbers, so as not to keep it.

    A frame that is gone leaves its `id` to any other; one of the same code is
    watched, and reported before it can be mistaken.
    """
    return id(frame), id(frame.f_code)
