"""What the tests of the watch share."""

from __future__ import annotations

import pytest

from ai_power_export.observe import recorder


@pytest.fixture(autouse=True)
def no_mood_of_the_machine(monkeypatch):
    """Let no observer lose its place because other programs held it up; tests of that set a limit themselves."""
    monkeypatch.setattr(recorder, "GRACE_S", 60.0)
