"""One report rated: letters, their range, the group, and why there is no letter."""

import datetime
import json

import pytest
from boamps_documents import mutated_documents
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_reports import ENERGY, inference, report
from putting import DROP
from rated_reports import FIVE, TRAINING, amounts, energy_of, groups, rated, runs

from ai_power_export.errors import AipowerError, BadInput, CheckFailed
from ai_power_export.label.comparable import run_of, runs_of
from ai_power_export.label.fit import fit
from ai_power_export.label.metrics import measured_of
from ai_power_export.label.rate import rate
from ai_power_export.label.rated import grade_of
from ai_power_export.label.scheme import content_of
from ai_power_export.label.schemes import load, made
from ai_power_export.label.subject import subject_of
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT
from ai_power_export.report.signing.canonical import hash_of

DAY = datetime.date(2026, 11, 22)


def test_a_letter_among_five_comparable_runs():
    rating = rated(report(), runs(FIVE))
    # The quantiles .2, .4, .6, .8 of the five, by 10,000 images.
    assert energy_of(rating).boundaries == pytest.approx((7.4e-6, 9.2e-6, 1.4e-5, 2.4e-5))
    assert (rating.letter, rating.best, rating.worst) == ("C", "B", "C")
    assert energy_of(rating).percentile == 60
    assert (rating.group.members, rating.group.needed, rating.group.hardware_class) == (5, 5, "gpu")
    assert rating.functional_unit == "sample and epoch"
    assert (rating.title, rating.date, rating.quality) == ("ResNet50", "2026-11-20", "high")
    assert rating.uncovered_weight == 0


def test_the_report_itself_is_none_of_the_others():
    others = runs(FIVE)
    own = run_of(subject_of(report(), "r.json"), "")
    assert rated(report(), [*others, own]) == rated(report(), others)


def test_with_too_few_there_is_no_letter():
    rating = rated(report(), runs(FIVE[:3]))
    assert (rating.letter, rating.best, rating.worst) == (None, None, None)
    assert rating.why_not == "3 comparable runs, 5 needed"
    assert energy_of(rating).why_not == rating.why_not
    assert energy_of(rating).boundaries == ()
    assert rating.uncovered_weight == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"task.taskFamily": "objectDetection"},
        {"task.taskStage": "finetuning"},
        {"task.dataset.0.dataType": "text"},
        {"infrastructure.components.1.nbComponent": 2},
        {"task.algorithms.0": {"algorithmType": "treeEnsemble"}},
    ],
)
def test_runs_of_another_kind_do_not_count(changes):
    rating = rated(report(), runs(FIVE, **changes))
    assert rating.letter is None
    assert rating.why_not == "0 comparable runs, 5 needed"


def test_without_others_nothing_is_made_up():
    assert rated(report()).why_not == "no comparable runs"


def test_without_functional_unit_there_is_no_letter():
    rating = rated(report({"task.algorithms.0.epochsNumber": DROP}), runs(FIVE))
    assert rating.letter is None
    assert rating.why_not.startswith("no functional unit: how many epochs")


def test_without_known_hardware_nothing_is_comparable():
    changes = {"infrastructure.components": [{"componentType": "ram", "nbComponent": 1}]}
    rating = rated(report(changes), runs(FIVE, **changes))
    assert rating.letter is None
    assert "does not tell infrastructure.components" in rating.why_not


def test_runs_that_are_all_alike_give_no_letter():
    assert rated(report(), runs([0.1] * 6)).why_not == "all comparable runs have the same value"


@pytest.mark.parametrize(
    ("quality", "best", "worst"),
    [("high", "B", "C"), ("medium", "B", "C"), ("low", "A", "D"), (DROP, "A", "D")],
)
def test_quality_is_the_range(quality, best, worst):
    rating = rated(report(quality=quality), runs(FIVE))
    assert (rating.letter, rating.best, rating.worst) == ("C", best, worst)


