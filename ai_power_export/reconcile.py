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

import math
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ai_power_export.evidence_names import (
    BY_COMPILED_LOSS,
    BY_COMPUTED_LOSS,
    BY_DATASET,
    CUT_SHORT,
    EVIDENCE,
    KIND_OPEN,
    OWN_WEIGHTS,
    SECONDARY,
    VARIED,
    WHOLLY_SEEN,
)
from ai_power_export.facts import Certainty, Fact, Facts, JsonValue, Missing, Notice, Origin
from ai_power_export.vocabulary.catalogue import import_root
from ai_power_export.vocabulary.families import NO_MODEL

ALGORITHMS = "task.algorithms"
LISTS = (ALGORITHMS, "task.dataset", "measures", "infrastructure.components")
"""The lists of the format; every field below one of them belongs to an entry."""

HYPERPARAMETERS = "task.algorithms.hyperparameters"
"""Values by name; the current format has no place for them, `boamps-2024` has."""

TRUST = {
    Origin.USER: 0,
    Origin.OBSERVED: 1,
    Origin.LIVE: 2,
    Origin.SOURCE: 3,
    Origin.MACHINE: 4,
    Origin.METER: 4,
    Origin.DERIVED: 5,
}
"""The smaller, the more an origin is trusted."""

MOST_ALGORITHMS = 8
"""A report names the main approaches, not every class of a model zoo."""


@dataclass(frozen=True)
class Decision:
    """The fact that won a field, and those that lost."""

    winner: Fact
    rivals: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A fact about an entry that did not make it into the report, and why it did not."""

    fact: Fact
    why: str


@dataclass(frozen=True)
class Entry:
    """One entry of a list: its fields by their name below the list's path."""

    subject: str
    fields: dict[str, Decision]


@dataclass
class Verdict:
    """What the report will say, before it is put into the format."""

    fields: dict[str, Decision] = field(default_factory=dict)
    """Decisions by dotted path, for fields outside lists."""
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    """Entries by the path of their list."""
    evidence: dict[str, list[Fact]] = field(default_factory=dict)
    """Facts that the format has no place for, by path."""
    guesses: list[Fact] = field(default_factory=list)
    """Facts too unsure for a report; they pre-fill the prompt."""
    dropped: list[Dropped] = field(default_factory=list)
    """Facts about entries that did not make it into the report."""
    missing: list[Missing] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    def value(self, path: str) -> object:
        """Return the decided value of a field outside lists, or None."""
        decision = self.fields.get(path)
        return decision.winner.value if decision else None

    def drop(self, claims: Iterable[Fact], why: str) -> None:
        """Leave facts about an entry out of the report."""
        self.dropped += [Dropped(fact, why) for fact in claims]


def reconcile(facts: Facts) -> Verdict:
    """Decide every field that something is known about."""
    verdict = Verdict(missing=list(facts.missing), warnings=list(facts.warnings))
    found = _without_no_model(facts.found, verdict)
    for path, claims in _by_field(found, verdict).items():
        kept = _not_by_loss(claims, verdict) if path == "task.taskFamily" else claims
        if kept:
            verdict.fields[path] = _decide(kept)
    for list_path in LISTS:
        verdict.entries[list_path] = _entries(list_path, found, verdict)
    return verdict


def _without_no_model(found: Sequence[Fact], verdict: Verdict) -> list[Fact]:
    """Leave out what is said of a computation without a model, task and all, where one was found."""
    named = {fact.subject for fact in found if list_of(fact.field) == ALGORITHMS}
    if NO_MODEL not in named or not named - {NO_MODEL, ""}:
        return list(found)
    grounds = {
        (fact.origin, fact.place, fact.note) for fact in found if fact.subject == NO_MODEL and fact.note
    }
    mistaken = [
        fact for fact in found if fact.subject == NO_MODEL or (fact.origin, fact.place, fact.note) in grounds
    ]
    verdict.drop(mistaken, "a model was found after all")
    return [fact for fact in found if fact not in mistaken]


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


@lru_cache(maxsize=1024)
def list_of(path: str) -> str | None:
    """Return the path of the list that a field belongs to, None outside lists."""
    return next((each for each in LISTS if path.startswith(each + ".")), None)


def _decide(claims: Iterable[Fact]) -> Decision:
    said = list(claims)
    winner, *rivals = sorted(said, key=lambda fact: (_is_outdone(fact, said), *_rank(fact)))
    return Decision(winner, tuple(rivals))


