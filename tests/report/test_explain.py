"""Every field of a report is explained from the evidence beside it."""

from __future__ import annotations

import json

import pytest
from boamps_documents import mutated_documents
from explained_report import BAYES, FOREST, SVC, documents, write
from hypothesis import given, settings

from ai_power_export.errors import BadInput
from ai_power_export.report.evidence import Evidence, without_indices
from ai_power_export.report.explain import explain
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.read import read_report


@pytest.fixture
def explained():
    document, beside = documents()
    return explain(document, Evidence.from_json(beside))


def field(explanation, path):
    return next(each for each in explanation.fields if each.path == path)


def test_every_field_is_there_in_the_formats_order(explained):
    paths = [without_indices(each.path) for each in explained.fields]
    assert list(dict.fromkeys(paths)) == [info.path for info in FIELDS]
    entries = [each.path for each in explained.fields if each.path.endswith(".classPath")]
    assert entries == ["task.algorithms[0].classPath", "task.algorithms[1].classPath"]


def test_a_value_comes_with_its_origin_and_unit(explained):
    power = field(explained, "measures[0].powerConsumption")
    assert (power.value, power.unit, power.fact.place) == (0.25, "kWh", "CodeCarbon")
    assert not power.by_hand


@pytest.mark.parametrize(
    ("path", "rival", "why"),
    [
        ("header.publisher.projectName", "folder", "the user said otherwise"),
        ("task.taskFamily", "tabularClassification", "only likely"),
    ],
)
def test_what_lost_is_told_with_the_reason(explained, path, rival, why):
    (lost,) = field(explained, path).rivals
    assert (lost.fact.value, lost.why) == (rival, why)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("measures[0].gpuTrackingMode", "CodeCarbon tracked no GPU"),
        ("infrastructure.components.share", "no processor could be asked"),
        ("task.dataset.shape", "the data could not be described"),
        ("header.licensing", "nothing that was seen says it"),
    ],
)
def test_a_missing_field_has_its_reason_and_a_hint(explained, path, reason):
    gap = field(explained, path)
    assert (gap.value, gap.reason) == (None, reason)
    assert gap.hint


def test_a_field_that_only_another_entry_has_is_marked(explained):
    assert field(explained, "task.algorithms[1].optimizer").elsewhere
    assert not field(explained, "task.algorithms[1].quantization").elsewhere


def test_hyperparameters_are_told_apart(explained):
    (forest,) = explained.hyperparameters
    assert (forest.path, forest.subject) == ("task.algorithms[0].hyperparameters", FOREST)
    assert forest.groups == {
        "set": {"n_estimators": 60, "criterion": "gini", "n_jobs": 2},
        "default": {"max_depth": None},
        "varied": {"max_features": [1, 2]},
    }
    (rival,) = forest.rivals
    assert rival.fact.value == {"n_estimators": 50}
    assert rival.why == "source is trusted less than observed"


def test_hyperparameters_of_which_no_defaults_are_known_are_not_said_to_be_set():
    document, beside = documents()
    del beside["other"]["evidence.hyperparameters.defaults"]
    (forest,) = explain(document, Evidence.from_json(beside)).hyperparameters
    assert forest.groups["set"] == {"n_estimators": 60, "criterion": "gini"}
    assert forest.groups["untold"] == {"max_depth": None, "n_jobs": 2}


def test_what_did_not_get_into_the_report_is_told_too(explained):
    assert [fact.value for fact in explained.secondary] == [BAYES]
    assert [(each.fact.subject, each.why) for each in explained.dropped] == [
        (BAYES, "it ran, but for too little of the time to be named")
    ]
    assert [guess.value for guess in explained.guesses] == ["wind"]
    assert ("task.algorithms.hyperparameters", "a search chose the values") in {
        (missing.field, missing.reason) for missing in explained.unseen
    }
    assert [fact.field for fact in explained.other] == ["evidence.pue"]
    assert [notice.code for notice in explained.warnings] == ["a-code"]


