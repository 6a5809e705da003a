"""The rating of a report of any version: read with its evidence, brought to the current version, rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.errors import BadInput
from ai_power_export.report.format.versions import CURRENT
from ai_power_export.report.rating.rate import Rating, rate
from ai_power_export.report.read import EVIDENCE_SUFFIX, Saved, read_report

if TYPE_CHECKING:
    from ai_power_export.report.checks.files import CheckedFile
    from ai_power_export.report.evidence import Evidence


def rating_of_file(file: CheckedFile) -> Rating | None:
    """Return the rating of a file that was checked, None where it holds no report."""
    if file.version is None or not isinstance(file.document, Mapping):
        return None
    evidence = _evidence_beside(Path(file.name)) if file.version == CURRENT else None
    return rating_of(file.document, file.version, evidence, wrong=bool(file.errors))


def rating_of_report(saved: Saved) -> Rating:
    """Return the rating of a report that was read."""
    from ai_power_export.report.checks.check import check

    checked = check(saved.document)
    evidence = saved.evidence if checked.version == CURRENT else None
    return rating_of(saved.document, checked.version, evidence, wrong=bool(checked.errors))


def rating_of(document: Mapping[str, Any], version: str, evidence: Evidence | None, *, wrong: bool) -> Rating:
    """Return the rating of a report now.

    Args:
        document: The report, valid or not.
        version: The version that it follows.
        evidence: What lies beside it, if that speaks of the current version.
        wrong: Whether a check found errors in it.
    """
    current = document
    if version != CURRENT:
        from ai_power_export.report.convert.conversion import convert

        current = convert(document, version, CURRENT).document
    return rate(current, evidence, datetime.now(timezone.utc), wrong=wrong)


def _evidence_beside(path: Path) -> Evidence | None:
    """Return the evidence of a report; what cannot be read as such adds nothing."""
    try:
        return read_report(path).evidence if path.with_suffix(EVIDENCE_SUFFIX).exists() else None
    except (BadInput, OSError):  # OSError: no file can have so long a name
        return None