def test_a_missing_metric_is_not_rated_and_its_weight_is_told():
    content = content_of(TRAINING)
    for metric in content["metrics"]:
        if metric["name"] == "accuracy":
            metric |= {"rated": True, "weight": 0.25}
    scheme = made(content, "x")
    rating = rated(report({"task.measuredAccuracy": DROP}), runs(FIVE), scheme)
    assert rating.letter == "C"
    assert rating.uncovered_weight == pytest.approx(0.2)
    accuracy = next(metric for metric in rating.metrics if metric.name == "accuracy")
    assert (accuracy.letter, accuracy.why_not) == (None, "the report does not tell it (measuredAccuracy)")


def test_zero_is_refused():
    content = content_of(TRAINING)
    next(each for each in content["metrics"] if each["name"] == "data_size").update(rated=True, weight=1.0)
    rating = rated(report({"task.dataset.0.dataSize": 0}), runs(FIVE), made(content, "x"))
    size = next(metric for metric in rating.metrics if metric.name == "data_size")
    assert (size.letter, size.why_not) == (None, "the value is zero")


@pytest.mark.parametrize("energy", [0, -1])
def test_an_invalid_report_is_refused_in_one_line(energy):
    with pytest.raises(
        CheckFailed, match=r"^r.json: not rated: the report is not valid: measures\[0\]"
    ) as refused:
        rated(report({ENERGY: energy}))
    assert "\n" not in str(refused.value)


def test_schemes_for_other_things_are_refused():
    with pytest.raises(BadInput, match="groups by 'task', which no report tells"):
        rated(report(), scheme=load("elex-imagenet"))
    with pytest.raises(BadInput, match="rates inference, and the report is of training"):
        rated(report(), scheme=load("inference"))
    content = content_of(TRAINING) | {"group": ["task_family"]}
    with pytest.raises(BadInput, match="says no functional unit"):
        rated(report(), scheme=made(content, "x"))


def test_too_few_for_a_reference_are_too_few():
    content = content_of(TRAINING) | {"index": {"against": "reference", "reference": "ResNet50"}}
    content["boundaries"] = {"on_boundary": "below"}
    for metric in content["metrics"][:2]:
        metric["boundaries"] = [2.0, 1.5, 0.75, 0.5]
    scheme = made(content, "x")
    rating = rated(report(), runs([0.15, 0.15]), scheme)
    assert (rating.letter, rating.why_not) == (None, "2 comparable runs, 5 needed")
    assert rated(report(), runs([0.15] * 5), scheme).letter == "C"


def test_faults_of_others_are_for_their_tables():
    with pytest.raises(BadInput, match="keeps faults of another system, such as missing-is-a"):
        rated(report(), scheme=made(content_of(TRAINING) | {"faults": ["missing-is-a"]}, "x"))


def test_finetuning_is_training():
    rating = rated(report({"task.taskStage": "finetuning"}), runs(FIVE, **{"task.taskStage": "finetuning"}))
    assert rating.letter == "C"


def test_inference_by_token():
    scheme = load("inference")
    rating = rated(inference(), runs(FIVE, inference, scheme), scheme)
    assert (rating.letter, rating.functional_unit) == ("C", "token")
    assert energy_of(rating).value == pytest.approx(0.1 / 500)


def test_a_scheme_against_the_best_of_the_group():
    content = content_of(TRAINING) | {"index": {"against": "best"}}
    rating = rated(report(), runs(FIVE), made(content, "x"))
    assert energy_of(rating).index == pytest.approx(0.5)
    assert rating.letter == "C"
    # Boundaries are in the metric's unit, the best first, whatever the index.
    assert list(energy_of(rating).boundaries) == sorted(energy_of(rating).boundaries)


def test_a_scheme_with_a_reference_model():
    content = content_of(TRAINING) | {
        "index": {"against": "reference", "reference": "ResNet50"},
        "boundaries": {"on_boundary": "below"},
    }
    for metric in content["metrics"][:2]:
        metric["boundaries"] = [2.0, 1.5, 0.75, 0.5]
    scheme = made(content, "x")
    rating = rated(report({"task.algorithms.0.algorithmName": "Other"}), runs([0.15] * 5), scheme)
    assert (energy_of(rating).index, rating.letter) == (pytest.approx(1.5), "C")
    assert energy_of(rating).boundaries == pytest.approx((7.5e-6, 1e-5, 2e-5, 3e-5))
    assert rated(report(), [], scheme).why_not == "the group has no reference value"


