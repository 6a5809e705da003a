"""From facts to files: reconcile, describe, assemble, check, and write one report with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.facts import Facts, Origin
from ai_power_export.project import as_seen
from ai_power_export.reconcile import reconcile
from ai_power_export.reconcile.verdict import Decision, Verdict
from ai_power_export.report.assemble import assemble
from ai_power_export.report.checks.check import check
from ai_power_export.report.convert.publishing import in_version, lacks_in_version
from ai_power_export.report.describe import describe
from ai_power_export.report.evidence import evidence, filled_fields
from ai_power_export.report.format.boamps import FIELDS, Report
from ai_power_export.report.format.versions import CURRENT
from ai_power_export.report.header import BY_CHECKS, BY_FACTS, STATUS
from ai_power_export.report.privacy.facts import clean_facts
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.privacy.masked import masked
from ai_power_export.report.write import report_name, write_json

DRAFT = "draft"


@dataclass(frozen=True)
class Written:
    """One report that was written."""

    report: Report
    path: Path
    filled: int
    """How many of the format's fields have a value."""
    status: str
    """Its `reportStatus`: the user's own word, else whether it is complete."""
    missing: tuple[str, ...]
    """What it lacks; empty for a valid report of a complete run."""
    run: Mapping[str, Any] = field(default_factory=dict)
    """What its evidence keeps of the run."""
    not_held: str = ""
    """What the version it was written in has no place for, in one line; empty if that is nothing."""

    @property
    def lacks(self) -> str:
        """Say in one line what is missing, and what that makes of the report; empty if nothing is."""
        if not self.missing:
            return ""
        status = "a draft" if self.status == DRAFT else f"incomplete, though settled as {self.status}"
        return f"{status}: {'; '.join(self.missing)}"

    @property
    def line(self) -> str:
        """Say in one line what was written and what is missing."""
        lacks = f"; {self.lacks}" if self.lacks else ""
        not_held = f"; {self.not_held}" if self.not_held else ""
        return f"{as_seen(self.path)} ({self.filled} of {len(FIELDS)} fields{lacks}{not_held})"


def publish(
    facts: Facts,
    folder: Path,
    run: Mapping[str, Any],
    private: PrivacyFilter,
    cut_short: str = "",
    *,
    durable: bool = True,
    version: str = CURRENT,
) -> Written:
    """Write the report that facts make, and its evidence beside it.

    Args:
        facts: Everything that is known.
        folder: Where the files go.
        run: What the evidence keeps of the run (its id, its intervals).
        private: The filter that everything passes before it is written.
        cut_short: Why the measured work did not come to its end; empty if it did.
        durable: Whether the files must outlast a power cut right after, which takes longer.
        version: The version of the format that it is written in.

    Raises:
        OSError: The folder cannot be written.
    """
    verdict = reconcile(clean_facts(facts, private))
    run = masked(run, private)
    _describe(verdict)
    document = assemble(verdict)
    cut = (cut_short,) if cut_short else ()
    missing = (*cut, *_missing(document, version))
    status = _status(verdict, complete=not missing, note=cut_short)
    document = assemble(verdict)
    path = folder / f"{report_name(document)}.json"
    out = in_version(document, evidence(verdict, document, run), version)
    write_json(path, out.document, durable=durable)
    write_json(path.with_suffix(".evidence.json"), out.evidence, durable=durable)
    report, filled = Report.draft(document), len(filled_fields(document))
    return Written(report, path, filled, status, missing, run, out.not_held)


def _missing(document: Mapping[str, Any], version: str) -> list[str]:
    if version != CURRENT:
        return list(lacks_in_version(document, version))
    return [f"{each.path} {each.what}" for each in check(document).errors]


def _describe(verdict: Verdict) -> None:
    if "task.taskDescription" not in verdict.fields:
        _derive(verdict, "task.taskDescription", describe(verdict), BY_FACTS)


def _status(verdict: Verdict, *, complete: bool, note: str) -> str:
    """Decide the status: the user's own word stands. The note says what no answer can complete."""
    said = verdict.value(STATUS)
    if said is not None:
        return str(said)
    status = "final" if complete else DRAFT
    _derive(verdict, STATUS, status, BY_CHECKS, note)
    return status


def _derive(verdict: Verdict, path: str, value: str | None, place: str, note: str = "") -> None:
    facts = Facts()
    facts.add(path, value, Origin.DERIVED, place, note=note)
    verdict.fields.update({fact.field: Decision(fact) for fact in facts.found})
