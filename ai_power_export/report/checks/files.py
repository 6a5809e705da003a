"""Checks of many files, one after the other: found, read, and judged, whatever they are."""

from __future__ import annotations

import codecs
import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.read import EVIDENCE_SUFFIX
from ai_power_export.report.reading.file import read_bytes, read_stdin
from ai_power_export.report.reading.places import WHOLE, line_numbers
from ai_power_export.report.reading.text import NotJson, decode, parse_json

STDIN = "-"


@dataclass(frozen=True)
class CheckedFile:
    """What all checks say of one file."""

    name: str
    """As the user named it, or its path from the folder that was named."""
    findings: tuple[Finding, ...]
    document: Any = None
    """The report; None where the file holds no JSON."""
    version: str | None = None
    """The version of the format that it was held against."""
    is_readable: bool = True
    lines: Mapping[str, int] = field(default_factory=dict)
    """Lines of the findings' paths in the file, from 1, where they were asked for."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the file invalid."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is doubtful."""
        return tuple(each for each in self.findings if each.severity == "warning")


def check_places(places: Iterable[str], *, with_lines: bool = False) -> Iterator[CheckedFile]:
    """Yield each file that places name, checked; of no file more than its findings is kept.

    A place is a file, a folder (all `*.json` below it, links to folders are not followed), a
    pattern with `*`, or `-` for what comes in. Evidence and hidden files are passed over. What
    cannot be read, or is not there, is yielded as well.
    """
    for place in places:
        try:
            for name in _files(place):
                yield _checked(name, with_lines=with_lines)
        except BadInput as error:
            yield _unreadable(place, error)


def _files(place: str) -> Iterator[str]:
    """Yield the files that a place names.

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


def _checked(name: str, *, with_lines: bool) -> CheckedFile:
    try:
        content = read_stdin() if name == STDIN else read_bytes(Path(name))
        document = parse_json(content)
    except NotJson as error:
        finding = Finding(WHOLE, error.what, error.mend, "error", error.code)
        return CheckedFile(name, (finding,), lines={WHOLE: error.line})
    except BadInput as error:
        return _unreadable(name, error)
    checked = check(document)
    findings = (*_marks(content), *checked.findings)
    paths = {each.path for each in findings} if with_lines else ()
    lines = line_numbers(decode(content), paths) if paths else {}
    return CheckedFile(name, findings, document, checked.version, lines=lines)


def _unreadable(name: str, error: BadInput) -> CheckedFile:
    finding = Finding(WHOLE, error.what, error.mend, "error", "unreadable")
    return CheckedFile(name, (finding,), is_readable=False)


def _marks(content: bytes) -> Iterator[Finding]:
    if content.startswith(codecs.BOM_UTF8):
        what, mend = "begins with a byte order mark, at which many readers stop", "save it as plain UTF-8"
        yield Finding(WHOLE, what, mend, "warning", "byte-order-mark")
