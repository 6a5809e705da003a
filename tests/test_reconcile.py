"""Which fact wins, and what becomes of the others."""

from __future__ import annotations

import itertools

import pytest

from ai_power_export.evidence_names import (
    BY_COMPILED_LOSS,
    CUT_SHORT,
    IN_FIRST_EPOCH,
    KIND_OPEN,
    OWN_WEIGHTS,
    SECONDARY,
    VARIED,
    WHOLLY_SEEN,
)
from ai_power_export.facts import Certainty, Facts, Origin
from ai_power_export.reconcile import reconcile
from ai_power_export.reconcile.left_out import part_of
from ai_power_export.reconcile.ranking import why_it_lost

ORDER = [Origin.USER, Origin.OBSERVED, Origin.LIVE, Origin.SOURCE, Origin.METER, Origin.DERIVED]
FOREST, SVC = "sklearn.ensemble.RandomForestClassifier", "sklearn.svm.SVC"


def said(*claims) -> Facts:
    facts = Facts()
    for field, value, origin, more in claims:
        facts.add(field, value, origin, "here", **more)
    return facts


@pytest.mark.parametrize(("better", "worse"), [*itertools.combinations(ORDER, 2)])
def test_origins_are_believed_in_this_order_however_they_come(better, worse):
    claims = [("task.taskStage", better.value, better, {}), ("task.taskStage", worse.value, worse, {})]
    for order in (claims, claims[::-1]):
        decision = reconcile(said(*order)).fields["task.taskStage"]
        assert decision.winner.value == better.value
        assert [rival.value for rival in decision.rivals] == [worse.value]


@pytest.mark.parametrize("origin", [Origin.OBSERVED, Origin.SOURCE, Origin.DERIVED])
def test_what_is_certain_beats_what_is_likely(origin):
    likely = ("task.taskFamily", "a", origin, {"certainty": Certainty.LIKELY})
    certain = ("task.taskFamily", "b", Origin.SOURCE, {})
    assert reconcile(said(likely, certain)).value("task.taskFamily") == "b"


@pytest.mark.parametrize("place", ["here", "elsewhere"])
def test_a_line_that_was_seen_to_load_something_is_not_read_otherwise(place):
    facts = said(("task.dataset.dataFormat", "csv", Origin.SOURCE, {"subject": "input"}))
    facts.add(
        "task.dataset.dataFormat",
        "parquet",
        Origin.OBSERVED,
        place,
        certainty=Certainty.LIKELY,
        subject="input",
    )
    (entry,) = reconcile(facts).entries["task.dataset"]
    decision = entry.fields["dataFormat"]
    (loser,) = decision.rivals

    assert decision.winner.value == ("parquet" if place == "here" else "csv")
    why = why_it_lost(loser, decision.winner)
    assert why == ("that line was seen to load something else" if place == "here" else "only likely")


def test_the_users_word_needs_no_certainty():
    users = ("task.taskFamily", "a", Origin.USER, {"certainty": Certainty.LIKELY})
    assert (
        reconcile(said(("task.taskFamily", "b", Origin.OBSERVED, {}), users)).value("task.taskFamily") == "a"
    )


def test_a_guess_never_wins_and_is_kept_for_the_prompt():
    verdict = reconcile(said(("task.taskFamily", "a", Origin.SOURCE, {"certainty": Certainty.GUESS})))
    assert verdict.fields == {}
    assert [fact.value for fact in verdict.guesses] == ["a"]


