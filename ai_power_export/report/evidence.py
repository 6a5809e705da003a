"""The evidence beside a report: where each value came from, and what is missing.

It stays with the user and is never uploaded. `evidence` puts it into words of
JSON, `Evidence` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ai_power_export.facts import Fact, Missing, Notice
from ai_power_export.reconcile.verdict import LISTS, Decision, Dropped, Entry, Verdict, list_of
from ai_power_export.report.format.boamps import FIELDS

NOTHING_SAYS = "nothing that was seen says it"
"""The reason given where no room knows a better one."""


def evidence(verdict: Verdict, document: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence of a report as a JSON object.

    Args:
        verdict: The decisions that the report was made from.
        document: The report itself.
        run: What is to be kept of the run (its id, its intervals).
    """
    absent = _absent(verdict, document)
    return {
        "reportId": value_at(document, "header.reportId"),
        "run": dict(run),
        "filled": f"{len(filled_fields(document))} of {len(FIELDS)} fields",
        "fields": {path: _shown(decision) for path, decision in _decided(verdict)},
        "absent": [{"field": path, "reason": reason} for path, reason in absent.items()],
        "unseen": [
            asdict(missing) for missing in verdict.missing if absent.get(missing.field) != missing.reason
        ],
        "guesses": [fact.to_json() for fact in verdict.guesses],
        "dropped": [{**each.fact.to_json(), "why": each.why} for each in verdict.dropped],
        "other": {path: [fact.to_json() for fact in facts] for path, facts in verdict.evidence.items()},
        "warnings": [{"code": notice.code, "text": notice.text} for notice in verdict.warnings],
    }


def _decided(verdict: Verdict) -> Iterator[tuple[str, Decision]]:
    """Yield every decision with its path in the report, with indices, lists last."""
    yield from verdict.fields.items()
    for path in LISTS:
        # What has no field of the format has no place in the report's list, and so no index.
        listed = [entry for entry in verdict.entries.get(path, []) if _has_fields(path, entry)]
        for index, entry in enumerate(listed):
            for name, decision in entry.fields.items():
                yield f"{path}[{index}].{name}", decision


def _has_fields(list_path: str, entry: Entry) -> bool:
    known = {info.path for info in FIELDS}
    return any(f"{list_path}.{name}" in known for name in entry.fields)


def _shown(decision: Decision) -> dict[str, Any]:
    shown = {name: value for name, value in decision.winner.to_json().items() if name != "field"}
    rivals = [fact.to_json() for fact in decision.rivals if fact.value != decision.winner.value]
    return {**shown, "rivals": rivals} if rivals else shown


def _absent(verdict: Verdict, document: Mapping[str, Any]) -> dict[str, str]:
    """Name each of the format's fields that has no value, with the reason.

    What is said of a whole list (no call was observed) is the reason of its
    fields only where the list is empty: with entries it may be about another.
    """
    reasons = {missing.field: missing.reason for missing in reversed(verdict.missing)}
    filled = filled_fields(document)
    found = {}
    for info in FIELDS:
        if info.path not in filled:
            list_path = list_of(info.path) or ""
            of_list = None if entries_of(document, list_path) else reasons.get(list_path)
            found[info.path] = reasons.get(info.path) or of_list or NOTHING_SAYS
    return found


def filled_fields(document: Mapping[str, Any]) -> set[str]:
    """Return the paths of the format's leaf fields that have a value in a report."""
    return {info.path for info in FIELDS if _has(document, info.path)}


def _has(document: Mapping[str, Any], path: str) -> bool:
    list_path = list_of(path)
    if list_path is None:
        return value_at(document, path) is not None
    name = path.removeprefix(list_path + ".")
    return any(entry.get(name) is not None for entry in entries_of(document, list_path))


def entries_of(document: Mapping[str, Any], list_path: str) -> list[Mapping[str, Any]]:
    """Return the entries of one of the format's lists; what is no object counts as an empty one."""
    entries = value_at(document, list_path)
    found = entries if isinstance(entries, list) else []
    return [entry if isinstance(entry, (dict, Mapping)) else {} for entry in found]


def value_at(document: Any, path: str) -> Any:
    """Return the value at a dotted path without indices, None where there is none."""
    for part in path.split("."):
        if not isinstance(document, (dict, Mapping)):  # most are a dict, which is told in no time
            return None
        document = document.get(part)
    return document


def without_indices(path: str) -> str:
    """Return the format's name of a path in a report.

    >>> without_indices("task.algorithms[0].classPath")
    'task.algorithms.classPath'
    """
    return re.sub(r"\[\d+\]", "", path)


@dataclass(frozen=True)
class Evidence:
    """What `evidence` wrote, read back. What older versions did not write is empty."""

    report_id: str | None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """By path in the report, with indices."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Reasons by the path of a field that had no value."""
    unseen: tuple[Missing, ...] = ()
    """What else could not be learnt: of whole lists, of single entries, of the evidence itself."""
    guesses: tuple[Fact, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    other: tuple[Fact, ...] = ()
    """What the format has no place for."""
    warnings: tuple[Notice, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    """What was kept of the run: its id, its intervals, its stages."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """Read evidence back.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: The object is no evidence.
        """
        return cls(
            data["reportId"],
            {path: _decision(path, shown) for path, shown in data["fields"].items()},
            {each["field"]: each["reason"] for each in data["absent"]},
            tuple(Missing(**each) for each in data.get("unseen", [])),
            tuple(map(Fact.from_json, data["guesses"])),
            tuple(map(_dropped, data["dropped"])),
            tuple(Fact.from_json(each) for facts in data["other"].values() for each in facts),
            tuple(Notice(**each) for each in data["warnings"]),
            dict(data.get("run", {})),
        )


def _decision(path: str, shown: Mapping[str, Any]) -> Decision:
    winner = {name: value for name, value in shown.items() if name != "rivals"}
    rivals = tuple(map(Fact.from_json, shown.get("rivals", [])))
    return Decision(Fact.from_json({**winner, "field": without_indices(path)}), rivals)


def _dropped(shown: Mapping[str, Any]) -> Dropped:
    fact = Fact.from_json({name: value for name, value in shown.items() if name != "why"})
    return Dropped(fact, shown.get("why", ""))
