"""What becomes of a report and its evidence by what a user says."""

from __future__ import annotations

import json
import stat

import pytest
from edited_report import FOREST, GAPS, REPORT_ID, only, read, write
from official_boamps import official_folder

from ai_power_export.errors import BadInput
from ai_power_export.report import replace as replace_module
from ai_power_export.report.checks.structure import structure_findings
from ai_power_export.report.edit.editing import Editing
from ai_power_export.report.edit.options import changes_of
from ai_power_export.report.edit.published import is_published, note_published
from ai_power_export.report.explain import explain
from ai_power_export.report.read import read_report
from ai_power_export.report.write import write_json


def say(path, **values):
    """Say values of fields, their dots written as two underscores; return how the edit ended."""
    editing = Editing(path)
    editing.say({name.replace("__", "."): value for name, value in values.items()})
    return editing


def test_an_answer_is_a_users_fact_and_the_old_value_its_rival(tmp_path):
    path = write(tmp_path)
    say(path, task__taskFamily="chatbot", header__licensing="CC-BY-4.0")
    document, evidence = read(path)
    assert (document["task"]["taskFamily"], document["header"]["licensing"]) == ("chatbot", "CC-BY-4.0")
    fact = evidence["fields"]["task.taskFamily"]
    assert (fact["value"], fact["origin"], fact["place"][:12]) == ("chatbot", "user", "aipower edit")
    assert [rival["value"] for rival in fact["rivals"]] == ["tabularClassification"]
    assert "header.licensing" not in {each["field"] for each in evidence["absent"]}
    assert explain(document, read_report(path).evidence).filled == int(evidence["filled"].split()[0])
    assert not any(each.by_hand for each in explain(document, read_report(path).evidence).fields)


def test_a_confirmed_likely_value_becomes_certain(tmp_path):
    path = write(tmp_path)
    say(path, infrastructure__infraType="other")
    fact = read(path)[1]["fields"]["infrastructure.infraType"]
    assert (fact["origin"], fact["certainty"], "rivals" in fact) == ("user", "certain", False)


def test_a_guess_that_was_answered_is_a_rival_and_no_guess_any_more(tmp_path):
    path = write(tmp_path)
    say(path, environment__powerSource="wind")
    evidence = read(path)[1]
    assert evidence["fields"]["environment.powerSource"]["rivals"][0]["value"] == "nuclear"
    assert evidence["guesses"] == []


def test_the_rest_of_the_evidence_stays_as_it_is(tmp_path):
    path = write(tmp_path)
    before = read(path)[1]
    say(path, header__licensing="CC0")
    after = read(path)[1]
    changed = {"filled", "fields", "absent"}
    assert {key: after[key] for key in before.keys() - changed} == {
        key: before[key] for key in before.keys() - changed
    }
    del after["fields"]["header.licensing"]
    assert after["fields"] == before["fields"]
    assert after["absent"] == [each for each in before["absent"] if each["field"] != "header.licensing"]


def test_saying_what_the_user_said_already_writes_nothing(tmp_path):
    path = write(tmp_path)
    say(path, header__licensing="CC0")
    before = path.stat().st_mtime_ns
    say(path, header__licensing="CC0")
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ({}, "final"),
        ({"more": {"header.reportStatus": "other"}}, "other"),
        ({"cut_short": "the script was killed"}, "draft"),
    ],
)
def test_a_draft_is_final_once_it_is_complete_unless_something_else_makes_it_one(tmp_path, known, status):
    path = write(tmp_path, without=GAPS[:1], **known)
    say(path, environment__country="France")
    document = read(path)[0]
    assert [*structure_findings(document)] == []
    assert document["header"]["reportStatus"] == status
    say(path, infrastructure__infraType=None)
    assert read(path)[0]["header"]["reportStatus"] == ("other" if status == "other" else "draft")


def test_a_final_report_of_others_that_lacks_something_is_a_draft_until_it_does_not(tmp_path):
    path = write(tmp_path, name="theirs")
    path.with_suffix(".evidence.json").unlink()
    say(path, header__licensing="CC0")
    assert read(path)[0]["header"]["reportStatus"] == "final"
    path.with_suffix(".evidence.json").unlink()
    say(path, infrastructure__infraType=None)
    assert read(path)[0]["header"]["reportStatus"] == "draft"
    say(path, infrastructure__infraType="onPremise")
    assert read(path)[0]["header"]["reportStatus"] == "final"


