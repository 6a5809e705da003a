"""What a report says of itself: its identity and its version of the format."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Reading
from ai_power_export.report.checks.meaning.wording import quoted, warning

FORMAT_VERSIONS = {"0.0.1", "0.1", "0.1.0", "1.0", "1.0.0", "1.1", "1.1.0"}
"""What samples of the format carry (0.1), its first schema (0.0.1), and its releases (1.0.0, 1.1.0)."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield what is doubtful in the header of a report."""
    header = reading.one("header")
    identifier, told = header.text("reportId"), header.text("formatVersion")
    if identifier and (not _UUID.fullmatch(identifier) or uuid.UUID(identifier).int == 0):
        what = f"is {quoted(identifier)}, no UUID"
        mend = "give a random UUID (version 4): other identifiers may be given twice"
        yield warning(header.spot("reportId").path, "report-id", what, mend)
    if told and told.removeprefix("v") not in FORMAT_VERSIONS:
        what = f"is {quoted(told)}, no version of the format"
        yield warning(header.spot("formatVersion").path, "format-version", what, "the current one is 0.1")
