"""Checks of many files, one after the other: found, read, and judged, whatever they are."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.finding import Finding, Found, in_order
from ai_power_export.report.checks.meaning.stages import findings_beside
from ai_power_export.report.read import EVIDENCE_SUFFIX
from ai_power_export.report.reading.file import read_bytes, read_json, read_stdin
from ai_power_export.report.reading.found import STDIN, report_files
from ai_power_export.report.reading.places import WHOLE, line_numbers
from ai_power_export.report.reading.text import NotJson, decode, parse_json

BYTE_ORDER_MARK = "byte-order-mark"
"""Code of the one finding that is about the file, not the report in it."""


@dataclass(frozen=True)
class CheckedFile(Found):
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


Check = Callable[[Any], Iterable[Finding]]
"""What somebody wants to be checked besides, of any JSON that is found."""


def check_places(
    places: Iterable[str], *, with_lines: bool = False, also: Check = lambda _: ()
) -> Iterator[CheckedFile]:
    """Yield each file that places name, checked; of no file more than its findings is kept.

    Places are those of `report_files`. What cannot be read, or is not there, is yielded as well.
    """
    for place in places:
        try:
            for name in report_files(place):
                yield _checked(name, also, with_lines=with_lines)
        except BadInput as error:
            yield _unreadable(place, error)


def _checked(name: str, also: Check, *, with_lines: bool) -> CheckedFile:
    try:
        content = read_stdin() if name == STDIN else read_bytes(Path(name))
        document = parse_json(content)
    except NotJson as error:
        finding = Finding(WHOLE, error.what, error.mend, "error", error.code)
        return CheckedFile(name, (finding,), lines={WHOLE: error.line})
    except BadInput as error:
        return _unreadable(name, error)
    checked = check(document)
    beside = _beside(name, document, checked.version)
    findings = (*_marks(content), *in_order((*checked.findings, *beside, *also(document))))
    paths = {each.path for each in findings} if with_lines else ()
    lines = line_numbers(decode(content), paths) if paths else {}
    return CheckedFile(name, findings, document, checked.version, lines=lines)


def _beside(name: str, document: Any, version: str) -> Iterator[Finding]:
    """Yield what contradicts the evidence beside a report; what cannot be read there says nothing."""
    evidence = Path(f"{name.removesuffix('.json')}{EVIDENCE_SUFFIX}")
    if name != STDIN and evidence.is_file():
        with suppress(BadInput):
            yield from findings_beside(document, version, read_json(evidence))


def _unreadable(name: str, error: BadInput) -> CheckedFile:
    finding = Finding(WHOLE, error.what, error.mend, "error", "unreadable")
    return CheckedFile(name, (finding,), is_readable=False)


def _marks(content: bytes) -> Iterator[Finding]:
    if content.startswith(codecs.BOM_UTF8):
        what, mend = "begins with a byte order mark, at which many readers stop", "save it as plain UTF-8"
        yield Finding(WHOLE, what, mend, "warning", BYTE_ORDER_MARK)
