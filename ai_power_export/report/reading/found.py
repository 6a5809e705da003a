"""Finds the files that hold reports."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.report.read import EVIDENCE_SUFFIX

STDIN = "-"


def report_files(place: str) -> Iterator[str]:
    """Yield the files that a place names, in no order.

    A place is a file, a folder (all `*.json` below it, links to folders are not followed), a
    pattern with `*`, or `-` for what comes in. Evidence and hidden files are passed over.

    Raises:
        BadInput: There is none.
    """
    if Path(place).is_dir():
        found, nothing = _below(place), "holds no *.json"
    elif place == STDIN or os.path.lexists(place):
        found, nothing = iter(() if _is_evidence(place) else (place,)), ""
    elif glob.has_magic(place):
        found, nothing = _matching(place), "matches nothing"
    else:
        raise BadInput("there is no such file or folder")
    first = next(found, None)
    if first is not None:
        yield first
        yield from found
    elif nothing:
        raise BadInput(nothing)


def _matching(pattern: str) -> Iterator[str]:
    for match in glob.iglob(pattern, recursive=True):  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not Path(match).is_dir():
            yield from () if _is_evidence(match) else (match,)
        elif "**" not in pattern:  # else what is below matches by itself
            yield from _below(match)


def _below(folder: str) -> Iterator[str]:
    """Yield the reports below a folder as the disk has them, and folders that cannot be listed."""
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.name.lower().endswith(".json") and not _is_evidence(entry.name):
                        yield entry.path
        except OSError:
            yield here


def _is_evidence(name: str) -> bool:
    return name.endswith(EVIDENCE_SUFFIX)


def paths_of(places: Sequence[str]) -> list[Path]:
    """Return the files of reports that places name: reports, folders and patterns.

    Raises:
        BadInput: A place does not exist, or there is no report at all.
    """
    paths: list[Path] = []
    for place in places:
        try:
            paths += map(Path, sorted(report_files(place)))
        except BadInput as error:
            raise BadInput(error.what, place) from None
    if not paths:
        raise BadInput("is no report", places[0], "evidence is beside one")
    return paths