def test_a_status_that_the_user_settles_stands_in_a_report_of_others(tmp_path):
    path = write(tmp_path, name="theirs")
    path.with_suffix(".evidence.json").unlink()
    say(path, header__reportStatus="final", infrastructure__infraType=None)
    assert read(path)[0]["header"]["reportStatus"] == "final"


def test_the_description_follows_unless_it_is_the_users_own(tmp_path):
    path = write(tmp_path)
    editing = Editing(path)
    editing.say({"task.dataset[0].dataType": "image"})
    assert "on image data" in read(path)[0]["task"]["taskDescription"]
    editing.say({"task.taskDescription": "Mine."})
    editing.say({"task.dataset[0].dataType": "audio"})
    assert read(path)[0]["task"]["taskDescription"] == "Mine."


def test_what_was_found_for_another_value_goes_with_it(tmp_path):
    path = write(tmp_path)
    gone = Editing(path).say(
        {"environment.country": "Germany", "task.algorithms[0].algorithmName": "bagging"}
    )
    assert {fact.field for fact in gone} == {
        "environment.powerSourceCarbonIntensity", "task.algorithms.algorithmUri",
    }  # fmt: skip
    document, evidence = read(path)
    assert "powerSourceCarbonIntensity" not in document["environment"]
    assert "algorithmUri" not in document["task"]["algorithms"][0]
    assert {each["value"] for each in evidence["dropped"]} == {56.0, "https://scikit-learn.org/forest"}
    say(path, environment__powerSourceCarbonIntensity=381)
    say(path, environment__country="Germany")
    assert read(path)[0]["environment"]["powerSourceCarbonIntensity"] == 381


def test_the_users_own_words_stay_beside_another_value(tmp_path):
    path = write(tmp_path, more={"environment.powerSourceCarbonIntensity": 12})
    assert Editing(path).say({"environment.country": "Germany"}) == ()
    assert read(path)[0]["environment"]["powerSourceCarbonIntensity"] == 12


def test_a_value_is_taken_out(tmp_path):
    path = write(tmp_path)
    say(path, environment__powerSourceCarbonIntensity=None)
    document, evidence = read(path)
    assert "powerSourceCarbonIntensity" not in document["environment"]
    reasons = {each["field"]: each["reason"] for each in evidence["absent"]}
    assert reasons["environment.powerSourceCarbonIntensity"] == "removed by the user"
    assert evidence["dropped"][0]["value"] == 56.0


def test_entries_come_and_go_with_their_evidence(tmp_path):
    path = write(tmp_path)
    editing = Editing(path)
    editing.say({f"task.dataset[{n}].{k}": v for n in (1, 2) for k, v in
                 (("dataUsage", "output"), ("dataType", "text" if n == 1 else "token"))})  # fmt: skip
    assert read(path)[1]["fields"]["task.dataset[2].dataType"]["value"] == "token"
    editing.say({"task.dataset[0]": None, "task.dataset[1].dataType": "word"})
    document, evidence = read(path)
    assert [each["dataType"] for each in document["task"]["dataset"]] == ["word", "token"]
    assert evidence["fields"]["task.dataset[0].dataType"]["value"] == "word"
    assert evidence["fields"]["task.dataset[1].dataType"]["value"] == "token"
    assert "task.dataset[2].dataType" not in evidence["fields"]
    assert 1347 in {each["value"] for each in evidence["dropped"]}


def test_the_name_of_the_file_follows_its_fields(tmp_path):
    path = write(tmp_path)
    editing = say(path, header__publisher__name="Our lab", infrastructure__infraType="onPremise")
    assert only(tmp_path) == path
    editing.settle_name()
    new = tmp_path / f"report_Our-lab_training_tabularClassification_onPremise_{REPORT_ID}.json"
    assert only(tmp_path) == new == editing.path
    assert read_report(new).evidence is not None


