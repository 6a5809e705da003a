"""A report being edited: each answer is on disk, in the report and its evidence, before the next one."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import Fact, JsonValue, Origin
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.edit.changes import Changed, Changes, changed, successor
from ai_power_export.report.edit.decided import decided
from ai_power_export.report.edit.places import value_of
from ai_power_export.report.edit.published import is_published
from ai_power_export.report.evidence import Evidence, evidence
from ai_power_export.report.format.versions import CURRENT, version_of
from ai_power_export.report.read import EVIDENCE_SUFFIX, Saved, read_evidence_object, read_report
from ai_power_export.report.replace import replace_report
from ai_power_export.report.write import report_name, write_json


class Editing:
    """A report on disk, and the one way to change it."""

    def __init__(self, place: Path, *, corrective: bool = False) -> None:
        """Find a report.

        Args:
            place: The report, its evidence, or the folder of the only report.
            corrective: True: the report stays as it is and gets a successor, as a published one does.

        Raises:
            BadInput: There is no such report, it cannot be read, or it is of another version of the format.
        """
        saved = read_report(place)
        if version_of(saved.document) != CURRENT:
            version = version_of(saved.document)
            raise BadInput(
                f"follows {version}, an older version of the format", saved.path.name,
                f"aipower convert makes one of {CURRENT}",
            )  # fmt: skip
        self.path = saved.path
        self.has_changed = False
        """Whether anything has been written."""
        self._corrective = corrective

    @property
    def corrects(self) -> bool:
        """Whether the next change makes a successor."""
        return self._corrective or is_published(self.saved())

    def saved(self) -> Saved:
        """Return the report as it stands on disk, which somebody else may have changed meanwhile.

        Raises:
            BadInput: It can no longer be read.
        """
        return read_report(self.path)

    def wrong(self, changes: Changes) -> tuple[Finding, ...]:
        """Return what would be wrong or doubtful in the report by these changes and is not without them."""
        saved = self.saved()
        after = changed(saved, {}, changes, "").document
        before = check(saved.document).findings
        return tuple(finding for finding in check(after).findings if finding not in before)

    def say(self, changes: Changes) -> tuple[Fact, ...]:
        """Write what a user says into the report and its evidence.

        Returns:
            What the report no longer says, since it was found for a value that was changed.

        Raises:
            BadInput: The report can no longer be read, or has no room for a value.
            OSError: It cannot be written.
        """
        saved = self.saved()
        if not any(_says_more(saved, place, value) for place, value in changes.items()):
            return ()
        self.has_changed = True
        raw = _raw_evidence(saved)
        said_at = f"aipower edit, {datetime.now(timezone.utc):%Y-%m-%d}"
        if not self.corrects:
            result = changed(saved, raw, changes, said_at)
            replace_report(saved, result.document, raw, result.evidence)
            return result.gone
        begun = successor(saved, raw)
        own = Saved(saved.path, begun.document, Evidence.from_json(begun.evidence))
        result = changed(own, begun.evidence, changes, said_at)
        self.path = self.path.with_name(f"{report_name(result.document)}.json")
        _create(self.path, result)
        self._corrective = False
        return result.gone

    def settle_name(self) -> None:
        """Give the report's files the name that its fields make, if they have one that we gave.

        Raises:
            BadInput: The report can no longer be read.
            OSError: The files cannot be renamed.
        """
        saved = self.saved()
        new = saved.path.with_name(f"{report_name(saved.document)}.json")
        if new == saved.path or new.exists() or not _is_our_name(saved) or is_published(saved):
            return
        raw = _raw_evidence(saved)
        old_evidence = saved.path.with_suffix(EVIDENCE_SUFFIX)
        # At every moment there is one report, and its evidence beside it.
        if old_evidence.exists():
            write_json(new.with_suffix(EVIDENCE_SUFFIX), raw)
        saved.path.rename(new)
        old_evidence.unlink(missing_ok=True)
        self.path = new


def _says_more(saved: Saved, place: str, value: JsonValue) -> bool:
    """Tell whether a change makes a difference: to the report, or to who says it."""
    if value_of(saved.document, place) != value:
        return True
    decision = saved.evidence.decisions.get(place) if saved.evidence else None
    return value is not None and (decision is None or decision.winner.origin is not Origin.USER)


def _raw_evidence(saved: Saved) -> dict[str, Any]:
    path = saved.path.with_suffix(EVIDENCE_SUFFIX)
    if saved.evidence is not None:
        return read_evidence_object(path, saved.document)
    return evidence(decided(saved.document, None), saved.document, {})


def _create(path: Path, new: Changed) -> None:
    write_json(path.with_suffix(EVIDENCE_SUFFIX), new.evidence)
    write_json(path, new.document)


def _is_our_name(saved: Saved) -> bool:
    report_id = value_of(saved.document, "header.reportId")
    if not isinstance(report_id, str) or not report_id:
        return False
    ending = report_name({"header": {"reportId": report_id}}).removeprefix("report_")
    return saved.path.stem.startswith("report_") and saved.path.stem.endswith(ending)
