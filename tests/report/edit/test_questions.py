"""What is asked, in which order, and what is not."""

from __future__ import annotations

import json
from collections import Counter

from edited_report import GAPS, read, write

from ai_power_export.report.edit.editing import Editing
from ai_power_export.report.edit.questions import Question, questions
from ai_power_export.report.edit.worth import NOT_ASKED, WORTH
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.read import Saved, read_report


def asked(saved: Saved) -> list[Question]:
    return questions(saved, lambda *_: None)


def places(saved: Saved) -> list[str]:
    return [each.place for each in asked(saved)]


def test_every_field_of_the_format_is_either_worth_asking_for_or_not():
    assert Counter([*WORTH, *NOT_ASKED]) == Counter(info.path for info in FIELDS)


def test_only_what_is_missing_or_unsure_is_asked(tmp_path):
    saved = read_report(write(tmp_path))
    found = {each.place: each for each in asked(saved)}
    assert {"header.licensing", "header.publisher.name", "infrastructure.infraType"} <= set(found)
    assert not {"task.taskStage", "environment.country", "task.algorithms[0].classPath"} & set(found)
    assert not set(NOT_ASKED) & {each.info.path for each in asked(saved)}
    unsure = found["infrastructure.infraType"]
    assert (unsure.value, unsure.proposal.value, unsure.reason) == (
        "other", "other", "the firmware names no cloud",
    )  # fmt: skip
    assert found["environment.powerSource"].proposal.value == "nuclear"
    assert found["task.measuredAccuracy"].reason == "no score was seen"


def test_what_the_format_requires_comes_first_then_what_readers_need(tmp_path):
    saved = read_report(write(tmp_path, without=("task.taskStage", "task.dataset.dataType")))
    found = asked(saved)
    assert [each.place for each in found if each.required] == ["task.taskStage", "task.dataset[0].dataType"]
    assert [each.place for each in found[:2]] == ["task.taskStage", "task.dataset[0].dataType"]
    ranks = [list(WORTH).index(each.info.path) for each in found[2:]]
    assert ranks == sorted(ranks)


def test_what_makes_no_sense_is_not_asked(tmp_path):
    path = write(tmp_path)
    before = places(read_report(path))
    assert "infrastructure.cloudProvider" not in before
    assert "task.nbRequest" not in before
    assert "task.algorithms[0].epochsNumber" not in before
    Editing(path).say({"infrastructure.infraType": "publicCloud", "task.taskStage": "inference"})
    after = places(read_report(path))
    assert "infrastructure.cloudProvider" in after
    assert "task.nbRequest" in after


def test_a_field_whose_company_is_required_waits_for_it(tmp_path):
    path = write(tmp_path, without=(*GAPS, "environment.powerSource"))
    found = places(read_report(path))
    assert "environment.country" in found
    assert "environment.location" not in found
    Editing(path).say({"environment.country": "France"})
    assert "environment.location" in places(read_report(path))


def test_each_entry_of_a_list_is_asked_about_by_itself(tmp_path):
    path = write(tmp_path)
    Editing(path).say({"task.dataset[1].dataUsage": "output", "task.dataset[1].dataType": "text"})
    found = places(read_report(path))
    assert {"task.dataset[0].owner", "task.dataset[1].owner", "task.dataset[1].dataQuantity"} <= set(found)
    assert "task.dataset[0].dataQuantity" not in found


def test_what_the_user_has_taken_out_is_not_asked_again(tmp_path):
    path = write(tmp_path)
    Editing(path).say({"task.dataset[0].dataQuantity": None})
    assert "task.dataset[0].dataQuantity" not in places(read_report(path))


def test_of_an_empty_list_the_fields_of_its_first_entry_are_asked(tmp_path):
    every = tuple(info.path for info in FIELDS if info.path.startswith("task.dataset."))
    found = places(read_report(write(tmp_path, without=every)))
    assert found[:2] == ["task.dataset[0].dataUsage", "task.dataset[0].dataType"]
    assert "task.dataset[0].owner" not in found


def test_an_entry_that_was_taken_out_by_hand_is_not_asked_about(tmp_path):
    path = write(tmp_path)
    entry = {"dataUsage": "output", "dataType": "text"}
    Editing(path).say({f"task.dataset[{n}].{name}": value for n in (1, 2) for name, value in entry.items()})
    document = read(path)[0]
    del document["task"]["dataset"][1:]
    path.write_text(json.dumps(document))
    assert not [place for place in places(read_report(path)) if place.startswith("task.dataset[1]")]
    assert not [place for place in places(read_report(path)) if place.startswith("task.dataset[2]")]