def two_claims(better, worse):
    """Return the winner and the loser of two facts, given as (origin, more)."""
    decision = reconcile(
        said(*(("quality", name, origin, more) for name, (origin, more) in (("b", worse), ("a", better))))
    ).fields["quality"]
    return decision.winner, decision.rivals[0]


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        ((Origin.USER, {}), (Origin.OBSERVED, {}), "the user said otherwise"),
        ((Origin.SOURCE, {}), (Origin.OBSERVED, {"certainty": Certainty.LIKELY}), "only likely"),
        ((Origin.OBSERVED, {}), (Origin.SOURCE, {"weight": 9.0}), "source is trusted less than observed"),
        (
            (Origin.OBSERVED, {"weight": 3.5}),
            (Origin.OBSERVED, {"weight": 0.25}),
            "less measured time: 0.25 s, not 3.5 s",
        ),
    ],
)
def test_a_loser_is_told_why_it_lost(better, worse, why):
    winner, loser = two_claims(better, worse)
    assert (winner.value, why_it_lost(loser, winner)) == ("a", why)


def test_of_two_equal_claims_the_later_one_is_told_so():
    winner, loser = two_claims((Origin.METER, {}), (Origin.MACHINE, {}))
    assert winner.value == "b"
    assert why_it_lost(loser, winner) == "as good, but said later"


def algorithm(subject, origin, **more):
    return ("task.algorithms.classPath", subject, origin, {"subject": subject, **more})


def subjects(verdict) -> list[str]:
    return [entry.subject for entry in verdict.entries["task.algorithms"]]


def test_where_calls_were_observed_classes_that_only_stand_in_the_source_did_not_run():
    verdict = reconcile(said(algorithm(SVC, Origin.SOURCE), algorithm(FOREST, Origin.OBSERVED, weight=3.0)))
    assert subjects(verdict) == [FOREST]
    assert [each.fact.subject for each in verdict.dropped] == [SVC]


def test_a_framework_that_was_watched_without_a_call_ran_nothing():
    named = algorithm(SVC, Origin.SOURCE)
    ran = algorithm("xgboost.train", Origin.OBSERVED, weight=3.0)
    watched = (WHOLLY_SEEN, "sklearn", Origin.OBSERVED, {})
    assert subjects(reconcile(said(ran, named))) == ["xgboost.train", SVC]
    assert subjects(reconcile(said(ran, named, watched))) == ["xgboost.train"]
    assert subjects(reconcile(said(named, watched))) == [SVC]


def test_what_was_dropped_is_told_why():
    ran = algorithm(FOREST, Origin.OBSERVED, weight=3.0)
    brief = (SECONDARY, SVC, Origin.OBSERVED, {})
    (never,) = reconcile(said(ran, algorithm(SVC, Origin.SOURCE))).dropped
    (shortly,) = reconcile(said(ran, brief, algorithm(SVC, Origin.SOURCE))).dropped
    assert never.why == "the source names it, but no call of it was observed"
    assert shortly.why == "it ran, but for too little of the time to be named"


def test_another_framework_that_is_not_observed_is_believed_from_the_source():
    verdict = reconcile(said(algorithm("prophet.Prophet", Origin.SOURCE), algorithm(SVC, Origin.OBSERVED)))
    assert subjects(verdict) == [SVC, "prophet.Prophet"]


def test_a_source_that_shows_no_model_gives_way_to_one_that_was_seen():
    none = (
        "task.algorithms.algorithmType",
        "genericComputation",
        Origin.SOURCE,
        {"subject": "genericComputation"},
    )
    assert subjects(reconcile(said(none))) == ["genericComputation"]
    assert subjects(reconcile(said(none, algorithm(SVC, Origin.OBSERVED)))) == [SVC]


def test_the_task_of_a_computation_without_a_model_goes_with_it():
    why = {"note": "no model is trained or asked"}
    none = [
        (
            "task.algorithms.algorithmType",
            "genericComputation",
            Origin.SOURCE,
            {"subject": "genericComputation", **why},
        ),
        ("task.taskFamily", "generic", Origin.SOURCE, why),
        ("task.taskStage", "other", Origin.SOURCE, why),
    ]
    assert reconcile(said(*none)).value("task.taskFamily") == "generic"
    verdict = reconcile(
        said(*none, algorithm(SVC, Origin.OBSERVED), ("task.framework", "x", Origin.SOURCE, {}))
    )
    assert (verdict.value("task.taskFamily"), verdict.value("task.taskStage")) == (None, None)
    assert verdict.value("task.framework") == "x"
    assert {each.why for each in verdict.dropped} == {"a model was found after all"}


