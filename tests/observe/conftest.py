"""What the tests of the watch share."""

from __future__ import annotations

import pytest
from engines import ENGINES

from ai_power_export.observe import recorder
from ai_power_export.observe.watch import Watch


@pytest.fixture(autouse=True)
def no_mood_of_the_machine(monkeypatch):
    """Let no observer lose its place because other programs held it up; tests of that set a limit themselves."""
    monkeypatch.setattr(recorder, "GRACE_S", 60.0)


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def watch(engine):
    with Watch(engine=engine) as watch:
        yield watch
