"""Which fact wins, field by field: the only place that knows.

    user > observed > live > source > machine, meter > derived

Among certain facts first, then among likely ones: that rows of 64 numbers are a
table is likely, that the digits they were loaded from are images is certain. A
guess never wins; it waits for the prompt that fills gaps. A fact that lost is
kept beside the winner, so that a disagreement can be shown. Lists of the format
(algorithms, datasets, measures, components) are put together entry by entry, by
the subject of the facts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from ai_power_export.evidence_names import EVIDENCE, VARIED
from ai_power_export.facts import Certainty, Fact, Facts, JsonValue, Origin
from ai_power_export.reconcile.left_out import (
    not_by_loss,
    not_seen_otherwise,
    of_one_dataset,
    that_ran,
    without_no_model,
    without_requests_of_training,
)
from ai_power_export.reconcile.ranking import decide
from ai_power_export.reconcile.verdict import (
    ALGORITHMS,
    HYPERPARAMETERS,
    LISTS,
    Decision,
    Entry,
    Verdict,
    list_of,
)


def reconcile(facts: Facts) -> Verdict:
    """Decide every field that something is known about."""
    verdict = Verdict(missing=list(facts.missing), warnings=list(facts.warnings))
    found = without_no_model(facts.found, verdict)
    for path, claims in _by_field(found, verdict).items():
        kept = not_by_loss(claims, verdict) if path == "task.taskFamily" else claims
        if kept:
            verdict.fields[path] = decide(kept)
    without_requests_of_training(verdict)
    for list_path in LISTS:
        verdict.entries[list_path] = _entries(list_path, found, verdict)
    return verdict


def _by_field(found: Iterable[Fact], verdict: Verdict) -> dict[str, list[Fact]]:
    """Sort out guesses, evidence and list fields; group the rest by field."""
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        if fact.certainty is Certainty.GUESS:
            verdict.guesses.append(fact)
        elif fact.field.startswith(EVIDENCE):
            verdict.evidence.setdefault(fact.field, []).append(fact)
        elif list_of(fact.field) is None:
            groups.setdefault(fact.field, []).append(fact)
    return groups


def _entries(list_path: str, found: Iterable[Fact], verdict: Verdict) -> list[Entry]:
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        if list_of(fact.field) == list_path and fact.certainty is not Certainty.GUESS:
            groups.setdefault(fact.subject, []).append(fact)
    said_of_none = groups.pop("", []) if len(groups) > 1 else []
    if list_path == ALGORITHMS:
        groups = that_ran(groups, verdict)
        groups = {subject: not_seen_otherwise(subject, claims, verdict) for subject, claims in groups.items()}
    if list_path == "task.dataset":
        groups = {subject: of_one_dataset(claims, verdict) for subject, claims in groups.items()}
    # What the user says of a list without naming an entry is said of its first entry.
    first = next(iter(groups), "")
    return [
        _entry(
            list_path,
            subject,
            [*said_of_none, *claims] if subject == first else claims,
            _varied(subject, verdict),
        )
        for subject, claims in groups.items()
    ]


def _varied(subject: str, verdict: Verdict) -> set[str]:
    """Return the names of hyperparameters that were not the same in all calls of an algorithm."""
    seen = (fact.value for fact in verdict.evidence.get(VARIED, ()) if fact.subject == subject)
    return {name for value in seen if isinstance(value, dict) for name in value}


def _entry(list_path: str, subject: str, claims: list[Fact], varied: Container[str] = ()) -> Entry:
    groups: dict[str, list[Fact]] = {}
    for fact in claims:
        groups.setdefault(fact.field, []).append(fact)
    decided = {path.removeprefix(list_path + "."): decide(group) for path, group in groups.items()}
    if HYPERPARAMETERS in groups:
        decided["hyperparameters"] = _merged(groups[HYPERPARAMETERS], varied)
    return Entry(subject, decided)


def _merged(claims: list[Fact], varied: Container[str]) -> Decision:
    """Take each hyperparameter from the best fact that names it, of the source none that was seen to vary."""
    decision = decide(claims)
    values: dict[str, JsonValue] = {}
    for fact in (*reversed(decision.rivals), decision.winner):
        told = fact.value if isinstance(fact.value, dict) else {}
        is_read = fact.origin is Origin.SOURCE
        values.update({name: value for name, value in told.items() if not (is_read and name in varied)})
    return replace(decision, winner=replace(decision.winner, value=values))
