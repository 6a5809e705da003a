"""The report that is rated: valid, brought to the current version, with the hash of what was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.report.checks.check import check
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.format.versions import CURRENT
from ai_power_export.report.rating.subject import text
from ai_power_export.report.signing.canonical import hash_of


@dataclass(frozen=True)
class Subject:
    """A valid report."""

    document: Mapping[str, Any]
    """In the current version of the format."""
    sha256: str
    """Of the canonical JSON of the report as it was given, in hexadecimal."""

    @property
    def identity(self) -> str:
        """What tells it from other reports: its `reportId`, or its hash where it has none."""
        return self.report_id or self.sha256

    @property
    def report_id(self) -> str:
        """Its `reportId`, empty where it has none."""
        return text(self.document, "header.reportId")

    @property
    def title(self) -> str:
        """The name of its model or algorithm, empty where none is told."""
        for name in ("foundationModelName", "algorithmName", "classPath", "algorithmType"):
            for algorithm in entries_of(self.document, "task.algorithms"):
                if told := text(algorithm, name):
                    return told.rpartition(".")[2] if name == "classPath" else told
        return ""

    @property
    def day(self) -> str:
        """The day of the run, ISO 8601; that of the report where no measure tells it."""
        measures = entries_of(self.document, "measures")
        told = [text(each, "measurementDateTime") for each in measures]
        return next(filter(None, [*told, text(self.document, "header.reportDatetime")]), "")[:10]


def subject_of(document: Mapping[str, Any], where: str, *, purpose: str = "rated") -> Subject:
    """Return a report of any version, to be rated or used otherwise.

    Args:
        document: The report.
        where: Its name, for the error.
        purpose: What is to be done with it, for the error.

    Raises:
        CheckFailed: It is not valid: nothing is rated by numbers that cannot be true.
        BadInput: It has numbers or texts that no canonical JSON can say.
    """
    checked = check(document)
    if checked.errors:
        first, *others = checked.errors
        more = f" and {len(others)} more" if others else ""
        line = f"{where}: not {purpose}: the report is not valid: {first.path} {first.what}{more}"
        raise CheckFailed(f"{line} (aipower validate says all)")
    current = document
    if checked.version != CURRENT:
        current = convert(document, checked.version, CURRENT).document
    try:
        return Subject(current, hash_of(document, "SHA-256").hex())
    except BadInput as error:
        raise BadInput("has no hash that a label could name", where, error.what) from None
