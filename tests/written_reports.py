"""Reports that tests have written, judged by the official schema."""

import json
from pathlib import Path

import pytest
from official_boamps import official_validator


def refused_reports(folder: Path) -> dict[str, list[str]]:
    """What the official schema refuses in reports under a folder that call themselves whole; by their path.

    Judged are those that this project wrote: its evidence lies beside them. A
    status that the user gave says nothing of whether a report is whole.
    """
    try:
        official_validator()
    except pytest.skip.Exception:
        return {}
    judged = {
        str(path): official_validator(_version(path)).iter_errors(_read(path))
        for path in folder.rglob("report_*.json")
        if _is_judged(path)
    }
    found = {path: [error.message for error in errors] for path, errors in judged.items()}
    return {path: messages for path, messages in found.items() if messages}


def _is_judged(path: Path) -> bool:
    evidence = path.with_suffix(".evidence.json")
    if path.name.endswith(".evidence.json") or not evidence.is_file():
        return False
    status = _read(evidence).get("fields", {}).get("header.reportStatus", {})
    if status.get("origin") != "derived" or status.get("value") == "draft":
        return False
    # Orange's own schema refuses every report with a data set.
    return _version(path) != "orange-0.0.1" and _read(path)["header"].get("reportStatus") != "draft"


def _version(path: Path) -> str:
    """The version of the format that a report was converted to, if it was."""
    conversions = _read(path.with_suffix(".evidence.json")).get("conversions")
    return conversions[-1]["to"] if conversions else "boamps"


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
