"""Whether what a report says can be true: checks that go beyond the schema.

An error is what cannot be: a moment still to come, energy below zero, more power
than ten times what the hardware draws. A warning is what hardly can be, or what
the format's descriptions ask for and its schema does not. `docs/checks.md` lists
them all, each with its rule and the source of its limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning import (
    counts,
    dates,
    energy,
    header,
    measures,
    places,
    ratios,
    task,
    vocabulary,
    words,
)
from ai_power_export.report.checks.meaning.reading import Reading

CHECKS = (header, task, counts, ratios, energy, measures, places, vocabulary)
"""Modules whose `findings` look at a reading alone, without a clock."""


def meaning_findings(document: Any, version: str, now: datetime) -> Iterator[Finding]:
    """Yield what cannot be true, or hardly, in a document of any shape.

    Args:
        document: A report as JSON gives it; it need not be valid.
        version: The version of the format that it follows.
        now: The present, with a time zone; what lies after it has not happened yet.
    """
    reading = Reading(document, version)
    saying_nothing = list(words.findings(reading))
    said = {each.path for each in saying_nothing}
    for finding in chain(dates.findings(reading, now), *(check.findings(reading) for check in CHECKS)):
        # A text that says nothing is also no country, no UUID and so on: that is one warning, not two.
        if finding.severity == "error" or finding.path not in said:
            yield finding
    yield from saying_nothing
