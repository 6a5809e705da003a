"""Puts decided fields into the shape of the format."""

from __future__ import annotations

from typing import Any

from ai_power_export.reconcile.verdict import LISTS, Entry, Verdict, list_of
from ai_power_export.report.format.boamps import FIELDS


def assemble(verdict: Verdict) -> dict[str, Any]:
    """Return the report as a JSON object, its fields in the format's order.

    Decided fields that the format does not have (hyperparameters) are left out;
    the evidence keeps them.
    """
    document: dict[str, Any] = {}
    for path in dict.fromkeys(list_of(info.path) or info.path for info in FIELDS):
        if path in LISTS:
            rows = [row for entry in verdict.entries.get(path, []) if (row := _row(path, entry))]
            if rows:
                _put(document, path, rows)
        elif path in verdict.fields:
            _put(document, path, verdict.fields[path].winner.value)
    return document


def _row(list_path: str, entry: Entry) -> dict[str, Any]:
    names = (info.path.removeprefix(list_path + ".") for info in FIELDS)
    return {name: entry.fields[name].winner.value for name in names if name in entry.fields}


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[last] = value
