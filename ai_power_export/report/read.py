"""Finds and reads a report and the evidence beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.evidence import Evidence, value_at
from ai_power_export.report.reading.file import read_json

EVIDENCE_SUFFIX = ".evidence.json"
AFTER = "after"
"""Key of the evidence that holds once a change has reached the report, with the digest of that report."""

PARTS = ("task", "measures", "infrastructure")
"""What the format requires of every report; a document with none of them is something else."""


@dataclass(frozen=True)
class Saved:
    """A report as it lies on disk."""

    path: Path
    document: Mapping[str, Any]
    evidence: Evidence | None
    """None where none lies beside it."""


def read_report(place: Path) -> Saved:
    """Read the report that a path names: itself, by its evidence, or as the only one of its folder.

    Raises:
        BadInput: There is no such report, it or its evidence cannot be read, or
            the evidence is of another report.
    """
    path = report_path(place)
    document = read_document(path)
    beside = path.with_suffix(EVIDENCE_SUFFIX)
    return Saved(path, document, _read_evidence(beside, document) if beside.exists() else None)


def read_document(path: Path) -> dict[str, Any]:
    """Return the report in a file, without its evidence.

    Raises:
        BadInput: It cannot be read, or is no report.
    """
    document = _read_object(path)
    if not any(isinstance(document.get(part), (dict, list)) for part in PARTS):
        raise BadInput(f"no BoAmps report: it has none of {', '.join(PARTS)}", path.name)
    return document


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a report says, however its file is laid out."""
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def read_evidence_object(path: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence file of a report as a JSON object.

    A file that was caught in a change holds the evidence before and after it: the one that is of
    the report as it stands counts.

    Raises:
        BadInput: It cannot be read.
    """
    data = _read_object(path)
    after = data.pop(AFTER, None)
    if isinstance(after, Mapping) and after.get("report") == digest(document):
        return dict(after["evidence"])
    return data


def report_path(place: Path) -> Path:
    """Return the file of the report that a path names; errors as in `read_report`."""
    if place.is_dir():
        return _only_report(place)
    if place.name.endswith(EVIDENCE_SUFFIX):
        return place.with_name(place.name.removesuffix(EVIDENCE_SUFFIX) + ".json")
    return place


def _only_report(folder: Path) -> Path:
    found = [path for path in folder.glob("report_*.json") if not path.name.endswith(EVIDENCE_SUFFIX)]
    if not found:
        raise BadInput("no report_*.json in this folder", str(folder))
    if len(found) > 1:
        newest = max(found, key=lambda path: path.stat().st_mtime)
        raise BadInput(
            f"{len(found)} reports in this folder", str(folder), f"name one; the newest is {newest}"
        )
    return found[0]


def _read_object(path: Path) -> dict[str, Any]:
    document = read_json(path)
    if isinstance(document, list):
        raise BadInput(f"holds a list of {len(document)}", path.name, "a file holds one report")
    if not isinstance(document, dict):
        raise BadInput("is no JSON object, so neither report nor evidence", path.name)
    return document


def _read_evidence(path: Path, document: Mapping[str, Any]) -> Evidence:
    try:
        data = read_evidence_object(path, document)
        evidence = Evidence.from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadInput("is not readable as evidence", path.name, "move it away to do without") from None
    if evidence.report_id != value_at(document, "header.reportId"):
        raise BadInput("is the evidence of another report", path.name, "their reportId differ")
    return evidence