def test_a_name_that_the_user_gave_is_kept(tmp_path):
    editing = say(write(tmp_path, name="report_mine"), header__publisher__name="Our lab")
    editing.settle_name()
    assert only(tmp_path).name == "report_mine.json"


def test_a_file_keeps_who_may_read_it(tmp_path):
    path = write(tmp_path)
    path.chmod(0o600)
    say(path, header__licensing="CC0")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("writes", range(4))
def test_report_and_evidence_are_in_step_wherever_an_edit_is_killed(tmp_path, monkeypatch, writes):
    path = write(tmp_path)
    left = iter(range(writes))

    def write_or_die(*arguments):
        if next(left, None) is None:
            raise Killed
        write_json(*arguments)

    monkeypatch.setattr(replace_module, "write_json", write_or_die)
    ended = True
    try:
        say(path, header__licensing="CC0", task__taskFamily="chatbot")
    except Killed:
        ended = False
    saved = read_report(path)
    assert ended == (writes == 3)
    assert (saved.document["task"]["taskFamily"] == "chatbot") == (writes >= 2)
    assert not any(each.by_hand for each in explain(saved.document, saved.evidence).fields)
    monkeypatch.undo()
    say(path, header__licensing="CC-BY-4.0")
    assert read(path)[1]["fields"]["header.licensing"]["value"] == "CC-BY-4.0"
    assert "after" not in read(path)[1]


