"""How much of its publisher a report tells, and what it never tells."""

import pytest
from boamps_documents import full_document

from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.privacy.identity import Identity
from ai_power_export.report.privacy.level import Level
from ai_power_export.report.privacy.outgoing import outgoing
from ai_power_export.vocabulary.private import Kind

PUBLISHER = {
    "name": "Quillwork Institute",
    "division": "Energy",
    "projectName": "moth-study",
    "confidentialityLevel": "public",
    "publicKey": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
    "x-contact": "room 7",
}
REPORT_ID = "dd43ca44-efd2-4a42-8fbe-e6b694cbe117"


def report(**header) -> dict:
    document = full_document()
    document["header"] |= {"publisher": dict(PUBLISHER), "reportId": REPORT_ID, **header}
    document["environment"] |= {"latitude": 48.85661, "longitude": 2.35222}
    return document


def left(document, level, *, decimals=None, project_is_said=True):
    return outgoing(document, level, PrivacyFilter(Identity(), decimals), project_is_said=project_is_said)


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        (Level.ANONYMOUS, {"confidentialityLevel"}),
        (Level.ORGANISATION, {"confidentialityLevel", "name", "publicKey"}),
        (Level.FULL, set(PUBLISHER)),
    ],
)
def test_the_publisher_by_level(level, kept):
    found = left(report(), level)
    assert found.document["header"]["publisher"].keys() == kept
    assert found.document["header"]["reportId"] == REPORT_ID
    told = {each.path.rpartition(".")[2] for each in found.removals if each.kind is Kind.PUBLISHER}
    assert told == set(PUBLISHER) - kept


def test_an_anonymous_report_names_its_publisher_nowhere_else():
    document = report()
    document["task"]["taskDescription"] = "Quillwork Institute counts moths for moth-study"
    document["task"]["dataset"][0] |= {
        "owner": "Quillwork Institute",
        "sourceUri": "https://example.org/moth-study",
    }
    task = left(document, Level.ANONYMOUS).document["task"]
    assert task["taskDescription"] == "[publisher] counts moths for [publisher]"
    assert not task["dataset"][0].keys() & {"owner", "sourceUri"}
    assert left(document, Level.FULL).document["task"] == document["task"]
    described = left(document, Level.ORGANISATION).document["task"]["taskDescription"]
    assert described == "Quillwork Institute counts moths for [publisher]"


def test_a_projects_name_leaves_only_if_the_user_gave_it():
    found = left(report(), Level.FULL, project_is_said=False)
    assert "projectName" not in found.document["header"]["publisher"]
    assert [each.kind for each in found.removals if "projectName" in each.path] == [Kind.PROJECT]


@pytest.mark.parametrize(
    ("report_id", "level", "stays"),
    [
        ("71b2fcd5-2081-462b-b3bd-aa6385ca5f57", Level.ANONYMOUS, True),
        (
            "2b1d6c6e-c76d-11ee-8f6b-3c22fb1a7e40",
            Level.FULL,
            False,
        ),  # version 1: a MAC address
        ("moths-of-jane-7", Level.ANONYMOUS, False),
        ("moths-of-jane-7", Level.FULL, True),
    ],
)
def test_an_id_that_tells_who_it_was_goes_away(report_id, level, stays):
    found = left(report(reportId=report_id), level)
    assert ("reportId" in found.document["header"]) is stays


@pytest.mark.parametrize(("decimals", "place"), [(None, None), (0, (49, 2)), (1, (48.9, 2.4))])
def test_coordinates_are_absent_or_rounded(decimals, place):
    found = left(report(), Level.FULL, decimals=decimals)
    environment = found.document["environment"]
    coordinates = environment.get("latitude"), environment.get("longitude")
    assert coordinates == (place or (None, None))
    assert [each.before for each in found.removals] == [48.85661, 2.35222]


def test_a_hash_of_what_stood_before_goes_away():
    document = {**report(), "$hash": "0ffe9bf1d2c3"}
    assert "$hash" not in left(document, Level.FULL).document
    del document["environment"]
    assert left(document, Level.FULL).document["$hash"] == "0ffe9bf1d2c3"


def test_who_runs_this_is_known(monkeypatch, tmp_path):
    (tmp_path / ".gitconfig").write_text('[core]\n\teditor = vi\n[user]\n\tname = "Ottilie Quarzfeder"\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    monkeypatch.setenv("USER", "qzottilie")
    monkeypatch.setenv("HOSTNAME", "zephyrine-7.example.org")
    monkeypatch.setenv("MY_SERVICE_TOKEN", "plain-words-19")
    monkeypatch.setenv("PAD_TOKEN", "ordinary-words")
    private = PrivacyFilter()
    text = "Qzottilie and ottilie quarzfeder on zephyrine-7, zephyrine-7.example.org: plain-words-19, ordinary-words"
    assert private.text(text) == (
        "[user name] and [user name] on [host name], [host name]: [secret], ordinary-words"
    )
