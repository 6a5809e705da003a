"""What stands against publishing a report, for those who look after a collection of reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ai_power_export.report.checks.files import CheckedFile
from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.evidence import value_at
from ai_power_export.report.privacy.filter import PrivacyFilter, Removal
from ai_power_export.report.reading.found import STDIN
from ai_power_export.report.reading.places import WHOLE
from ai_power_export.vocabulary.private import Kind

CONFIDENTIALITY = "header.publisher.confidentialityLevel"
NOT_PUBLIC, PRIVATE = "not-public", "private"
DECIMALS = 3
"""Decimals of coordinates, about 100 m, that no report may exceed (the setting `coordinates_decimals`)."""

_LINK = Finding(WHOLE, "is a link", "add the report itself", "error", "link")


class Publication:
    """Looks for what is not for everybody; one for all files of a command.

    No finding of it quotes a report.
    """

    def __init__(self) -> None:
        """Take what the privacy filter takes out of a report that leaves, whoever publishes it."""
        self._private = PrivacyFilter(coordinates_decimals=DECIMALS)

    def findings(self, document: Any) -> Iterator[Finding]:
        """Yield what stands against publishing a report."""
        said = value_at(document, CONFIDENTIALITY) if isinstance(document, dict) else None
        if said not in (None, "public"):
            mend = "whoever publishes it may decide that it is: aipower edit"
            yield Finding(CONFIDENTIALITY, "is not public", mend, "error", NOT_PUBLIC)
        yield from map(_private, self._private.json(document)[1])


def as_report(file: CheckedFile) -> CheckedFile:
    """Return a file without these findings: its data are as good whoever may see them."""
    findings = tuple(each for each in file.findings if each.code not in (NOT_PUBLIC, PRIVATE))
    return replace(file, findings=findings)


def without_link(file: CheckedFile) -> CheckedFile:
    """Return a file, of a link only that it is one: it may lead to a file of the machine that checks."""
    if file.name == STDIN or not Path(file.name).is_symlink():
        return file
    return replace(file, findings=(_LINK,), document=None, version=None, is_readable=True)


def _private(removal: Removal) -> Finding:
    what = removal.why
    if removal.kind is Kind.COORDINATES:
        what = f"coordinates of more than {DECIMALS} decimals"
    if removal.kind is Kind.SECRET:
        mend = "take it out, and make it invalid where it opens a door: others have seen it"
        return Finding(removal.path or WHOLE, f"holds a secret: {what}", mend, "error", PRIVATE)
    mend = "take it out; aipower upload does so by itself"
    return Finding(removal.path or WHOLE, f"holds something private: {what}", mend, "warning", PRIVATE)