LOADING = frozenset(f"task.dataset.{name}" for name in ("dataFormat", "source", "sourceUri", "owner"))
"""What a line that loads data says of it."""


def _is_outdone(fact: Fact, claims: Iterable[Fact]) -> bool:
    """Tell whether a line was seen to load something, so that what it reads like does not count."""
    return (
        fact.field in LOADING
        and fact.origin is Origin.SOURCE
        and any(
            other.origin is Origin.OBSERVED and other.place == fact.place and other.value != fact.value
            for other in claims
        )
    )


_RANKING: tuple[tuple[Callable[[Fact], float], str], ...] = (
    (lambda fact: fact.origin is not Origin.USER, "the user said otherwise"),
    (lambda fact: fact.certainty is not Certainty.CERTAIN, "only {loser.certainty.value}"),
    (
        lambda fact: TRUST[fact.origin],
        "{loser.origin.value} is trusted less than {winner.origin.value}",
    ),
    (
        lambda fact: -fact.weight,
        "less measured time: {loser.weight:.3g} s, not {winner.weight:.3g} s",
    ),
)
"""What two facts are compared by, in this order: the smaller number wins, and how to say that it does."""


def _rank(fact: Fact) -> tuple[float, ...]:
    """Sort key, best first; of equals the one that was said first wins."""
    return tuple(number(fact) for number, _ in _RANKING)


def why_it_lost(loser: Fact, winner: Fact) -> str:
    """Say why one fact about a field lost against another: `only likely`."""
    if _is_outdone(loser, [winner]):
        return "that line was seen to load something else"
    for number, why in _RANKING:
        if number(loser) > number(winner):
            return why.format(loser=loser, winner=winner)
        if number(loser) < number(winner):
            return "another version of aipower ranked it lower"
    return "as good, but said later"


def _entries(list_path: str, found: Iterable[Fact], verdict: Verdict) -> list[Entry]:
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        if list_of(fact.field) == list_path and fact.certainty is not Certainty.GUESS:
            groups.setdefault(fact.subject, []).append(fact)
    said_of_none = groups.pop("", []) if len(groups) > 1 else []
    if list_path == ALGORITHMS:
        groups = _that_ran(groups, verdict)
        groups = {
            subject: _not_seen_otherwise(subject, claims, verdict) for subject, claims in groups.items()
        }
    if list_path == "task.dataset":
        groups = {subject: _of_one_dataset(claims, verdict) for subject, claims in groups.items()}
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


def _that_ran(groups: dict[str, list[Fact]], verdict: Verdict) -> dict[str, list[Fact]]:
    """Keep the algorithms that ran, the one with most measured time first.

    The source names classes that may never be fitted; where calls of the same
    framework were observed, or would have been, only observed classes count.
    """
    observed = {subject: claims for subject, claims in groups.items() if _was_observed(claims)}
    watched = {_framework(subject, claims) for subject, claims in observed.items()}
    if observed:
        watched |= {str(fact.value) for fact in verdict.evidence.get(WHOLLY_SEEN, ())}
    kept = dict(sorted(observed.items(), key=lambda item: -max(fact.weight for fact in item[1])))
    for subject, claims in groups.items():
        if subject in observed:
            continue
        if _framework(subject, claims) not in watched or _said_by_user(claims):
            kept[subject] = claims
        else:
            verdict.drop(claims, _why_not_named(subject, verdict))
    for claims in list(kept.values())[MOST_ALGORITHMS:]:
        verdict.drop(claims, f"a report names at most {MOST_ALGORITHMS} algorithms")
    return dict(list(kept.items())[:MOST_ALGORITHMS])


NO_PROOF = frozenset({BY_COMPILED_LOSS, BY_COMPUTED_LOSS, BY_DATASET})
"""Notes of the source on a family where what was seen of the training weighs more."""
BY_LOSS_TYPE = "supervisedLearning"
"""The training type that the source concludes from them."""
_BY_LOSS = "by the loss alone, and the training that was seen may have had another end"
SEEN_OTHERWISE = (
    # In the source, the name of a folder looks like that of a model of a hub.
    (OWN_WEIGHTS, ".foundationModel", "the weights were seen to come from files of the user's own"),
    (KIND_OPEN, ".trainingType", _BY_LOSS),
    (CUT_SHORT, ".epochsNumber", "a training was seen to be broken off in its first epoch"),
)
"""Evidence about an algorithm, with the fields of it that the source knows no better, and why."""


