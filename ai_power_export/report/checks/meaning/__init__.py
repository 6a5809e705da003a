"""Whether what a report says can be true: checks that go beyond the schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ai_power_export.report.checks.finding import Finding


def meaning_findings(document: Any, version: str, now: datetime) -> Iterator[Finding]:
    """Yield what cannot be true, or hardly, in a document of any shape.

    Args:
        document: A report as JSON gives it; it need not be valid.
        version: The version of the format that it follows.
        now: The present, with a time zone; what lies after it has not happened yet.
    """
    yield from ()
