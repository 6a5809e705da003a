"""The evidence beside a report: where each value came from, and what is missing.

It stays with the user and is never uploaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.reconcile import LISTS, Decision, Verdict, list_of
from ai_power_export.report.boamps import FIELDS

NOTHING_SAYS = "nothing that was seen says it"
"""The reason given where no room knows a better one."""


def evidence(verdict: Verdict, document: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence of a report as a JSON object.

    Args:
        verdict: The decisions that the report was made from.
        document: The report itself.
        run: What is to be kept of the run (its id, its intervals).
    """
    fields = dict(_decided(verdict))
    return {
        "reportId": document.get("header", {}).get("reportId"),
        "run": dict(run),
        "filled": f"{len(filled_fields(document))} of {len(FIELDS)} fields",
        "fields": fields,
        "absent": _absent(verdict, document),
        "guesses": [fact.to_json() for fact in verdict.guesses],
        "dropped": [fact.to_json() for fact in verdict.dropped],
        "other": {path: [fact.to_json() for fact in facts] for path, facts in verdict.evidence.items()},
        "warnings": [{"code": notice.code, "text": notice.text} for notice in verdict.warnings],
    }


def _decided(verdict: Verdict) -> list[tuple[str, dict[str, Any]]]:
    """List every decision under its path with indices, lists last."""
    found = [(path, _shown(decision)) for path, decision in verdict.fields.items()]
    for path in LISTS:
        for index, entry in enumerate(verdict.entries.get(path, [])):
            found += [(f"{path}[{index}].{name}", _shown(made)) for name, made in entry.fields.items()]
    return found


def _shown(decision: Decision) -> dict[str, Any]:
    shown = {name: value for name, value in decision.winner.to_json().items() if name != "field"}
    rivals = [fact.to_json() for fact in decision.rivals if fact.value != decision.winner.value]
    return {**shown, "rivals": rivals} if rivals else shown


def _absent(verdict: Verdict, document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Name each of the format's fields that has no value, with the reason."""
    reasons = {missing.field: missing.reason for missing in reversed(verdict.missing)}
    filled = filled_fields(document)
    missing = [info.path for info in FIELDS if info.path not in filled]
    return [{"field": path, "reason": reasons.get(path, NOTHING_SAYS)} for path in missing]


def filled_fields(document: Mapping[str, Any]) -> set[str]:
    """Return the paths of the format's leaf fields that have a value in a report."""
    return {info.path for info in FIELDS if _has(document, info.path)}


def _has(document: Any, path: str) -> bool:
    list_path = list_of(path)
    if list_path is None:
        return _at(document, path) is not None
    rows = _at(document, list_path) or []
    return any(row.get(path.removeprefix(list_path + ".")) is not None for row in rows)


def _at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, Mapping) else None
    return document