def test_a_rename_that_is_killed_leaves_one_report_with_its_evidence(tmp_path, monkeypatch):
    path = write(tmp_path)
    editing = say(path, header__publisher__name="Our lab")
    monkeypatch.setattr(type(path), "rename", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        editing.settle_name()
    assert read_report(path).evidence is not None
    monkeypatch.undo()
    Editing(path).settle_name()
    assert read_report(only(tmp_path)).document["header"]["publisher"]["name"] == "Our lab"


def test_a_published_report_stays_and_gets_a_successor(tmp_path):
    path = write(tmp_path)
    note_published(path, "open data")
    before = path.read_bytes(), path.with_suffix(".evidence.json").read_bytes()
    editing = say(path, task__taskFamily="chatbot")
    assert (path.read_bytes(), path.with_suffix(".evidence.json").read_bytes()) == before
    document, evidence = read(editing.path)
    header = document["header"]
    assert editing.path != path
    assert header["reportStatus"] == "corrective"
    assert header["reportId"] != REPORT_ID
    assert header["reportId"] in editing.path.name
    assert evidence["reportId"] == header["reportId"]
    assert evidence["other"]["evidence.corrects"][0]["value"] == REPORT_ID
    assert [*structure_findings(document)] == []
    # The successor has not been published: it is changed itself, and stays what it is.
    second = say(editing.path, header__licensing="CC0")
    assert second.path == editing.path
    assert read(editing.path)[0]["header"]["reportStatus"] == "corrective"


def test_a_report_that_is_published_during_an_edit_stays(tmp_path):
    path = write(tmp_path)
    editing = Editing(path)
    editing.say({"header.licensing": "CC0"})
    note_published(path, "open data")
    published = path.read_bytes()
    editing.say({"task.taskFamily": "chatbot"})
    assert path.read_bytes() == published
    assert read(editing.path)[0]["header"]["reportStatus"] == "corrective"


def test_nothing_said_makes_no_successor(tmp_path):
    path = write(tmp_path)
    note_published(path, "open data")
    editing = Editing(path)
    editing.settle_name()
    assert [each.suffix for each in sorted(tmp_path.iterdir())] == [".json", ".json", ".published"]


def test_a_successor_can_be_asked_for(tmp_path):
    path = write(tmp_path)
    editing = Editing(path, corrective=True)
    editing.say({"task.taskFamily": "chatbot"})
    assert read(path)[0]["task"]["taskFamily"] == "tabularClassification"
    assert read(editing.path)[0]["task"]["taskFamily"] == "chatbot"


def test_a_final_public_report_without_evidence_came_from_the_open_data(tmp_path):
    path = write(tmp_path, more={"header.publisher.confidentialityLevel": "public"})
    assert not is_published(read_report(path))
    path.with_suffix(".evidence.json").unlink()
    assert is_published(read_report(path))


def test_a_report_from_somebody_else_gets_evidence_of_what_was_said_alone(tmp_path):
    path = write(tmp_path, name="theirs")
    path.with_suffix(".evidence.json").unlink()
    say(path, header__licensing="CC0")
    document, evidence = read(path)
    assert evidence["fields"]["header.licensing"]["origin"] == "user"
    assert evidence["fields"]["task.taskStage"]["place"] == "the report as it came"
    assert document["header"]["reportStatus"] == "final"
    assert not any(each.by_hand for each in explain(document, read_report(path).evidence).fields)


def test_what_no_version_of_ours_knows_is_kept(tmp_path):
    path = write(tmp_path)
    document, evidence = read(path)
    path.write_text(json.dumps({**document, "x-own": [1, None]}))
    path.with_suffix(".evidence.json").write_text(json.dumps({**evidence, "conversion": {"lost": ["a"]}}))
    say(path, header__licensing="CC0")
    document, evidence = read(path)
    assert document["x-own"] == [1, None]
    assert (evidence["conversion"], evidence["run"]) == ({"lost": ["a"]}, {"id": "a-run"})


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("task.taskStag=x", "did you mean task.taskStage?"),
        ("task.taskStage[0]=x", "task.taskStage is not in a list"),
        ("task.algorithms[2].classPath=a", "a new one is task.algorithms[1]"),
        ("task[0].algorithms.classPath=a", "is not readable as a field"),
        ("task.measuredAccuracy=high", "is not a number"),
        ("infrastructure.infraType=cloud", "is none of the format's words"),
        ("infrastructure.components[0].nbComponent=1.5", "is not a whole number"),
        ("header.licensing=", "--remove takes a value out"),
        ("header.licensing=a\x1bb", "control characters"),
        ("header.licensing=a\u202eb", "control characters"),
        ("header.licensing", "is no FIELD=VALUE"),
        ("task.taskDescription=" + "x" * 1_000_000, "1000000 characters are too many"),
    ],
)
def test_what_cannot_be_said_is_one_line(tmp_path, said, message):
    document = read(write(tmp_path))[0]
    with pytest.raises(BadInput) as caught:
        changes_of(document, [said], [], {})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_options_name_the_entry_that_they_mean(tmp_path):
    document = read(write(tmp_path))[0]
    changes = changes_of(
        document,
        [
            "task.algorithms.optimizer=adam",
            "task.dataset[1].dataUsage=output",
            "task.dataset[2].dataUsage=output",
        ],
        ["task.dataset[0]"],
        {},
    )
    assert changes == {
        "task.algorithms[0].optimizer": "adam",
        "task.dataset[1].dataUsage": "output",
        "task.dataset[2].dataUsage": "output",
        "task.dataset[0]": None,
    }
    document["task"]["algorithms"].append({"classPath": FOREST})
    with pytest.raises(BadInput, match=r"there are 2 task.algorithms"):
        changes_of(document, ["task.algorithms.optimizer=adam"], [], {})
    with pytest.raises(BadInput, match=r"there is no header.licensing in this report"):
        changes_of(document, [], ["header.licensing"], {})


def test_large_whole_numbers_are_exact(tmp_path):
    said = ["task.dataset.dataQuantity=12345678901234567891"]
    assert changes_of(read(write(tmp_path))[0], said, [], {}) == {
        "task.dataset[0].dataQuantity": 12345678901234567891
    }


def test_official_samples_can_be_edited(tmp_path):
    found = sorted((official_folder() / "examples").glob("*.json"))
    edited = 0
    for index, sample in enumerate(found):
        path = tmp_path / f"report_{index}.json"
        path.write_bytes(sample.read_bytes())
        try:
            editing = Editing(path)
        except BadInput:  # a schema, or a report of another version
            continue
        before = path.read_bytes()
        editing.say({"task.taskDescription": "Edited."})
        after = read_report(editing.path)
        assert after.document["task"]["taskDescription"] == "Edited."
        assert after.evidence is not None
        assert (editing.path == path) or path.read_bytes() == before
        edited += 1
    assert edited