@pytest.mark.parametrize(
    ("stage", "origin", "requests"),
    [
        ("training", Origin.OBSERVED, None),
        ("finetuning", Origin.OBSERVED, None),
        ("training+inference", Origin.OBSERVED, 1),
        ("inference", Origin.OBSERVED, 1),
        ("training", Origin.SOURCE, 1),
    ],
)
def test_a_run_that_was_seen_to_train_answers_no_requests_by_the_source(stage, origin, requests):
    counted = ("task.nbRequest", 1, Origin.SOURCE, {"certainty": Certainty.LIKELY})
    verdict = reconcile(said(("task.taskStage", stage, origin, {}), counted))
    assert verdict.value("task.nbRequest") == requests


def test_classes_of_one_framework_are_known_by_what_they_are_said_to_be_of():
    named = algorithm("torch.nn.Linear", Origin.SOURCE)
    of = ("task.algorithms.framework", "pytorch", Origin.OBSERVED, {"subject": "__main__.Net"})
    ran = algorithm("__main__.Net", Origin.OBSERVED, weight=3.0)
    assert subjects(reconcile(said(named, ran))) == ["__main__.Net", "torch.nn.Linear"]
    assert subjects(reconcile(said(named, ran, of))) == ["__main__.Net"]


def test_a_hyperparameter_that_was_seen_to_vary_is_not_filled_from_the_source():
    field = "task.algorithms.hyperparameters"
    told = [
        (field, {"C": 1.0, "kernel": "rbf"}, Origin.SOURCE, {"subject": SVC}),
        (field, {"tol": 0.1}, Origin.OBSERVED, {"subject": SVC}),
        (VARIED, {"C": [1.0, 2.0]}, Origin.OBSERVED, {"subject": SVC}),
    ]
    (entry,) = reconcile(said(*told)).entries["task.algorithms"]
    assert entry.fields["hyperparameters"].winner.value == {"kernel": "rbf", "tol": 0.1}


def test_a_folder_that_the_source_takes_for_a_public_model_is_not_named():
    facts = Facts()
    field = "task.algorithms.foundationModelName"
    for subject in ("a.Ours", "a.Theirs"):
        facts.add("task.algorithms.classPath", subject, Origin.OBSERVED, "x", subject=subject)
        facts.add(field, "team/model", Origin.SOURCE, "x", subject=subject)
    facts.add(OWN_WEIGHTS, True, Origin.OBSERVED, "x", subject="a.Ours")
    verdict = reconcile(facts)
    ours, theirs = verdict.entries["task.algorithms"]
    assert "foundationModelName" not in ours.fields
    assert theirs.fields["foundationModelName"].winner.value == "team/model"
    assert [each.fact.field for each in verdict.dropped] == [field]


def test_the_epochs_that_were_planned_are_not_told_of_a_training_that_completed_none():
    facts = said(algorithm("a.Net", Origin.OBSERVED), algorithm("a.Other", Origin.OBSERVED))
    for subject in ("a.Net", "a.Other"):
        facts.add("task.algorithms.epochsNumber", 100, Origin.SOURCE, "x", subject=subject)
    facts.add(CUT_SHORT, IN_FIRST_EPOCH, Origin.OBSERVED, "x", subject="a.Net")

    broken_off, other = reconcile(facts).entries["task.algorithms"]

    assert "epochsNumber" not in broken_off.fields
    assert other.fields["epochsNumber"].winner.value == 100


