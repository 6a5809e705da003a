"""The databases that a registry stands on, each empty."""

from __future__ import annotations

import pytest
from postgresql import cluster


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