def test_what_was_changed_by_hand_is_told():
    document, beside = documents()
    document["task"]["taskFamily"] = "other"
    document["quality"] = "high"
    del document["task"]["taskStage"]
    del document["task"]["algorithms"][1]
    changed = [each for each in explain(document, Evidence.from_json(beside)).fields if each.by_hand]
    assert [(each.path, each.value, each.fact and each.fact.value) for each in changed] == [
        ("task.taskStage", None, "training"),
        ("task.taskFamily", "other", "imageClassification"),
        ("task.algorithms[1].classPath", None, SVC),
        ("quality", "high", None),
    ]
    assert changed[0].reason == "removed by hand since"
    assert changed[1].to_json()["was"]["value"] == "imageClassification"


def test_without_evidence_there_are_still_values_gaps_and_hints():
    document, _ = documents()
    explained = explain(document, None)
    assert not explained.has_evidence
    assert not any(each.by_hand or each.fact or each.reason for each in explained.fields)
    assert field(explained, "measures[0].powerConsumption").value == 0.25
    assert field(explained, "quality").hint


def test_evidence_of_before_reasons_were_kept_is_read():
    document, beside = documents()
    del beside["unseen"]
    for each in beside["dropped"]:
        del each["why"]
    explained = explain(document, Evidence.from_json(beside))
    assert explained.unseen == ()
    assert [each.why for each in explained.dropped] == [""]


@pytest.mark.parametrize(
    ("prefix", "paths"),
    [
        ("task.algorithms[1].class", ["task.algorithms[1].classPath"]),
        ("task.algorithms.class", ["task.algorithms[0].classPath", "task.algorithms[1].classPath"]),
        ("quality", ["quality"]),
    ],
)
def test_a_part_is_chosen_by_the_beginning_of_its_path(explained, prefix, paths):
    assert [each.path for each in explained.about(prefix).fields] == paths


def test_a_part_keeps_what_belongs_to_it(explained):
    part = explained.about("task.algorithms")
    assert (len(part.hyperparameters), len(part.secondary), len(part.dropped)) == (1, 1, 1)
    assert (part.guesses, part.other, part.warnings) == ((), (), ())
    assert [fact.field for fact in explained.about("evidence.pue").other] == ["evidence.pue"]


def test_a_prefix_that_nothing_begins_with_gets_a_suggestion(explained):
    with pytest.raises(BadInput, match=r"did you mean task\.algorithms\?"):
        explained.about("task.algorythms")


@settings(max_examples=60, deadline=None)
@given(mutated_documents())
def test_any_document_is_explained(document):
    _, beside = documents()
    for evidence in (None, Evidence.from_json(beside)):
        json.dumps(explain(document, evidence).to_json())


def test_a_report_is_found_by_itself_by_its_evidence_and_by_its_folder(tmp_path):
    path = write(tmp_path)
    for place in (path, path.with_suffix(".evidence.json"), tmp_path):
        saved = read_report(place)
        assert (saved.path, saved.evidence.report_id) == (path, "an-id")


def test_a_report_without_evidence_is_read(tmp_path):
    path = write(tmp_path)
    path.with_suffix(".evidence.json").unlink()
    assert read_report(path).evidence is None


REPORT, ANOTHERS = json.dumps(documents()[0]), json.dumps({**documents()[1], "reportId": "another"})
BAD = {
    "no.json": ({}, "no such file"),
    ".": ({}, r"no report_\*\.json"),
    "./": ({"report_a.json": "{}", "report_b.json": "{}"}, "2 reports"),
    "half.json": ({"half.json": "{"}, "not JSON"),
    "deep.json": ({"deep.json": "[" * 100_000}, "nested more than 100 levels"),
    "latin.json": ({"latin.json": "\udce9"}, "not UTF-8"),
    "list.json": ({"list.json": "[]"}, "holds a list of 0"),
    "other.json": ({"other.json": '{"reportId": "x"}'}, "no BoAmps report"),
    "a.json": ({"a.json": REPORT, "a.evidence.json": "{}"}, "not readable as evidence"),
    "b.json": ({"b.json": REPORT, "b.evidence.json": ANOTHERS}, "evidence of another report"),
}


@pytest.mark.parametrize("place", BAD)
def test_bad_input_is_one_line(tmp_path, place):
    files, text = BAD[place]
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(BadInput, match=text) as caught:
        read_report(tmp_path / place)
    assert "\n" not in str(caught.value)
