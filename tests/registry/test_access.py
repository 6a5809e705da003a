"""Tokens: made, shown once, hashed at rest, revoked; and what callers without one may do."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from running import AIPOWER
from serving import Server
from taken_reports import callers_of, new_report


def shown(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_of_the_command_line_opens_the_door_until_it_is_revoked(callers, run):
    place = {"AIPOWER_SERVE_DATABASE": callers.server.database}
    made = run("serve", "token", "add", "Ada's runner", "--role", "contributor", program=AIPOWER, **place)
    secret = made.stdout.strip()
    assert made.returncode == 0 and len(secret) > 40 and secret not in made.stderr
    headers = shown(secret)
    assert callers["anonymous"].post("/reports", json=new_report(), headers=headers).status_code == 201
    listed = run("serve", "token", "list", program=AIPOWER, **place).stdout
    (line,) = [each for each in listed.splitlines() if "Ada's runner" in each]
    assert "contributor" in line and "holds" in line and secret not in listed
    assert run("serve", "token", "revoke", line.split()[0], program=AIPOWER, **place).returncode == 0
    assert callers["anonymous"].post("/reports", json=new_report(), headers=headers).status_code == 401
    again = run("serve", "token", "revoke", line.split()[0], program=AIPOWER, **place)
    assert again.returncode == 2 and again.stderr.count("\n") == 1


def test_the_database_is_named_before_the_command_or_after_it(run, tmp_path):
    def serve(*words):
        return run("serve", *words, program=AIPOWER)

    made = serve("--database", "own.sqlite", "token", "add", "Ada")
    assert "in own.sqlite" in made.stderr
    after = serve("token", "list", "--database", "own.sqlite").stdout
    both = serve("--database", "other.sqlite", "token", "list", "--database", "own.sqlite").stdout
    assert after == both and "Ada" in after
    assert sorted(path.name for path in tmp_path.glob("*sqlite*")) == ["own.sqlite"]


def test_a_manager_makes_and_revokes_tokens(callers):
    manager = callers["manager"]
    made = manager.post("/tokens", json={"name": "Grace", "role": "reader"})
    assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
    token = made.json()
    assert callers["anonymous"].get("/reports", headers=shown(token["token"])).status_code == 200
    assert callers["anonymous"].post("/reports", json={}, headers=shown(token["token"])).status_code == 403
    (listed,) = [each for each in manager.get("/tokens").json() if each["id"] == token["id"]]
    assert listed == {key: value for key, value in token.items() if key != "token"}
    assert manager.delete(f"/tokens/{token['id']}").status_code == 204
    assert callers["anonymous"].get("/reports", headers=shown(token["token"])).status_code == 401
    assert [manager.delete(f"/tokens/{each}").status_code for each in (token["id"], "%00", "x")] == [404] * 3


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "a\nb"}, {"name": "a", "role": "root"}, {"name": "a", "x": 1}, [], "a" * 101],
)
def test_a_token_needs_a_name_and_a_role_that_there_is(callers, body):
    assert callers["manager"].post("/tokens", json=body).status_code == 422


def test_no_secret_is_in_the_database(callers):
    secret = callers.server.token("contributor")
    assert callers["anonymous"].get("/reports", headers=shown(secret)).status_code == 200
    folder = Path(callers.server.database.removeprefix("sqlite:///")).parent
    kept = b"".join(each.read_bytes() for each in folder.glob("registry.sqlite*"))
    assert b"contributor" in kept
    assert secret.encode() not in kept and secret.removeprefix("aipower_").encode() not in kept


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer", "Basic dTpw", "wrong", "Bearer \xff", "Bearer " + "a" * 9000]
)
def test_a_token_that_does_not_hold_opens_nothing_not_even_what_is_open(callers, header):
    answer = callers["anonymous"].get("/reports", headers={"Authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_who_shows_no_token_reads_and_does_not_write(callers):
    assert callers["anonymous"].get("/reports").status_code == 200
    assert callers["anonymous"].post("/reports", json=new_report()).status_code == 401
    assert callers["anonymous"].get("/tokens").status_code == 401


def test_a_registry_may_be_closed_to_those_without_a_token(tmp_path):
    with (
        Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--no-anonymous-reads") as server,
        callers_of(server) as callers,
    ):
        assert [callers[who].get("/reports").status_code for who in ("anonymous", "reader")] == [401, 200]
        assert callers["anonymous"].get("/health").status_code == 200


def test_a_registry_may_be_open_to_all_who_write(tmp_path):
    options = "--allow-anonymous-writes"
    with Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, options) as server:
        assert httpx.post(f"{server.url}/reports", json=new_report()).status_code == 201
        assert httpx.get(f"{server.url}/tokens").status_code == 401


def test_who_may_write_may_read(run):
    told = run("serve", "--allow-anonymous-writes", "--no-anonymous-reads", program=AIPOWER)
    assert told.returncode == 2 and told.stderr.count("\n") == 1
