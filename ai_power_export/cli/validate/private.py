"""Keeps what is private out of findings: they quote reports, and are often read by others."""

from __future__ import annotations

from dataclasses import replace

from ai_power_export.cli.validate.publication import NOT_PUBLIC, PRIVATE
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.files import BYTE_ORDER_MARK, CheckedFile
from ai_power_export.report.privacy.filter import PrivacyFilter, texts_in
from ai_power_export.report.privacy.masked import masked

QUOTES_NOTHING = (BYTE_ORDER_MARK, NOT_PUBLIC, PRIVATE)
"""Codes of findings without words of the report, which the checks of its JSON do not make."""
HEAD = 8
"""Characters by which a text is known in a finding, which shows the beginning and the end of long ones."""


def for_others(checked: CheckedFile, private: PrivacyFilter) -> CheckedFile:
    """Return the findings of a file as anybody may read them; what is private in them is masked.

    Only texts that a finding quotes are looked at: a folder may hold many thousand reports.
    """
    told = "\n".join(f"{each.path} {each.what} {each.mend}" for each in checked.findings)
    quoted = (text for text in texts_in(checked.document) if told and text[:HEAD] in told)
    if all(private.text(text) == text for text in quoted):
        return checked
    kept = tuple(each for each in checked.findings if each.code in QUOTES_NOTHING)
    return replace(checked, findings=kept + check(masked(checked.document, private)).findings)
