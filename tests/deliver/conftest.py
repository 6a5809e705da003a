"""No test sees the outbox of whoever runs it; reports to deliver, and a place that takes them."""

from __future__ import annotations

import pytest
import shelf as plugin


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory, monkeypatch):
    """The folder of the outbox of this test's user."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder / "ai-power-export" / "outbox"


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A destination of a kind that is not ours; with an empty folder to work in, and no time to wait."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.syspath_prepend(str(plugin.install(tmp_path / "site")))
    monkeypatch.setattr("ai_power_export.deliver.outbox.batch.within_a_command", lambda state, asked: 0.0)
    return plugin.Shelved(tmp_path / "shelf")


@pytest.fixture
def answering(monkeypatch):
    """Let a shelf answer otherwise: `answering(lambda shelf, parcel: …)`."""

    def answer(function):
        monkeypatch.setattr(plugin.Shelf, "answer", function)

    return answer


@pytest.fixture
def reports(shelf, tmp_path):
    """How to write reports: `reports(3)` returns the paths of three."""
    return lambda count, start=0: plugin.write_reports(tmp_path / "work", range(start, start + count))
