"""All checks of one report: its structure, its characters, keys that nobody reads, then its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import chain, islice
from typing import Any

from ai_power_export.report.checks.characters import character_findings
from ai_power_export.report.checks.finding import Finding, Found, in_order
from ai_power_export.report.checks.meaning import meaning_findings
from ai_power_export.report.checks.structure import structure_findings
from ai_power_export.report.checks.unknown import unknown_findings
from ai_power_export.report.format.versions import version_of
from ai_power_export.report.read import PARTS
from ai_power_export.report.reading.places import WHOLE

MOST = 1000
"""Findings of one kind of check that are told of one report; no human reads more."""


@dataclass(frozen=True)
class Checked(Found):
    """What all checks say of a report."""

    version: str
    """The version of the format that it was held against."""
    findings: tuple[Finding, ...]
    """In the order of their paths."""


def check(document: Any, now: datetime | None = None) -> Checked:
    """Return what is wrong or doubtful in a report, valid or not.

    Args:
        document: The report as JSON gives it.
        now: The present, with a time zone; by default that of the clock.
    """
    version = version_of(document)
    other = _not_a_report(document)
    if other is not None:
        return Checked(version, (other,))
    meant = meaning_findings(document, version, now or datetime.now(timezone.utc))
    formal = structure_findings(document, version), character_findings(document)
    found = (*formal, unknown_findings(document, version), meant)
    return Checked(version, in_order(chain.from_iterable(islice(each, MOST) for each in found)))


def _not_a_report(document: Any) -> Finding | None:
    """Return the one finding about a document that is something else, whose details say nothing."""
    if isinstance(document, list):
        what, mend = f"is a list of {len(document)}, not a report", "a file holds one report: split it"
    elif not isinstance(document, dict):
        what, mend = "is no JSON object", "a report is an object with task, measures, infrastructure"
    elif not document.keys() & PARTS:
        what, mend = f"is no report: it has none of {', '.join(PARTS)}", "check a file that has"
    else:
        return None
    return Finding(WHOLE, what, mend, "error", "not-a-report")
