"""No test sees the outbox of whoever runs it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory, monkeypatch):
    """The folder of this test's user with the outbox."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder / "ai-power-export" / "outbox"
