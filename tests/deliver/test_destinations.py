"""Where reports go: names, addresses, folders and kinds of others; whose token goes there, and who has agreed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from shelf import Shelf, outbox, upload

from ai_power_export.deliver.destinations import Address, address, destination
from ai_power_export.deliver.interface import Unreachable
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.settings import Settings, load_settings

NAMED = "[tool.aipower]\n{more}\n[tool.aipower.destinations]\nopen-data = '{words}'\n"
SECRET = "tok" + "en-of-" + "xyzzy1234"


@pytest.fixture
def settle(shelf):
    """Write the settings of the project, in which `open-data` names the shelf."""

    def write(more=""):
        Path("pyproject.toml").write_text(NAMED.format(more=more, words=shelf.words))
        return load_settings(Path.cwd(), {})

    return write


def test_a_name_in_the_settings_stands_for_an_address(shelf, reports, settle):
    settings = settle()
    assert address("open-data", settings) == Address(shelf.words, "open-data")
    assert upload(*reports(1), to="open-data") == 0
    assert len(shelf.ids) == 1


def test_a_folder_is_the_same_from_everywhere(shelf, monkeypatch, tmp_path):
    here = address("out", Settings())
    assert here.words == str(tmp_path / "work" / "out")
    monkeypatch.setenv("HOME", "/home/me")
    assert address("~/out", Settings()).words == "/home/me/out"
    assert destination(here, Settings()).place == here.words


@pytest.mark.parametrize("words", ["", " "])
def test_no_words_are_no_destination(shelf, reports, words, own_data):
    with pytest.raises(BadInput, match="is empty"):
        upload(*reports(1), to=words)
    assert not own_data.exists()


@pytest.mark.parametrize(
    "line", ["upload = ''", "destinations = {open-data = ' '}", "destinations = {'' = 'x'}"]
)
def test_an_empty_destination_in_the_settings_is_refused(shelf, line):
    Path("pyproject.toml").write_text(f"[tool.aipower]\n{line}\n")
    with pytest.raises(BadInput, match="a destination is empty"):
        load_settings(Path.cwd(), {})


def test_what_looks_like_a_host_is_no_new_folder(shelf, reports):
    for words in ("registry.example", "registry.example.org"):
        with pytest.raises(BadInput, match=rf"write https://{words} or \./{words}"):
            upload(*reports(1), to=words)
    for words in ("./data.2026", "data", ".data"):
        assert upload(*reports(1), to=words) == 0
        assert Path(words).is_dir()
    assert upload(*reports(1), to="data.2026") == 0
    assert upload(*reports(1), to=".") == 0


def test_what_waits_for_a_named_place_is_sent_from_another_project(
    shelf, reports, settle, answering, tmp_path, monkeypatch
):
    settle()
    tokens = []
    answering(lambda there, parcel: Unreachable("down"))
    upload(*reports(1), to="open-data")

    def take(there, parcel):
        tokens.append(there.token())
        return there.keep(parcel)

    answering(take)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIPOWER_TOKEN_OPEN_DATA", SECRET)
    assert outbox("retry") == 0
    assert tokens == [SECRET]


@pytest.mark.parametrize(
    "words",
    [
        f"https://me:{SECRET}@registry.example/",
        f"https://{SECRET}@registry.example/",
        f"https://:{SECRET}@registry.example/",
        f"https://registry.example/reports?token={SECRET}",
        f"https://registry.example/reports?a=b&api_key={SECRET}",
        f"https://registry.example/#access_token={SECRET}",
        f"git+https://{SECRET}@example.org/data.git",
        f"git+ssh://git:{SECRET}@example.org/data.git",
        f"shelf://me:{SECRET}@there",
    ],
)
def test_an_address_with_a_secret_is_refused_without_showing_it(shelf, reports, words, own_data):
    with pytest.raises(BadInput, match="tokens belong in AIPOWER_TOKEN or a keyring") as raised:
        upload(*reports(1), to=words)
    assert SECRET not in str(raised.value)
    assert not own_data.exists()


def test_an_account_of_ssh_is_no_secret():
    words = "git+ssh://git@example.org/data.git"
    assert address(words, Settings()).words == words


@pytest.mark.parametrize("words", ["ftp://there/data", "mailto:me@example.org"])
def test_kinds_that_there_are_not_are_told_with_those_that_there_are(shelf, reports, words):
    with pytest.raises(BadInput, match=r"nothing can be delivered to .*git\+https:.* hf:.* shelf:"):
        upload(*reports(1), to=words)


def test_a_kind_that_is_gone_leaves_its_reports_in_the_outbox(shelf, reports, answering, monkeypatch, capsys):
    answering(lambda there, parcel: Unreachable("down"))
    upload(*reports(1), to=shelf.words)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not path.endswith("site")])
    capsys.readouterr()
    assert outbox("retry") == 1
    assert "nothing can be delivered to shelf:" in capsys.readouterr().err


def test_a_place_that_is_another_now_gets_nothing(shelf, reports, answering, monkeypatch, capsys):
    """The user has agreed to where the address led then."""
    answering(lambda there, parcel: Unreachable("down"))
    upload(*reports(1), to=shelf.words)

    def elsewhere(self, words, token):
        self.place = "shelf:elsewhere"

    monkeypatch.setattr(Shelf, "__init__", elsewhere)
    answering(Shelf.keep)
    assert outbox("retry") == 1
    assert "means shelf:elsewhere now" in capsys.readouterr().err
    assert shelf.ids == []


@pytest.mark.parametrize("fault", ["raises", "ends early", "says nothing"])
def test_a_kind_of_others_that_fails_fails_alone(shelf, reports, monkeypatch, capsys, fault):
    def deliver(self, parcels):
        if fault != "says nothing":
            yield self.keep(parcels[0])
        if fault == "raises":
            raise RuntimeError(SECRET)

    monkeypatch.setattr(Shelf, "deliver", deliver)
    assert upload(*reports(1), to=shelf.words) == (1 if fault == "says nothing" else 0)
    assert upload(*reports(2, 1), to=shelf.words) == (1 if fault == "says nothing" else 0)
    assert SECRET not in capsys.readouterr().err
    assert max(shelf.brought.values(), default=1) == 1


# ---- tokens ---------------------------------------------------------------------------------------


def token_of(words, settings):
    return destination(address(words, settings), settings).token()


def test_a_token_is_that_of_the_name_then_of_the_settings_then_of_the_keyring(shelf, settle, monkeypatch):
    kept = {("ai-power-export", "shelf"): "of the keyring"}
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *key: kept.get(key)))
    settings = settle()
    assert token_of("open-data", settings) == "of the keyring"
    kept.clear()
    assert token_of("open-data", settings) is None
    monkeypatch.setenv("AIPOWER_TOKEN", "of all")
    assert token_of("open-data", settle()) == "of all"
    monkeypatch.setenv("AIPOWER_TOKEN_OPEN_DATA", "of this")
    assert token_of("open-data", settle()) == "of this"
    assert token_of(shelf.words, settle()) == "of all"


def test_a_token_for_one_place_does_not_go_to_others(shelf, reports, answering, monkeypatch, capsys):
    monkeypatch.setenv("AIPOWER_TOKEN", SECRET)
    tokens = {}

    def note(there, parcel):
        tokens[there.place] = there.token()
        return Unreachable("down")

    answering(note)
    monkeypatch.setitem(sys.modules, "keyring", None)
    places = [shelf.words, f"{shelf.words}-of-others"]
    for place in places:
        upload(*reports(1), to=place)
    assert tokens == dict.fromkeys(places, SECRET)
    assert outbox("retry") == 1
    assert tokens == dict.fromkeys(places)
    assert "AIPOWER_TOKEN is for one destination" in capsys.readouterr().err
    assert outbox("retry", "1") == 1
    assert tokens == {places[0]: SECRET, places[1]: None}


@pytest.mark.parametrize("fault", [ImportError, RuntimeError, OSError])
def test_a_keyring_that_does_not_work_has_no_token(shelf, monkeypatch, fault):
    def broken(*_):
        raise fault(SECRET)

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=broken))
    assert token_of(shelf.words, Settings()) is None


def test_a_token_is_nowhere_to_be_seen(shelf, reports, answering, monkeypatch, capsys, tmp_path, own_data):
    monkeypatch.setenv("AIPOWER_TOKEN", SECRET)
    used = []
    answering(lambda there, parcel: used.append(there.token()) or Unreachable("down"))
    upload(*reports(2), to=shelf.words)
    upload(*reports(2), to=shelf.words, dry_run=True)
    outbox()
    outbox("show", "1")
    settings = load_settings(Path.cwd(), {})
    told = capsys.readouterr()
    assert SECRET in used
    assert SECRET not in told.out + told.err + repr(settings) + str(settings.model_dump())
    written = [path for folder in (tmp_path, own_data) for path in folder.rglob("*") if path.is_file()]
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []


# ---- consent --------------------------------------------------------------------------------------


def test_settings_agree_for_the_destinations_that_they_name(shelf, reports, settle, tmp_path):
    settle("consent = true")
    assert upload(*reports(1), to="open-data", yes=False) == 0
    assert upload(*reports(1, 1), to=shelf.words, yes=False) == 0
    with pytest.raises(CheckFailed, match="nobody agreed"):
        upload(*reports(1, 2), to=str(tmp_path / "elsewhere"), yes=False)
    settle()
    with pytest.raises(CheckFailed, match="nobody agreed"):
        upload(*reports(1, 2), to="open-data", yes=False)
    assert len(shelf.ids) == 2


def test_a_dry_run_shows_the_requests_and_keeps_nothing(shelf, reports, capsys, own_data):
    assert upload(*reports(2), to=shelf.words, yes=False, dry_run=True) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["shelve", "shelve"]
    assert upload(*reports(1), to="out", yes=False, dry_run=True) == 0
    assert capsys.readouterr().out.startswith("write out/report_")
    assert shelf.ids == []
    assert not own_data.exists()
