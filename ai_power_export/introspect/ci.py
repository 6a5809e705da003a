"""Who publishes and which project, as the CI service tells it of a public repository.

| service | says it is public | publisher | project |
|---|---|---|---|
| GitHub Actions | `repository.visibility`, or `repository.private`, of the event file | `GITHUB_REPOSITORY_OWNER`, if an organisation's | `GITHUB_REPOSITORY` |
| GitLab CI | `CI_PROJECT_VISIBILITY` | `CI_PROJECT_ROOT_NAMESPACE` | `CI_PROJECT_NAME` |
| Jenkins, Azure Pipelines, CircleCI | nothing | | |

What is not known to be public is not told. A server of somebody's own may call public what only those within its
network can see: only the two services' own servers are believed. The account of a person is no organisation:
GitHub tells them apart; of GitLab's namespaces only one with others inside is surely a group's, and another may be
the account of a person: it is a guess, for the prompt of `aipower edit` alone.
"""  # noqa: E501 - a table has no place to break a line

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_power_export.facts import Certainty, Facts, Origin

PUBLISHER = "header.publisher.name"
PROJECT = "header.publisher.projectName"
LARGEST_EVENT = 25_000_000
"""Bytes: GitHub sends no event that is larger."""
SILENT = {"JENKINS_URL": "Jenkins", "TF_BUILD": "Azure Pipelines", "CIRCLECI": "CircleCI"}
"""Services by their variable that do not tell whether a repository is public."""


def ci_facts(variables: Mapping[str, str] = os.environ) -> Facts:
    """Return the publisher and the project that a CI service tells of; nothing outside of CI."""
    facts = Facts()
    if variables.get("GITHUB_ACTIONS"):
        _add_github(facts, variables)
    elif variables.get("GITLAB_CI"):
        _add_gitlab(facts, variables)
    else:
        service = next((name for variable, name in SILENT.items() if variables.get(variable)), "")
        if service:
            _lack_both(facts, f"{service} does not tell whether the repository is public")
    return facts


def _lack_both(facts: Facts, reason: str) -> None:
    facts.lack(PUBLISHER, reason)
    facts.lack(PROJECT, reason)


def _add_github(facts: Facts, variables: Mapping[str, str]) -> None:
    repository = _repository_of_event(variables)
    if variables.get("GITHUB_SERVER_URL") != "https://github.com":
        _lack_both(facts, "GITHUB_SERVER_URL is not GitHub's own: public there may be public to few")
    elif not _is_public(repository):
        _lack_both(facts, "GITHUB_EVENT_PATH does not say that the repository is public")
    else:
        name = variables.get("GITHUB_REPOSITORY", "").rpartition("/")[2]
        facts.add(PROJECT, name, Origin.MACHINE, "GITHUB_REPOSITORY")
        owner = repository.get("owner")
        if isinstance(owner, dict) and owner.get("type") == "Organization":
            publisher = variables.get("GITHUB_REPOSITORY_OWNER")
            facts.add(PUBLISHER, publisher, Origin.MACHINE, "GITHUB_REPOSITORY_OWNER")
        else:
            facts.lack(PUBLISHER, "the owner of the repository is a person, as far as GITHUB_EVENT_PATH says")


def _is_public(repository: Mapping[str, Any]) -> bool:
    """Tell whether an event says so: older ones have `private` only, and nothing may contradict it."""
    return repository.get("visibility", "public") == "public" and repository.get("private") is False


def _repository_of_event(variables: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what the event file says of the repository of the job; nothing where it says it of another."""
    try:
        path = Path(variables["GITHUB_EVENT_PATH"])
        if path.stat().st_size > LARGEST_EVENT:
            return {}
        found = json.loads(path.read_bytes())["repository"]
        same = found["full_name"].casefold() == variables["GITHUB_REPOSITORY"].casefold()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return found if same else {}


def _add_gitlab(facts: Facts, variables: Mapping[str, str]) -> None:
    if variables.get("CI_SERVER_HOST") != "gitlab.com":
        _lack_both(facts, "CI_SERVER_HOST is not GitLab's own: public there may be public to few")
        return
    if variables.get("CI_PROJECT_VISIBILITY") != "public":
        _lack_both(facts, "CI_PROJECT_VISIBILITY does not say that the repository is public")
        return
    facts.add(PROJECT, variables.get("CI_PROJECT_NAME"), Origin.MACHINE, "CI_PROJECT_NAME")
    place = "CI_PROJECT_ROOT_NAMESPACE"
    root, namespace = variables.get(place, ""), variables.get("CI_PROJECT_NAMESPACE", "")
    if root.casefold() == variables.get("GITLAB_USER_LOGIN", "").casefold():
        facts.lack(PUBLISHER, "the project is that of the person who started the pipeline")
    elif "/" in namespace:
        facts.add(PUBLISHER, root, Origin.MACHINE, place)
    else:
        facts.add(PUBLISHER, root, Origin.MACHINE, place, certainty=Certainty.GUESS)
