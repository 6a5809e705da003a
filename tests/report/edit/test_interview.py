"""A conversation about a report, with somebody whose answers are written down here."""

from __future__ import annotations

from pathlib import Path

import pytest
from edited_report import read, write

from ai_power_export.report.edit.editing import Editing
from ai_power_export.report.edit.interview import Interview
from ai_power_export.report.edit.memory import FILE, Memory
from ai_power_export.report.edit.questions import AS_LAST_TIME, Question


class Written:
    """Answers by the last name of a field, each list in its order; Enter for every other question."""

    def __init__(self, **answers: str | list[str]):
        self.answers = {name: [said] if isinstance(said, str) else said for name, said in answers.items()}
        self.asked: list[Question] = []
        self.told: list[str] = []
        self.helped: list[str] = []

    def ask(self, question: Question, further: int) -> str:
        self.asked.append(question)
        left = self.answers.get(question.place.rpartition(".")[2])
        said = left.pop(0) if left else ""
        if said == "^C":
            raise KeyboardInterrupt
        if said == "^D":
            raise EOFError
        return said

    def tell(self, text: str) -> None:
        self.told.append(text)

    def help(self, question: Question) -> None:
        self.helped.append(question.place)


def interview(path: Path, private: str = "", **answers: str | list[str]) -> Interview:
    """Hold a conversation; `private` is a text that no report may hold."""
    held = Interview(
        Editing(path),
        Memory(path.parent / FILE),
        {"environment.country": lambda text: {"fr": "France"}[text]},
        lambda _, value: "a secret" if private and value == private else "",
        Written(**answers),
    )
    held.hold()
    return held


@pytest.fixture
def path(tmp_path) -> Path:
    return write(tmp_path)


def test_enter_takes_what_is_proposed_and_skips_the_rest(path):
    held = interview(path)
    assert held.said == {"infrastructure.infraType": "other", "environment.powerSource": "nuclear"}
    assert not held.ended
    assert len({each.place for each in held.person.asked}) == len(held.person.asked)


def test_a_dash_skips_also_where_something_is_proposed(path):
    before = path.read_bytes()
    assert interview(path, infraType="-", powerSource="-").said == {}
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("publicCloud", "publicCloud"), ("1", "publicCloud"), ("3", "onPremise"), ("ONPREMISE", "onPremise"),
        ("priv", "privateCloud"), ("onpremisse", "onPremise"), (" other ", "other"),
    ],
)  # fmt: skip
def test_choices_by_number_name_beginning_and_near_match(path, typed, kept):
    held = interview(path, infraType=typed)
    assert held.said["infrastructure.infraType"] == kept
    assert (f"= {kept}" in held.person.told) == (typed.strip() != kept)


@pytest.mark.parametrize("typed", ["5", "p", "xyz", "x" * 3000, "a\x07", "\ud800"])
def test_a_wrong_answer_gets_one_line_and_is_asked_again(path, typed):
    held = interview(path, infraType=[typed, "4"])
    assert held.said["infrastructure.infraType"] == "other"
    places = [each.place for each in held.person.asked]
    assert places.count("infrastructure.infraType") == 2
    assert all("\n" not in line and "\x07" not in line for line in held.person.told)


def test_numbers_are_checked_against_the_format(path):
    held = interview(path, measuredAccuracy=["97 %", "1.5", "nan", "0.97"])
    assert held.said["task.measuredAccuracy"] == 0.97
    assert len(held.person.told) == 3


def test_help_is_given_and_the_question_asked_again(path):
    held = interview(path, licensing=["?", "CC0"])
    assert held.person.helped == ["header.licensing"]
    assert held.said["header.licensing"] == "CC0"


@pytest.mark.parametrize("way", ["q", "Q", "^D"])
def test_the_end_keeps_what_was_said(path, way):
    held = interview(path, licensing="CC0", name=way)
    assert held.ended
    assert held.person.asked[-1].place == "header.publisher.name"
    assert read(path)[0]["header"]["licensing"] == "CC0"


def test_an_interrupt_keeps_what_was_said(path):
    with pytest.raises(KeyboardInterrupt):
        interview(path, licensing="CC0", name="^C")
    assert read(path)[1]["fields"]["header.licensing"]["origin"] == "user"


def test_an_answer_opens_the_questions_that_follow_from_it(path):
    held = interview(path, infraType="publicCloud", cloudProvider="ovh")
    places = [each.place for each in held.person.asked]
    assert places.index("infrastructure.infraType") < places.index("infrastructure.cloudProvider")
    assert read(path)[0]["infrastructure"]["cloudProvider"] == "ovh"


def test_what_is_private_is_refused_and_asked_again(path):
    held = interview(path, private="hunter2", owner=["hunter2", "the city"])
    assert held.said["task.dataset[0].owner"] == "the city"
    assert any("a secret" in line for line in held.person.told)
    assert not any("hunter2" in line for line in held.person.told)


def test_a_doubt_about_an_answer_is_told(path):
    held = interview(path, dataSize="-3")
    assert held.said.get("task.dataset[0].dataSize") in (None, -3)
    assert any("dataSize" in line for line in held.person.told)


def test_the_second_run_proposes_the_answers_of_the_first(tmp_path):
    first = write(tmp_path / "one")
    interview(first, name="Our lab", infraType="onPremise", owner="the city")
    (tmp_path / "two" / FILE).parent.mkdir(parents=True)
    (tmp_path / "two" / FILE).write_bytes((first.parent / FILE).read_bytes())
    held = interview(write(tmp_path / "two"))
    proposed = {each.place: each.proposal for each in held.person.asked if each.proposal}
    for place, value in (
        ("header.publisher.name", "Our lab"),
        ("infrastructure.infraType", "onPremise"),
        ("task.dataset[0].owner", "the city"),
    ):
        assert (proposed[place].value, proposed[place].why) == (value, AS_LAST_TIME)
        assert held.said[place] == value


def test_an_answer_in_a_user_s_own_words_becomes_the_word_of_reports(tmp_path):
    path = write(tmp_path, without=("environment.country", "environment.powerSourceCarbonIntensity"))
    assert interview(path, country="fr").said["environment.country"] == "France"