def test_a_frozen_scheme_needs_no_others_and_heeds_none():
    frozen = fit(TRAINING, runs(FIVE), "ours", "1", DAY).scheme
    alone = rated(report(), None, frozen)
    assert (alone.letter, alone.best, alone.worst, alone.group.members) == ("C", "B", "C", 5)
    for others in (runs([1e-6] * 9), runs([0.1])):
        assert rated(report(), others, frozen) == alone
    strange = rated(report({"task.taskFamily": "translation"}), None, frozen)
    assert strange.why_not.startswith(
        "no comparable runs: the scheme has none of translation, training, image"
    )


def test_reports_of_older_versions_are_rated_by_what_they_become():
    changes = {"task.algorithms.0.trainingType": "supervisedLearning", "header.reportStatus": "final"}
    old = convert(report(changes), CURRENT, BOAMPS_2024).document
    old["measures"][0] |= {"powerConsumption": 100, "unit": "Wh"}
    subject = subject_of(old, "old.json")
    assert subject.sha256 == hash_of(old, "SHA-256").hex()
    assert measured_of(subject.document).values["run_energy"] == pytest.approx(0.1)
    # That version has no place for epochs.
    assert rate(subject, TRAINING, runs(FIVE)).why_not.startswith("no functional unit: ")


def test_of_two_reports_with_one_id_one_counts(tmp_path):
    for name, kwh in (("a", 0.1), ("b", 0.2)):
        (tmp_path / f"{name}.json").write_text(json.dumps(report({ENERGY: kwh})))
    (tmp_path / "broken.json").write_text("{")
    told = []
    assert len(runs_of([str(tmp_path)], "", told.append)) == 1
    assert len(told) == 1
    assert "broken.json" in told[0]


@settings(max_examples=20, deadline=None)
@given(groups, amounts, st.randoms(use_true_random=False))
def test_the_order_of_runs_changes_nothing(energies, own, random):
    others = runs(energies)
    before = rated(report({ENERGY: own, "quality": "low"}), others)
    random.shuffle(others)
    assert rated(report({ENERGY: own, "quality": "low"}), others) == before


@settings(max_examples=20, deadline=None)
@given(groups, amounts, st.sampled_from(["J", "Wh", "mWh", "MWh"]))
def test_the_unit_of_a_scheme_changes_no_letter(energies, own, unit):
    content = content_of(TRAINING)
    content["metrics"][0]["unit"] = unit
    others, document = runs(energies), report({ENERGY: own * 1.0009})
    one, other = rated(document, others), rated(document, others, made(content, "x"))
    assert (one.letter, one.best, one.worst) == (other.letter, other.best, other.worst)


@settings(max_examples=20, deadline=None)
@given(groups, st.lists(amounts, min_size=2, max_size=2), st.sampled_from(["high", "medium", "low"]))
def test_less_energy_is_never_a_worse_letter_and_the_letter_is_in_its_range(energies, two, quality):
    others = runs(energies)
    less, more = (rated(report({ENERGY: kwh, "quality": quality}), others) for kwh in sorted(two))
    for end in ("best", "letter", "worst"):
        assert grade_of(getattr(less, end)) <= grade_of(getattr(more, end))
    assert grade_of(less.best) <= grade_of(less.letter) <= grade_of(less.worst)


@settings(max_examples=40, deadline=None)
@given(mutated_documents())
def test_no_document_is_too_strange_to_be_refused_or_rated(document):
    try:
        subject = subject_of(document, "r.json")
    except AipowerError as error:
        assert "\n" not in str(error)
        return
    for name in ("training", "inference"):
        try:
            rating = rate(subject, load(name), runs(FIVE[:1]))
        except BadInput:
            continue
        assert rating.letter is None
        for reason in filter(None, (rating.why_not, *(each.why_not for each in rating.metrics))):
            assert reason.in_language("fr") != reason


def test_numbers_at_the_end_of_all_numbers_are_no_letter_and_no_warning():
    changes = {"task.dataset.0.dataQuantity": 1e300, "task.algorithms.0.epochsNumber": 1e20}
    rating = rated(report(changes), runs(FIVE))
    assert rating.letter is None
    assert rating.why_not
