"""Who may do what: every endpoint, for every kind of caller, however open the registry is."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from public_reports import public_report

from ai_power_export.registry import tokens
from ai_power_export.registry.app import ROUTERS, create_app
from ai_power_export.registry.config import Config
from ai_power_export.registry.tokens import Role

REPORT = public_report(1)
ID = REPORT["header"]["reportId"]

NEEDED = {
    ("GET", "/"): Role.nobody,
    ("POST", "/reports"): Role.contributor,
    ("GET", "/reports"): Role.reader,
    ("GET", "/reports/{report_id}"): Role.reader,
    ("GET", "/reports/{report_id}/signature"): Role.reader,
    ("GET", "/reports/{report_id}/versions"): Role.reader,
    ("GET", "/reports/{report_id}/versions/{version}"): Role.reader,
    ("GET", "/reports/{report_id}/versions/{version}/signature"): Role.reader,
    ("GET", "/stats"): Role.reader,
    ("GET", "/schemas"): Role.nobody,
    ("GET", "/schemas/{version}"): Role.nobody,
    ("GET", "/tokens"): Role.manager,
    ("POST", "/tokens"): Role.manager,
    ("DELETE", "/tokens/{token_id}"): Role.manager,
    ("GET", "/health"): Role.nobody,
    ("GET", "/ready"): Role.nobody,
}
"""The least role for each endpoint."""

OPEN = {
    "reads": (Role.reader, {}),
    "reads and writes": (Role.contributor, {"anonymous_writes": True}),
    "nothing": (Role.nobody, {"anonymous_reads": False}),
}
"""What is open to everybody: the role that those have who show no token, and how that is said."""

CALLERS = ("none", "reader", "contributor", "manager", "revoked", "malformed", "unknown", "basic", "twice")
HOLD = {"reader": Role.reader, "contributor": Role.contributor, "manager": Role.manager}

BODIES = {"/reports": REPORT, "/tokens": {"name": "somebody"}}


def test_each_endpoint_is_in_the_table():
    routes = [route for router in ROUTERS for route in router.routes]
    assert all(isinstance(route, APIRoute) for route in routes)
    assert {(method, route.path) for route in routes for method in route.methods} == {*NEEDED}


@pytest.fixture(scope="module", params=OPEN)
def registry(request, tmp_path_factory):
    """A registry that is open to some extent: its client, the role of everybody, and headers by caller."""
    everybody, flags = OPEN[request.param]
    config = Config(database=f"{tmp_path_factory.mktemp('roles')}/roles.sqlite", rate_limit=0, **flags)
    with TestClient(create_app(config), raise_server_exceptions=False) as client:
        with client.app.state.registry.database.writing() as connection:
            held = {name: tokens.add(connection, name, role)[1] for name, role in HOLD.items()}
            revoked, secret = tokens.add(connection, "revoked", Role.manager)
            tokens.revoke(connection, revoked.id)
        said = {name: f"Bearer {token}" for name, token in held.items()}
        said |= {
            "revoked": f"Bearer {secret}",
            "malformed": "Bearer",
            "unknown": f"Bearer {tokens.MARK}{'x' * 43}",
            "basic": "Basic bWFuYWdlcjptYW5hZ2Vy",
            "twice": f"Bearer {held['manager']} {held['manager']}",
        }
        headers = {name: {"Authorization": words} for name, words in said.items()} | {"none": {}}
        assert client.post("/reports", json=REPORT, headers=headers["manager"]).status_code == 201
        yield client, everybody, headers


@pytest.mark.parametrize("endpoint", NEEDED, ids=" ".join)
@pytest.mark.parametrize("caller", CALLERS)
def test_who_may(registry, endpoint, caller):
    client, everybody, headers = registry
    method, path = endpoint
    address = path.format(report_id=ID, version=1, token_id="0")
    if path == "/schemas/{version}":
        address = "/schemas/boamps"
    answer = client.request(
        method, address, json=BODIES.get(path) if method == "POST" else None, headers=headers[caller]
    )
    assert answer.status_code < 500

    needed = NEEDED[endpoint]
    holds = max(everybody, HOLD[caller]) if caller in HOLD else everybody
    shows_a_wrong_one = caller not in HOLD and caller != "none"
    if needed is Role.nobody or (holds >= needed and not shows_a_wrong_one):
        assert answer.status_code not in (401, 403)
    elif caller in HOLD:
        assert answer.status_code == 403
    else:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    if answer.status_code in (401, 403):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert ID not in answer.text
        assert tokens.MARK not in answer.text


def test_no_token_is_told_but_once_nor_kept(registry):
    client, _, headers = registry
    made = client.post(
        "/tokens", json={"name": "friend", "role": "reader"}, headers=headers["manager"]
    ).json()
    assert made["token"].startswith(tokens.MARK)
    assert made["token"] not in client.get("/tokens", headers=headers["manager"]).text
    with client.app.state.registry.database.reading() as connection:
        rows = connection.exec_driver_sql("select * from tokens").fetchall()
    assert made["token"] not in str(rows)


def test_a_token_that_is_revoked_holds_no_more(registry):
    client, _, headers = registry
    made = client.post(
        "/tokens", json={"name": "gone", "role": "contributor"}, headers=headers["manager"]
    ).json()
    its = {"Authorization": f"Bearer {made['token']}"}
    assert client.post("/reports", json=REPORT, headers=its).status_code == 200
    assert client.delete(f"/tokens/{made['id']}", headers=headers["manager"]).status_code == 204
    assert client.post("/reports", json=REPORT, headers=its).status_code == 401
    assert client.delete(f"/tokens/{made['id']}", headers=headers["manager"]).status_code == 404
