"""The decisions behind a report, taken back from its evidence so that further ones can be made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import Fact, Missing, Origin
from ai_power_export.reconcile.verdict import LISTS, Decision, Entry, Verdict
from ai_power_export.report.edit.places import places, split
from ai_power_export.report.evidence import NOTHING_SAYS, Evidence, entries_of, without_indices
from ai_power_export.report.explain import REMOVED

AS_IT_CAME = "the report as it came"
"""Where a value is from that no evidence tells of."""


def decided(document: Mapping[str, Any], evidence: Evidence | None) -> Verdict:
    """Return the decisions that a report was made of.

    Of values without evidence no more is known than that the report has them; entries of lists that
    the report lost since its evidence was written are left out.
    """
    known = evidence or Evidence(None)
    verdict = Verdict(
        missing=[Missing(field, reason) for field, reason in known.absent.items() if reason != NOTHING_SAYS],
        guesses=list(known.guesses),
        dropped=list(known.dropped),
        warnings=list(known.warnings),
    )
    verdict.missing += known.unseen
    for fact in known.other:
        verdict.evidence.setdefault(fact.field, []).append(fact)
    for path, decision in known.decisions.items():
        _set(verdict, path, decision)
    _match_entries(verdict, document)
    _fill(verdict, document, whole=evidence is None)
    return verdict


def decision_at(verdict: Verdict, place: str) -> Decision | None:
    """Return what was decided for a place in the report."""
    found = split(place)
    if found is None:
        return verdict.fields.get(place)
    list_path, index, name = found
    entries = verdict.entries.get(list_path, [])
    return entries[index].fields.get(name) if index < len(entries) else None


def decide(verdict: Verdict, place: str, decision: Decision | None) -> None:
    """Set what is decided for a place in the report; None: nothing any more."""
    if decision is not None:
        _set(verdict, place, decision)
        return
    found = split(place)
    if found is None:
        verdict.fields.pop(place, None)
    elif found[1] < len(verdict.entries.get(found[0], [])):
        verdict.entries[found[0]][found[1]].fields.pop(found[2], None)


def subject_at(verdict: Verdict, place: str) -> str:
    """Return which entry of a list a place is in, as facts say it; empty outside lists."""
    found = split(place)
    if found is None:
        return ""
    entries = verdict.entries.get(found[0], [])
    return entries[found[1]].subject if found[1] < len(entries) else f"entry {found[1]}"


def _set(verdict: Verdict, place: str, decision: Decision) -> None:
    found = split(place)
    if found is None:
        verdict.fields[place] = decision
        return
    list_path, index, name = found
    entries = verdict.entries.setdefault(list_path, [])
    while len(entries) <= index:
        entries.append(Entry(decision.winner.subject or f"entry {len(entries)}", {}))
    entries[index].fields[name] = decision


def _match_entries(verdict: Verdict, document: Mapping[str, Any]) -> None:
    for list_path in LISTS:
        entries = verdict.entries.get(list_path, [])
        for entry in entries[len(entries_of(document, list_path)) :]:
            verdict.drop((decision.winner for decision in entry.fields.values()), REMOVED)
        del entries[len(entries_of(document, list_path)) :]


def _fill(verdict: Verdict, document: Mapping[str, Any], *, whole: bool) -> None:
    """Add values that nothing was decided for: of a whole report, or of entries added to one since."""
    known = {list_path: len(entries) for list_path, entries in verdict.entries.items()}
    for place, value in places(document):
        found = split(place)
        if whole or (found is not None and found[1] >= known.get(found[0], 0)):
            subject = subject_at(verdict, place)
            fact = Fact(without_indices(place), value, Origin.DERIVED, AS_IT_CAME, subject=subject)
            _set(verdict, place, Decision(fact))
