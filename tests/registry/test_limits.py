"""Limits: size, number, time and rate of what is sent, each answered so that the client knows what to do."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
from contextlib import contextmanager

import httpx
import pytest
from serving import Server
from taken_reports import callers_of, new_report

from ai_power_export.registry.problems import Problem
from ai_power_export.registry.rates import Rates

LIMIT = 20_000
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """Callers of a registry with narrow limits."""
    folder = tmp_path_factory.mktemp("narrow")
    limits = {
        "BODY_LIMIT": LIMIT,
        "BODIES_LIMIT": LIMIT,
        "BATCH_LIMIT": 3,
        "BODY_TIME_LIMIT": 3,
        "RATE_LIMIT": 20,
    }
    environment = {f"AIPOWER_SERVE_{name}": str(value) for name, value in limits.items()}
    with (
        Server(f"sqlite:///{folder}/r.sqlite", folder, **environment) as server,
        callers_of(server) as callers,
    ):
        yield callers


def chunks(size: int):
    for _ in range(size // 1000):
        yield b" " * 1000


def test_a_request_that_is_too_large_is_refused_before_it_is_held(narrow):
    told = narrow["contributor a"].post("/reports", content=b" " * (LIMIT + 1), headers=JSON)
    untold = narrow["contributor a"].post("/reports", content=chunks(LIMIT + 1000), headers=JSON)
    assert (told.status_code, untold.status_code) == (413, 413)


def test_too_many_reports_are_refused(narrow):
    several = [new_report() for _ in range(4)]
    assert narrow["contributor b"].post("/reports", json=several).status_code == 413
    assert narrow["contributor b"].post("/reports", json=several[:3]).status_code == 200


def test_json_of_too_many_values_is_refused(callers):
    bomb = b"[" + b"[]," * 600_000 + b"[]]"
    assert callers["contributor"].post("/reports", content=bomb, headers=JSON).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {**JSON, "Content-Encoding": "gzip"},
        {**JSON, "Content-Encoding": "br"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {},
    ],
    ids=["gzip", "br", "text", "form", "none"],
)
def test_what_is_not_plain_json_is_refused(callers, headers):
    content = gzip.compress(json.dumps(new_report()).encode())
    assert callers["contributor"].post("/reports", content=content, headers=headers).status_code == 415


@contextmanager
def begun(registry, shown, length, body):
    """A request that says how long it is, and has sent the beginning of its body."""
    url = httpx.URL(registry.server.url)
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        lines = [
            "POST /reports HTTP/1.1",
            "Host: x",
            f"Authorization: {shown}",
            "Content-Type: application/json",
            f"Content-Length: {length}",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        yield connection


def test_a_request_that_takes_too_long_is_given_up(narrow):
    shown = narrow["contributor c"].headers["authorization"]
    with begun(narrow, shown, 1000, b"{") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_more_than_is_held_at_once_is_asked_to_come_again(narrow):
    shown = narrow["contributor c"].headers["authorization"]
    with begun(narrow, shown, LIMIT, b" " * (LIMIT - 1)):
        _until_held(narrow.server.url, shown)


def _until_held(url: str, shown: str) -> None:
    """Send until the other request is held; it is given up after a second."""
    headers = {**JSON, "Authorization": shown}
    answers = [httpx.post(f"{url}/reports", content=b" " * 10, headers=headers) for _ in range(3)]
    assert 503 in [each.status_code for each in answers]
    assert [each.headers["retry-after"] for each in answers if each.status_code == 503]


def _until_429(client: httpx.Client, **more) -> list[httpx.Response]:
    answers = [client.get("/reports", **more)]
    while answers[-1].status_code != 429 and len(answers) < 500:
        answers.append(client.get("/reports", **more))
    return answers


def test_one_who_asks_too_often_waits_and_the_others_do_not(narrow):
    answers = _until_429(narrow["contributor often"])
    assert len(answers) > 20 and {each.status_code for each in answers[:-1]} == {200}
    assert answers[-1].status_code == 429 and 1 <= int(answers[-1].headers["retry-after"]) <= 3
    assert narrow["contributor seldom"].get("/reports").status_code == 200
    assert narrow["contributor often"].get("/health").status_code == 200


def test_who_guesses_tokens_is_counted_as_one(narrow):
    guesses = itertools.count()
    with httpx.Client(
        base_url=narrow.server.url, auth=lambda request: _guess(request, next(guesses))
    ) as client:
        answers = _until_429(client)
    assert {each.status_code for each in answers[:-1]} == {401}
    assert answers[-1].status_code == 429


def _guess(request: httpx.Request, number: int) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {number}"
    return request


def test_requests_come_back_evenly():
    now = 0.0
    rates = Rates(60, lambda: now)
    for _ in range(60):
        rates.demand("a")
    with pytest.raises(Problem) as refused:
        rates.demand("a")
    assert refused.value.headers == {"Retry-After": "1"}
    now = 1.0
    rates.demand("a")
    with pytest.raises(Problem):
        rates.demand("a")
    now = 1000.0
    for _ in range(60):
        rates.demand("a")
    with pytest.raises(Problem):
        rates.demand("a")


def test_any_number_of_requests_may_be_allowed():
    rates = Rates(0)
    for _ in range(10_000):
        rates.demand("a")
