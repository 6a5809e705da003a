"""Finds the user's line behind a call of a framework, and tells frames apart."""

from __future__ import annotations

import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[str, int]
"""File and line of the user's code."""

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


class Caller(NamedTuple):
    """Who called a framework."""

    place: Place | None
    """The user's nearest line; None in a library's own thread."""
    is_meter: bool
    """Whether CodeCarbon stands between that line and the framework: it reads tables of its own."""


def caller_of(frame: FrameType | None) -> Caller:
    """Return who called, from a frame outwards."""
    while frame is not None:
        file = frame.f_code.co_filename
        if is_users(file):
            return Caller((file, frame.f_lineno), False)
        if _is_meters(file):
            return Caller(None, True)
        frame = frame.f_back
    return Caller(None, False)


@lru_cache(maxsize=4096)
def _is_meters(file: str) -> bool:
    return "codecarbon" in Path(file).parts


def place_name(place: Place | None) -> str:
    """Write a place as `train.py:42`: folders say where a user keeps things, which is nobody's business."""
    return f"{Path(place[0]).name}:{place[1]}" if place else ""


def frame_key(frame: FrameType) -> tuple[int, int]:
    """Tell a frame by numbers, so as not to keep it.

    A frame that is gone leaves its `id` to any other; one of the same code is
    watched, and reported before it can be mistaken.
    """
    return id(frame), id(frame.f_code)
