"""A report that is written for the first time, in the version that the user wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.report.format.versions import CURRENT
from ai_power_export.report.header import STATUS


@dataclass(frozen=True)
class InVersion:
    """A report and its evidence, as they are written."""

    document: Mapping[str, Any]
    evidence: Mapping[str, Any]
    not_held: str = ""
    """What the version has no place for, in one line."""


def in_version(document: Mapping[str, Any], evidence: Mapping[str, Any], version: str) -> InVersion:
    """Return a report of the current version, and its evidence as JSON, as they are in another."""
    if version == CURRENT:
        return InVersion(document, evidence)
    # Few reports are written in another version: the end of a run does not wait for what converts.
    from ai_power_export.report.convert.conversion import convert
    from ai_power_export.report.convert.kept import evidence_of
    from ai_power_export.report.evidence import Evidence

    made = convert(document, CURRENT, version, evidence=Evidence.from_json(evidence))
    beside = evidence_of(made.document, made.steps, evidence, "", facts=False)
    fields = ", ".join(dict.fromkeys(held.field for held in made.held if held.field != STATUS))
    not_held = (
        f"{version} has no place, or not in full, for {fields}: the evidence keeps it" if fields else ""
    )
    return InVersion(made.document, beside, not_held)


def lacks_in_version(document: Mapping[str, Any], version: str) -> tuple[str, ...]:
    """Return what a report of the current version would lack in another, whatever its status."""
    from ai_power_export.report.convert.conversion import convert

    header = {**document.get("header", {}), "reportStatus": "final"}
    return convert({**document, "header": header}, CURRENT, version).lacks
