"""What an answer changes: its field, what no longer holds with it, and what the evidence says of both.

Nothing here touches a disk: a report and its evidence go in, and new ones come out.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ai_power_export.facts import Fact, JsonValue, Missing, Origin
from ai_power_export.reconcile.verdict import Decision, Dropped, Verdict
from ai_power_export.report.checks.check import check
from ai_power_export.report.describe import describe
from ai_power_export.report.edit.decided import AS_IT_CAME, decide, decided, decision_at, subject_at
from ai_power_export.report.edit.places import entry_of, put, split, take_out, value_of
from ai_power_export.report.evidence import evidence, without_indices
from ai_power_export.report.header import BY_CHECKS, BY_FACTS, STATUS, header_facts
from ai_power_export.report.read import Saved

Changes = Mapping[str, JsonValue]
"""New values by their place in the report; None removes the field, or the entry of a list."""

REMOVED_BY_USER = "removed by the user"
"""The reason why a field is missing that somebody has taken out in an edit."""

CORRECTS = "evidence.corrects"
"""The `reportId` of the published report that a report corrects."""

CORRECTIVE, DRAFT, FINAL = "corrective", "draft", "final"
DESCRIPTION = "task.taskDescription"

FOLLOWERS: Mapping[str, tuple[str, ...]] = {
    "environment.country": ("latitude", "longitude", "location", "powerSource", "powerSourceCarbonIntensity"),
    "infrastructure.infraType": ("cloudProvider", "cloudInstance", "cloudService"),
    "infrastructure.cloudProvider": ("cloudInstance", "cloudService"),
    "system.os": ("distribution", "distributionVersion"),
    "system.distribution": ("distributionVersion",),
    "software.language": ("version",),
    "task.algorithms.framework": ("frameworkVersion",),
    "task.algorithms.algorithmName": ("algorithmUri",),
    "task.algorithms.classPath": ("algorithmUri",),
    "task.algorithms.foundationModelName": ("foundationModelUri", "parametersNumber"),
    "task.dataset.source": ("sourceUri", "owner"),
    "task.dataset.sourceUri": ("owner",),
    "task.dataset.dataQuantity": ("shape", "dataSize"),
    "task.dataset.shape": ("dataQuantity", "dataSize"),
    "infrastructure.components.componentName": ("manufacturer", "family", "series"),
}
"""Neighbours that were found for the old value of a field and are wrong beside another one."""


@dataclass(frozen=True)
class Changed:
    """A report and its evidence after a change."""

    document: dict[str, Any]
    evidence: dict[str, Any]
    """As JSON; what this version does not know of the old one is kept."""
    gone: tuple[Fact, ...]
    """What the report no longer says, since it was found for a value that was changed."""


def changed(saved: Saved, raw: Mapping[str, Any], changes: Changes, said_at: str) -> Changed:
    """Return what a report becomes by what a user says.

    Args:
        saved: The report and its evidence.
        raw: The same evidence as JSON; empty where there is none.
        changes: What the user says.
        said_at: Where the user says it, for the evidence.

    Raises:
        BadInput: Something else than an object or a list stands where a value belongs.
    """
    document, verdict = deepcopy(dict(saved.document)), decided(saved.document, saved.evidence)
    gone = _followers(document, verdict, changes)
    for fact, place in gone:
        decide(verdict, place, None)
        take_out(document, place)
        verdict.dropped.append(Dropped(fact, "it was found for another value, which the user changed"))
    for place in sorted(changes, key=lambda place: _turn(place, changes[place])):
        if changes[place] is None:
            _remove(document, verdict, place)
        else:
            _say(document, verdict, place, changes[place], said_at)
    _restate(saved, document, verdict)
    run = raw.get("run", {})
    return Changed(document, {**raw, **evidence(verdict, document, run)}, tuple(fact for fact, _ in gone))


def successor(saved: Saved, raw: Mapping[str, Any]) -> Changed:
    """Return the report that may be changed in the place of a published one: its correction.

    Raises:
        BadInput: The report's header is no object.
    """
    document, verdict = deepcopy(dict(saved.document)), decided(saved.document, saved.evidence)
    facts = header_facts(str(uuid.uuid4()))
    facts.add(STATUS, CORRECTIVE, Origin.DERIVED, BY_CHECKS)
    for fact in facts.found:
        put(document, fact.field, fact.value)
        decide(verdict, fact.field, Decision(fact))
    old = value_of(saved.document, "header.reportId")
    verdict.evidence[CORRECTS] = [Fact(CORRECTS, old, Origin.DERIVED, saved.path.name)]
    return Changed(document, {**raw, **evidence(verdict, document, raw.get("run", {}))}, ())


def _turn(place: str, value: JsonValue) -> tuple[int, int]:
    """Sort key: new entries in their order, then removals from behind, so that no index moves too early."""
    found = entry_of(place) or split(place)
    index = found[1] if found else 0
    if value is not None:
        return (0, index)
    return (2 if entry_of(place) else 1, -index)


def _say(document: dict[str, Any], verdict: Verdict, place: str, value: JsonValue, said_at: str) -> None:
    field = without_indices(place)
    fact = Fact(field, value, Origin.USER, said_at, subject=subject_at(verdict, place))
    before = decision_at(verdict, place)
    guesses = [each for each in verdict.guesses if each.field == field and each.subject in ("", fact.subject)]
    rivals = (*((before.winner, *before.rivals) if before else ()), *guesses)
    put(document, place, value)
    decide(verdict, place, Decision(fact, rivals))
    verdict.guesses = [each for each in verdict.guesses if each not in guesses]
    verdict.missing = [
        each for each in verdict.missing if each.field != field or each.reason != REMOVED_BY_USER
    ]


def _remove(document: dict[str, Any], verdict: Verdict, place: str) -> None:
    entry = entry_of(place)
    if entry is not None:
        list_path, index = entry
        entries = verdict.entries.get(list_path, [])
        if index < len(entries):
            removed = entries.pop(index)
            verdict.drop((decision.winner for decision in removed.fields.values()), REMOVED_BY_USER)
    else:
        before = decision_at(verdict, place)
        verdict.drop((before.winner,) if before else (), REMOVED_BY_USER)
        decide(verdict, place, None)
        verdict.missing.insert(0, Missing(without_indices(place), REMOVED_BY_USER))
    take_out(document, place)


def _followers(document: dict[str, Any], verdict: Verdict, changes: Changes) -> list[tuple[Fact, str]]:
    """Return what was found for values that now change, with its place; the user's own words stand."""
    found = {}
    for place, value in changes.items():
        if entry_of(place) or value_of(document, place) in (None, value):
            continue
        for name in FOLLOWERS.get(without_indices(place), ()):
            neighbour = f"{place.rpartition('.')[0]}.{name}"
            decision = decision_at(verdict, neighbour)
            there = value_of(document, neighbour) is not None
            if there and decision and neighbour not in changes and decision.winner.origin is not Origin.USER:
                found[neighbour] = decision.winner
    return [(fact, place) for place, fact in found.items()]


