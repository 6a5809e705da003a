"""Changes a report and its evidence together: whenever the program is killed, both are of one state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.report.read import AFTER, EVIDENCE_SUFFIX, Saved, digest
from ai_power_export.report.write import write_json


def replace_report(
    saved: Saved, document: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Put a report and its evidence in the place of those on disk.

    First the evidence gets what will hold beside what holds, then the report is replaced, then the evidence
    keeps the new half alone. `read_evidence_object` finds the half that is of the report as it stands.

    Args:
        saved: The report as it is.
        document: As it will be.
        before: JSON of the evidence as it is.
        after: As it will be.

    Raises:
        OSError: A file cannot be written.
    """
    evidence = saved.path.with_suffix(EVIDENCE_SUFFIX)
    write_json(evidence, {**before, AFTER: {"report": digest(document), "evidence": after}})
    write_json(saved.path, document)
    write_json(evidence, after)
