"""The databases that a registry stands on, each empty."""

from __future__ import annotations

import pytest
from postgresql import cluster
from served_reports import served_reports
from serving import Server
from taken_reports import callers_of


@pytest.fixture(scope="session")
def postgresql():
    """A running PostgreSQL; skips where none is installed."""
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The URL of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/registry.sqlite"
    return request.getfixturevalue("postgresql").new_database()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory):
    """A registry with `served_reports`, on each kind of database; for reading alone."""
    import httpx

    folder = tmp_path_factory.mktemp("served")
    is_sqlite = request.param == "sqlite"
    database = (
        f"sqlite:///{folder}/registry.sqlite"
        if is_sqlite
        else request.getfixturevalue("postgresql").new_database(in_english=True)
    )
    options = {"AIPOWER_SERVE_RATE_LIMIT": "0"}
    with (
        Server(database, folder, "--allow-anonymous-writes", **options) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        answers = client.post("/reports", json=served_reports()).json()
        assert {each["status"] for each in answers} == {"created"}, answers
        yield client


@pytest.fixture(scope="session")
def callers(tmp_path_factory):
    """Callers of a registry on SQLite that tests fill, each with reports of its own."""
    folder = tmp_path_factory.mktemp("taking")
    with (
        Server(f"sqlite:///{folder}/registry.sqlite", folder, AIPOWER_SERVE_RATE_LIMIT="0") as server,
        callers_of(server) as callers,
    ):
        yield callers