@pytest.mark.parametrize("is_open", [True, False])
def test_a_loss_in_the_source_tells_no_task_where_the_training_was_seen_and_tells_none(is_open):
    facts = said(algorithm("a.Net", Origin.OBSERVED))
    facts.add("task.algorithms.trainingType", "supervisedLearning", Origin.SOURCE, "x", subject="a.Net")
    facts.add("task.taskFamily", "classification", Origin.SOURCE, "x", note=BY_COMPILED_LOSS)
    if is_open:
        facts.add(KIND_OPEN, True, Origin.OBSERVED, "x", subject="a.Net")

    verdict = reconcile(facts)

    (net,) = verdict.entries["task.algorithms"]
    assert ("trainingType" in net.fields) is not is_open
    assert verdict.value("task.taskFamily") == (None if is_open else "classification")


def test_what_else_the_source_goes_by_tells_the_task_of_a_training_that_was_seen():
    facts = said(algorithm("a.Net", Origin.OBSERVED))
    facts.add("task.algorithms.trainingType", "unsupervisedLearning", Origin.SOURCE, "x", subject="a.Net")
    facts.add("task.taskFamily", "imageGeneration", Origin.SOURCE, "x", note="trained against another one")
    facts.add(KIND_OPEN, True, Origin.OBSERVED, "x", subject="a.Net")

    verdict = reconcile(facts)

    assert verdict.entries["task.algorithms"][0].fields["trainingType"].winner.value == "unsupervisedLearning"
    assert verdict.value("task.taskFamily") == "imageGeneration"


def test_the_algorithm_with_most_measured_time_comes_first_and_at_most_eight_are_named():
    many = [algorithm(f"sklearn.x.C{number}", Origin.OBSERVED, weight=float(number)) for number in range(12)]
    assert subjects(reconcile(said(*many))) == [f"sklearn.x.C{number}" for number in range(11, 3, -1)]


def test_each_hyperparameter_comes_from_the_best_fact_that_names_it():
    field = "task.algorithms.hyperparameters"
    verdict = reconcile(
        said(
            (field, {"C": 1.0, "kernel": "rbf"}, Origin.SOURCE, {"subject": SVC}),
            (field, {"C": 10}, Origin.OBSERVED, {"subject": SVC}),
        )
    )
    (entry,) = verdict.entries["task.algorithms"]
    assert entry.fields["hyperparameters"].winner.value == {"C": 10, "kernel": "rbf"}


def dataset(name, value, origin):
    return (f"task.dataset.{name}", value, origin, {"subject": "input"})


@pytest.mark.parametrize(("told", "kept"), [("(1797, 64)", True), ("(150, 4)", False)])
def test_the_source_of_data_is_named_only_if_it_can_be_the_data_that_was_seen(told, kept):
    verdict = reconcile(
        said(
            dataset("shape", "(1347, 64)", Origin.OBSERVED),
            dataset("shape", told, Origin.SOURCE),
            dataset("sourceUri", "https://example.org/data", Origin.SOURCE),
        )
    )
    (entry,) = verdict.entries["task.dataset"]
    assert entry.fields["shape"].winner.value == "(1347, 64)"
    assert ("sourceUri" in entry.fields) is kept
    assert bool(verdict.dropped) is not kept


def test_images_seen_as_rows_of_pixels_are_part_of_the_images():
    assert part_of("(1347, 64)", "(1797, 8, 8)")
    assert part_of("(100,)", "(100,)")
    assert not part_of("(2000, 64)", "(1797, 64)")


def test_what_the_user_says_of_a_list_is_said_of_its_first_entry():
    verdict = reconcile(
        said(
            ("task.algorithms.parametersNumber", 7, Origin.USER, {}),
            algorithm(SVC, Origin.OBSERVED, weight=1.0),
            algorithm(FOREST, Origin.OBSERVED, weight=2.0),
        )
    )
    first = verdict.entries["task.algorithms"][0]
    assert (first.subject, first.fields["parametersNumber"].winner.value) == (FOREST, 7)


def test_facts_survive_the_way_through_json():
    facts = said(algorithm(SVC, Origin.OBSERVED, weight=0.5), ("quality", "low", Origin.DERIVED, {}))
    facts.lack("task.nbRequest", "none was made")
    facts.warn("a-code", "a text")
    assert Facts.from_json(facts.to_json()) == facts
