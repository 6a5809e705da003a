"""What does not count: facts of the source that what was seen of the run speaks against."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from ai_power_export.evidence_names import (
    BY_COMPILED_LOSS,
    BY_COMPUTED_LOSS,
    BY_DATASET,
    CUT_SHORT,
    KIND_OPEN,
    OWN_WEIGHTS,
    SECONDARY,
    WHOLLY_SEEN,
)
from ai_power_export.facts import Fact, Origin
from ai_power_export.reconcile.verdict import ALGORITHMS, Verdict, list_of
from ai_power_export.vocabulary.catalogue import import_root
from ai_power_export.vocabulary.families import NO_MODEL

STAGE, REQUESTS = "task.taskStage", "task.nbRequest"

MOST_ALGORITHMS = 8
"""A report names the main approaches, not every class of a model zoo."""


def without_no_model(found: Sequence[Fact], verdict: Verdict) -> list[Fact]:
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


def without_requests_of_training(verdict: Verdict) -> None:
    """Leave out the requests that the source counts, where the run was seen to train."""
    stage, requests = verdict.fields.get(STAGE), verdict.fields.get(REQUESTS)
    if stage is None or requests is None or requests.winner.origin is not Origin.SOURCE:
        return
    if stage.winner.origin is Origin.OBSERVED and stage.winner.value in ("training", "finetuning"):
        verdict.drop([requests.winner], "the run was seen to train")
        del verdict.fields[REQUESTS]


def that_ran(groups: dict[str, list[Fact]], verdict: Verdict) -> dict[str, list[Fact]]:
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


def not_seen_otherwise(subject: str, claims: list[Fact], verdict: Verdict) -> list[Fact]:
    """Leave out what the source says of an algorithm where it was seen to be otherwise."""
    for evidence, path, why in SEEN_OTHERWISE:
        if any(fact.subject == subject for fact in verdict.evidence.get(evidence, ())):
            told = [fact for fact in claims if fact.origin is Origin.SOURCE and path in fact.field]
            denied = [fact for fact in told if evidence != KIND_OPEN or fact.value == BY_LOSS_TYPE]
            verdict.drop(denied, why)
            claims = [fact for fact in claims if fact not in denied]
    return claims


def not_by_loss(claims: list[Fact], verdict: Verdict) -> list[Fact]:
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


def of_one_dataset(claims: list[Fact], verdict: Verdict) -> list[Fact]:
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
