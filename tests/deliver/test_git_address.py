"""Addresses of repositories: what they mean, and which are refused before anything is sent."""

from __future__ import annotations

import pytest

from ai_power_export.deliver.destinations import address, destination
from ai_power_export.deliver.git.address import parsed
from ai_power_export.deliver.git.destination import Git
from ai_power_export.errors import BadInput
from ai_power_export.settings import Settings

GITHUB = "git+https://github.com/someone/open-data.git"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (GITHUB, GITHUB),
        (f"{GITHUB}/?folder=data", GITHUB),
        (GITHUB.replace("git+https", "Git+HTTPS"), GITHUB),
        (f"{GITHUB}?folder=/a//b/&branch=x/y&user=me", f"{GITHUB}?branch=x/y&folder=a/b"),
        (f"{GITHUB}?folder=", f"{GITHUB}?folder="),
        ("git+ssh://git@host.example:22/o/r", "git+ssh://git@host.example:22/o/r"),
        ("git+file:///srv/open data.git", "git+file:///srv/open data.git"),
    ],
)
def test_what_an_address_means_is_always_said_the_same_way(words, place):
    settings = Settings(destinations={"open-data": words})
    found = destination(address("open-data", settings), settings)
    assert isinstance(found, Git)
    assert found.place == place
    assert Git(place, lambda: None).place == place


@pytest.mark.parametrize(
    "words",
    [
        "git+https://qzuser:qzword@github.com/o/r",
        "git+https://qzuser@github.com/o/r",
        "git+ssh://git:qzword@github.com/o/r",
        f"{GITHUB}?token=qzword",
        f"{GITHUB}?branch=qzbranch&force=1",
        f"{GITHUB}?branch=-f",
        f"{GITHUB}?branch=a..b",
        f"{GITHUB}?branch=a.lock",
        f"{GITHUB}?branch=a%20b",
        f"{GITHUB}?branch=",
        f"{GITHUB}?branch=HEAD",
        f"{GITHUB}?folder=../x",
        f"{GITHUB}?folder=.git/hooks",
        f"{GITHUB}?folder=a%0Ab",
        f"{GITHUB}?user=a%0Ab",
        "git+https://github.com",
        "git+https:///o/r",
        "git+https://github.com:port/o/r",
        "git+https://[::1/o/r",
        "git+ssh://-oProxyCommand=x/o/r",
        "git+ssh://-x@host.example/o/r",
        "git+file://host.example/o/r",
        "git+file:relative",
        "git+http://host.example/o/r",
        "git+git://host.example/o/r",
        "git+ext::sh -c x",
        "git+https://host.example/o\n/r",
        "git+https://host.example/o/r#x",
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_without_a_secret(words):
    with pytest.raises(BadInput) as refused:
        parsed(words)
    assert "qzword" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "review", "file"),
    [
        (GITHUB, "https://github.com/someone/open-data/pull/new/aipower/1a", "https://github.com/someone/open-data/blob/aipower/1a/data/r.json"),
        ("git+ssh://git@github.com/o/r.git", "https://github.com/o/r/pull/new/aipower/1a", "https://github.com/o/r/blob/aipower/1a/data/r.json"),
        (
            "git+https://gitlab.example.org:8443/group/sub/r.git?folder=a b",
            "https://gitlab.example.org:8443/group/sub/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=aipower/1a",
            "https://gitlab.example.org:8443/group/sub/r/-/blob/aipower/1a/a%20b/r.json",
        ),
        ("git+ssh://git@gitlab.com:22/o/r", "https://gitlab.com/o/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=aipower/1a", "https://gitlab.com/o/r/-/blob/aipower/1a/data/r.json"),
        ("git+https://git.example.org/o/r", "", "aipower/1a:data/r.json"),
        ("git+https://notgithub.com/o/r", "", "aipower/1a:data/r.json"),
    ],
)  # fmt: skip
def test_pages_of_services_that_we_know(words, review, file):
    found = parsed(words)
    assert (found.review_at("aipower/1a"), found.file_at("aipower/1a", "r.json")) == (review, file)
