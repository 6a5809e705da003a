"""All checks of one report: its structure, then its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ai_power_export.report.checks.finding import Finding, in_order
from ai_power_export.report.checks.meaning import meaning_findings
from ai_power_export.report.checks.structure import structure_findings


@dataclass(frozen=True)
class Checked:
    """What all checks say of a report."""

    version: str
    """The version of the format that it was held against."""
    findings: tuple[Finding, ...]
    """In the order of their paths."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the report invalid."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is doubtful."""
        return tuple(each for each in self.findings if each.severity == "warning")


def check(document: Any, now: datetime | None = None) -> Checked:
    """Return what is wrong or doubtful in a report, valid or not.

    Args:
        document: The report as JSON gives it.
        now: The present, with a time zone; by default that of the clock.
    """
    version = "boamps"
    meant = meaning_findings(document, version, now or datetime.now(timezone.utc))
    return Checked(version, in_order([*structure_findings(document, version), *meant]))
