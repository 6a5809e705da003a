"""Questions about several reports of one run."""

from __future__ import annotations

import pytest
from edited_report import only, read, write
from test_interview import Written

from ai_power_export.cli.edit.after import ask_about


@pytest.fixture
def reports(tmp_path):
    return [write(tmp_path / name) for name in ("one", "two")]


@pytest.fixture
def person(monkeypatch):
    """Let somebody answer in the place of the terminal; return a function that says who."""

    def _person(**answers) -> Written:
        somebody = Written(**answers)
        monkeypatch.setattr("ai_power_export.cli.edit.conversation.Terminal", lambda _: somebody)
        return somebody

    return _person


def headers(reports):
    return [read(only(path.parent))[0]["header"] for path in reports]


def test_what_holds_for_the_run_is_asked_once(reports, person):
    somebody = person(licensing="CC0", owner=["the city", "the state"])
    ask_about(reports, 60)
    places = [each.place for each in somebody.asked]
    assert places.count("header.licensing") == 1
    assert places.count("task.dataset[0].owner") == 2
    assert [header["licensing"] for header in headers(reports)] == ["CC0", "CC0"]
    owners = [read(only(path.parent))[0]["task"]["dataset"][0]["owner"] for path in reports]
    assert owners == ["the city", "the state"]


@pytest.mark.parametrize("way", ["q", "^C"])
def test_who_has_enough_is_not_asked_about_the_next_report(reports, person, way):
    somebody = person(licensing="CC0", name=way)
    ask_about(reports, 60)
    assert somebody.asked[-1].place == "header.publisher.name"
    assert [header["licensing"] for header in headers(reports)] == ["CC0", "CC0"]