def _not_seen_otherwise(subject: str, claims: list[Fact], verdict: Verdict) -> list[Fact]:
    """Leave out what the source says of an algorithm where it was seen to be otherwise."""
    for evidence, path, why in SEEN_OTHERWISE:
        if any(fact.subject == subject for fact in verdict.evidence.get(evidence, ())):
            told = [fact for fact in claims if fact.origin is Origin.SOURCE and path in fact.field]
            denied = [fact for fact in told if evidence != KIND_OPEN or fact.value == BY_LOSS_TYPE]
            verdict.drop(denied, why)
            claims = [fact for fact in claims if fact not in denied]
    return claims


def _not_by_loss(claims: list[Fact], verdict: Verdict) -> list[Fact]:
    """Leave out the families that the source goes by a loss for, where the training was seen and tells none.

    Cross-entropy serves the class of an item, each of its pixels, the next word, the item itself.
    """
    if not verdict.evidence.get(KIND_OPEN):
        return claims
    denied = [fact for fact in claims if fact.origin is Origin.SOURCE and fact.note in NO_PROOF]
    verdict.drop(denied, _BY_LOSS)
    return [fact for fact in claims if fact not in denied]


def _why_not_named(subject: str, verdict: Verdict) -> str:
    if any(fact.value == subject for fact in verdict.evidence.get(SECONDARY, ())):
        return "it ran, but for too little of the time to be named"
    return "the source names it, but no call of it was observed"


def _was_observed(claims: Iterable[Fact]) -> bool:
    return any(fact.origin in (Origin.OBSERVED, Origin.LIVE) for fact in claims)


def _said_by_user(claims: Iterable[Fact]) -> bool:
    return any(fact.origin is Origin.USER for fact in claims)


def _framework(subject: str, claims: Iterable[Fact]) -> str:
    """Return the framework that an algorithm is said to be of, else the root of its path."""
    said = (str(fact.value) for fact in claims if fact.field == f"{ALGORITHMS}.framework")
    return import_root(next(said, "")) or subject.partition(".")[0]


def _of_one_dataset(claims: list[Fact], verdict: Verdict) -> list[Fact]:
    """Leave out what the source says of a data set that is not the observed one.

    A script may load several; the one that was seen going into the model has
    as many columns as the source's and, being a part of it, no more rows.
    """
    shapes = [fact for fact in claims if fact.field.endswith(".shape")]
    seen = next((fact for fact in shapes if fact.origin in (Origin.OBSERVED, Origin.LIVE)), None)
    told = next((fact for fact in shapes if fact.origin is Origin.SOURCE), None)
    if seen is None or told is None or part_of(str(seen.value), str(told.value)):
        return claims
    kept = [fact for fact in claims if fact.origin is not Origin.SOURCE or fact.field.endswith(".shape")]
    left_out = [fact for fact in claims if fact not in kept]
    verdict.drop(left_out, f"the data that were seen, {seen.value}, are no part of {told.value}")
    return kept


def part_of(seen: str, told: str) -> bool:
    """Tell whether an array of shape `seen` can be rows of one of shape `told`.

    >>> part_of("(1347, 64)", "(1797, 64)"), part_of("(1347, 30)", "(1797, 64)")
    (True, False)
    """
    ours, theirs = ([int(size) for size in re.findall(r"\d+", shape)] for shape in (seen, told))
    if not ours or not theirs:
        return True
    return ours[0] <= theirs[0] and math.prod(ours[1:]) == math.prod(theirs[1:])


def _entry(list_path: str, subject: str, claims: list[Fact], varied: Container[str] = ()) -> Entry:
    groups: dict[str, list[Fact]] = {}
    for fact in claims:
        groups.setdefault(fact.field, []).append(fact)
    decided = {path.removeprefix(list_path + "."): _decide(group) for path, group in groups.items()}
    if HYPERPARAMETERS in groups:
        decided["hyperparameters"] = _merged(groups[HYPERPARAMETERS], varied)
    return Entry(subject, decided)


def _merged(claims: list[Fact], varied: Container[str]) -> Decision:
    """Take each hyperparameter from the best fact that names it, of the source none that was seen to vary."""
    decision = _decide(claims)
    values: dict[str, JsonValue] = {}
    for fact in (*reversed(decision.rivals), decision.winner):
        told = fact.value if isinstance(fact.value, dict) else {}
        is_read = fact.origin is Origin.SOURCE
        values.update({name: value for name, value in told.items() if not (is_read and name in varied)})
    return replace(decision, winner=replace(decision.winner, value=values))