def _restate(saved: Saved, document: dict[str, Any], verdict: Verdict) -> None:
    """Write anew what follows from the other fields, where it was not the user who said it."""
    if _is_derived(saved, verdict, DESCRIPTION, BY_FACTS):
        _derive(document, verdict, DESCRIPTION, describe(verdict))
    if _is_derived(saved, verdict, STATUS, BY_CHECKS):
        _derive(document, verdict, STATUS, _status(saved, document, verdict))
    came_as_final = value_of(saved.document, STATUS) == FINAL
    if came_as_final and _is_derived(saved, verdict, STATUS, AS_IT_CAME) and check(document).errors:
        # Nobody is known to have settled it: it may not say more than is so.
        put(document, STATUS, DRAFT)
        verdict.fields[STATUS] = Decision(Fact(STATUS, DRAFT, Origin.DERIVED, BY_CHECKS))


def _is_derived(saved: Saved, verdict: Verdict, path: str, place: str) -> bool:
    decision = verdict.fields.get(path)
    if decision is None or decision.winner.place != place:
        return False
    return bool(decision.winner.value == value_of(saved.document, path))


def _status(saved: Saved, document: Mapping[str, Any], verdict: Verdict) -> str:
    """Return `final` or `corrective` for a complete report; no answer completes a run that was cut short."""
    now = str(verdict.value(STATUS))
    cut_short = bool(verdict.fields[STATUS].winner.note)
    was_complete = not check(saved.document).errors
    if check(document).errors or cut_short or (now == DRAFT and was_complete):
        return DRAFT
    return CORRECTIVE if CORRECTS in verdict.evidence else FINAL


def _derive(document: dict[str, Any], verdict: Verdict, path: str, value: str | None) -> None:
    before = verdict.fields[path].winner
    if value is None or value == before.value:
        return
    put(document, path, value)
    verdict.fields[path] = Decision(Fact(path, value, Origin.DERIVED, before.place, note=before.note))
