"""Publisher and project from the variables of CI services: only what they say is public."""

import json

import pytest

from ai_power_export.introspect.ci import PROJECT, PUBLISHER, ci_facts

ORGANISATION = {
    "full_name": "flower-lab/petals",
    "private": False,
    "visibility": "public",
    "owner": {"login": "flower-lab", "type": "Organization"},
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.com",
    "CI_PROJECT_VISIBILITY": "public",
    "CI_PROJECT_NAME": "petals",
    "CI_PROJECT_NAMESPACE": "flower-lab/botany",
    "CI_PROJECT_ROOT_NAMESPACE": "flower-lab",
    "GITLAB_USER_LOGIN": "jane",
}


def github(folder, event, **more):
    path = folder / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "flower-lab/petals",
        "GITHUB_REPOSITORY_OWNER": "flower-lab",
        "GITHUB_EVENT_PATH": str(path),
        **more,
    }


def told(facts):
    return {fact.field: (fact.value, fact.place, fact.certainty.value) for fact in facts.found}


def assert_silent(variables):
    facts = ci_facts(variables)
    assert facts.found == []
    assert {lack.field for lack in facts.missing} == {PUBLISHER, PROJECT}
    return facts.missing[0].reason


def test_a_public_repository_of_an_organisation(tmp_path):
    facts = ci_facts(github(tmp_path, {"repository": ORGANISATION}))
    assert told(facts) == {
        PROJECT: ("petals", "GITHUB_REPOSITORY", "certain"),
        PUBLISHER: ("flower-lab", "GITHUB_REPOSITORY_OWNER", "certain"),
    }
    assert {fact.origin.value for fact in facts.found} == {"machine"}


def test_an_event_without_visibility_says_whether_it_is_private(tmp_path):
    old = {key: value for key, value in ORGANISATION.items() if key != "visibility"}
    assert ci_facts(github(tmp_path, {"repository": old})).value(PROJECT) == "petals"


def test_a_person_is_no_organisation(tmp_path):
    own = {**ORGANISATION, "owner": {"login": "jane", "type": "User"}}
    facts = ci_facts(github(tmp_path, {"repository": own}))
    assert facts.value(PROJECT) == "petals"
    assert facts.value(PUBLISHER) is None
    assert "person" in facts.missing[0].reason


@pytest.mark.parametrize(
    "event",
    [
        {"repository": {**ORGANISATION, "private": True, "visibility": "private"}},
        {"repository": {**ORGANISATION, "private": True, "visibility": "internal"}},
        {"repository": {**ORGANISATION, "private": True}},
        {"repository": {**ORGANISATION, "private": False, "visibility": "internal"}},
        {"repository": {**ORGANISATION, "private": None}},
        {"repository": {**ORGANISATION, "private": "false"}},
        {"repository": {"full_name": "flower-lab/petals"}},
        {"repository": {**ORGANISATION, "full_name": "other/petals"}},
        {"repository": {**ORGANISATION, "full_name": 5}},
        {"repository": None},
        {"schedule": "0 0 * * *"},
        [],
        "",
        "{",
        "[" * 100_000,
    ],
)
def test_what_no_event_says_is_public_is_not_told(tmp_path, event):
    assert "GITHUB_EVENT_PATH" in assert_silent(github(tmp_path, event))


def test_without_an_event_file_nothing_is_told(tmp_path):
    assert_silent(github(tmp_path, {}, GITHUB_EVENT_PATH=str(tmp_path / "absent")))
    assert_silent({"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com"})


@pytest.mark.parametrize("server", ["https://git.flower-lab.example", ""])
def test_what_another_server_calls_public_may_be_public_to_few(tmp_path, server):
    assert_silent(github(tmp_path, {"repository": ORGANISATION}, GITHUB_SERVER_URL=server))
    assert_silent({**GITLAB, "CI_SERVER_HOST": server.removeprefix("https://")})


def test_a_public_project_of_a_group():
    assert told(ci_facts(GITLAB)) == {
        PROJECT: ("petals", "CI_PROJECT_NAME", "certain"),
        PUBLISHER: ("flower-lab", "CI_PROJECT_ROOT_NAMESPACE", "certain"),
    }


def test_a_namespace_without_others_may_be_that_of_a_person_and_is_a_guess():
    facts = ci_facts({**GITLAB, "CI_PROJECT_NAMESPACE": "flower-lab"})
    assert told(facts)[PUBLISHER] == ("flower-lab", "CI_PROJECT_ROOT_NAMESPACE", "guess")


def test_a_project_of_the_person_who_started_the_pipeline_has_no_publisher():
    own = {"CI_PROJECT_NAMESPACE": "Jane", "CI_PROJECT_ROOT_NAMESPACE": "Jane"}
    facts = ci_facts({**GITLAB, **own})
    assert facts.value(PROJECT) == "petals"
    assert facts.value(PUBLISHER) is None


@pytest.mark.parametrize("visibility", ["internal", "private", "Public", ""])
def test_a_project_that_is_not_public_is_not_told(visibility):
    assert "CI_PROJECT_VISIBILITY" in assert_silent({**GITLAB, "CI_PROJECT_VISIBILITY": visibility})


@pytest.mark.parametrize(
    ("service", "variables"),
    [
        (
            "Jenkins",
            {"JENKINS_URL": "https://ci.example/", "JOB_NAME": "secret", "GIT_URL": "https://x/secret"},
        ),
        ("Azure Pipelines", {"TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "secret"}),
        ("CircleCI", {"CIRCLECI": "true", "CIRCLE_PROJECT_REPONAME": "secret"}),
    ],
)
def test_services_that_do_not_tell_what_is_public(service, variables):
    assert service in assert_silent(variables)


def test_outside_of_ci_there_is_nothing_to_say():
    facts = ci_facts({"GITHUB_REPOSITORY": "flower-lab/petals", "CI_PROJECT_VISIBILITY": "public"})
    assert not facts.found
    assert not facts.missing


def test_a_report_tells_of_a_public_project_and_the_user_wins(tmp_path, export):
    (tmp_path / "work.py").write_text("x = sum(range(1000))\n")
    done = export("work.py", AIPOWER_PROJECT="roses", **github(tmp_path, {"repository": ORGANISATION}))
    (report,), (evidence,) = done.reports, done.evidence
    publisher = report["header"]["publisher"]
    assert (publisher["name"], publisher["projectName"]) == ("flower-lab", "roses")
    assert evidence["fields"][PUBLISHER]["place"] == "GITHUB_REPOSITORY_OWNER"
    assert evidence["fields"][PROJECT]["rivals"][0]["place"] == "GITHUB_REPOSITORY"
