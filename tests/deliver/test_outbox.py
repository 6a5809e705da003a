"""What is to be delivered waits until it has arrived, and is delivered as it was agreed to, or not at all."""

from __future__ import annotations

import json
import stat

import pytest
from shelf import Shelf, outbox, upload

from ai_power_export.deliver.interface import Refused, Unreachable
from ai_power_export.deliver.outbox.waits import across_commands
from ai_power_export.errors import BadInput
from ai_power_export.report.edit.published import receipt_of


def listed(capsys):
    """What `aipower outbox list --json` prints."""
    capsys.readouterr()
    assert outbox("list", "--json") == 0
    return json.loads(capsys.readouterr().out)


def away(shelf, parcel):
    return Unreachable("the line is down")


def test_what_does_not_arrive_waits_and_goes_along(shelf, reports, answering, capsys):
    first, second = reports(2)
    answering(away)
    assert upload(first, to=shelf.words) == 1
    assert "kept in the outbox: the line is down" in capsys.readouterr().err
    assert not receipt_of(first).exists()
    (entry,) = listed(capsys)
    assert (entry["state"], entry["why"], entry["destination"]) == (
        "waiting",
        "the line is down",
        shelf.words,
    )
    answering(Shelf.keep)
    assert upload(second, to=shelf.words) == 0
    assert len(shelf.ids) == 2
    assert listed(capsys) == []
    receipt = json.loads(receipt_of(first).read_text())
    assert receipt["destination"] == shelf.words
    assert receipt["where"].startswith(f"{shelf.words}/")
    assert receipt["hash"] in receipt["where"]


def test_a_reason_that_is_the_same_for_all_is_told_once(shelf, reports, answering, capsys):
    answering(lambda shelf, parcel: Refused("who are you?"))
    assert upload(*reports(6), to=shelf.words) == 1
    assert capsys.readouterr().err.splitlines() == [
        "aipower: 6 reports refused, and kept in the outbox: who are you?"
    ]
    assert outbox() == 0
    assert capsys.readouterr().out.count("who are you?") == 1


def test_a_fault_that_passes_is_not_noticed(shelf, reports, answering, capsys):
    tries = []

    def third_time(shelf, parcel):
        tries.append(parcel.key)
        return shelf.keep(parcel) if len(tries) >= 3 else Unreachable("not yet")

    answering(third_time)
    assert upload(*reports(1), to=shelf.words) == 0
    assert len(tries) == 3
    assert shelf.brought.total() == 1
    assert "not yet" not in capsys.readouterr().err


def test_what_is_refused_is_not_sent_again_until_the_user_says_so(shelf, reports, answering, capsys):
    good, bad = reports(2)
    refused = json.loads(bad.read_text())["header"]["reportId"]
    asked = []

    def picky(shelf, parcel):
        asked.append(parcel.report_id)
        return Refused("no such colour") if parcel.report_id == refused else shelf.keep(parcel)

    answering(picky)
    assert upload(good, bad, to=shelf.words) == 1
    assert "refused, and kept in the outbox: no such colour" in capsys.readouterr().err
    assert asked.count(refused) == 1
    assert upload(good, to=shelf.words) == 0
    assert asked.count(refused) == 1
    (entry,) = listed(capsys)
    assert (entry["state"], entry["why"], entry["due"]) == ("refused", "no such colour", None)
    assert outbox("retry", str(entry["id"])) == 1
    assert asked.count(refused) == 2
    answering(Shelf.keep)
    assert outbox("retry") == 0
    assert len(shelf.ids) == 2


def test_a_place_that_asks_for_it_is_left_alone(shelf, reports, answering, capsys):
    first, second = reports(2)
    asked = []

    def busy(shelf, parcel):
        asked.append(parcel.key)
        return Unreachable("too many", after=3600)

    answering(busy)
    assert upload(first, to=shelf.words) == 1
    assert len(asked) == 1  # an hour is more than a command waits
    answering(Shelf.keep)
    assert upload(second, to=shelf.words) == 1
    assert "asked to be left alone until" in capsys.readouterr().err
    assert outbox("retry") == 1
    assert shelf.ids == []
    assert {entry["state"] for entry in listed(capsys)} == {"waiting"}


def test_a_short_wait_that_a_place_asks_for_is_kept(shelf, reports, answering, monkeypatch):
    waits = []

    def wait(state, asked):
        waits.append(asked)
        return 0.0

    monkeypatch.setattr("ai_power_export.deliver.outbox.batch.within_a_command", wait)
    answering(lambda shelf, parcel: shelf.keep(parcel) if waits else Unreachable("busy", after=2))
    assert upload(*reports(1), to=shelf.words) == 0
    assert waits == [2]


def test_waits_grow_and_differ():
    waits = [[across_commands(commands) for _ in range(50)] for commands in range(12)]
    for commands, some in enumerate(waits):
        longest = min(60 * 2.0**commands, 6 * 3600)
        assert longest / 2 <= min(some) < max(some) <= longest
    assert across_commands(10**6) <= 6 * 3600


def test_a_place_that_cannot_be_reached_is_not_asked_for_each_report(shelf, reports, answering, capsys):
    asked = []
    answering(lambda shelf, parcel: asked.append(parcel.key) or Unreachable("down"))
    assert upload(*reports(40), to=shelf.words) == 1
    assert len(set(asked)) == Shelf.at_once
    told = capsys.readouterr().err
    assert "4 reports kept in the outbox: down" in told
    assert "36 reports more in the outbox" in told
    assert len(listed(capsys)) == 40


def test_one_report_that_never_arrives_does_not_stop_the_others(shelf, reports, answering, monkeypatch):
    monkeypatch.setattr(Shelf, "at_once", 1)
    paths = reports(5)
    stuck = json.loads(paths[0].read_text())["header"]["reportId"]
    answering(lambda shelf, parcel: away(shelf, parcel) if parcel.report_id == stuck else shelf.keep(parcel))
    assert upload(*paths, to=shelf.words) == 1
    assert upload(*paths, to=shelf.words) == 1
    assert len(shelf.ids) == 4


# ---- the user's file has changed ------------------------------------------------------------------


def set_description(path, words):
    document = json.loads(path.read_text())
    document["task"]["taskDescription"] = words
    path.write_text(json.dumps(document))


def test_a_report_that_was_changed_meanwhile_is_not_sent_as_it_was(shelf, reports, answering, capsys):
    changed, other = reports(2)
    answering(away)
    upload(changed, other, to=shelf.words)
    set_description(changed, "Said better")
    answering(Shelf.keep)
    assert outbox("retry") == 1
    assert "was changed since it was to be delivered; upload it again" in capsys.readouterr().err
    assert len(shelf.ids) == 1
    assert not receipt_of(changed).exists()
    assert upload(changed, to=shelf.words) == 0
    assert "Said better" in {document["task"].get("taskDescription") for document in shelf.documents}
    assert len(shelf.ids) == 2
    assert listed(capsys) == []


def test_what_was_changed_and_uploaded_again_takes_the_place_of_what_waits(shelf, reports, answering, capsys):
    (path,) = reports(1)
    answering(away)
    upload(path, to=shelf.words)
    set_description(path, "Said better")
    upload(path, to=shelf.words)
    assert len(listed(capsys)) == 1
    path.unlink()  # what is in the outbox needs it no more
    answering(Shelf.keep)
    assert outbox("retry") == 0
    assert [document["task"]["taskDescription"] for document in shelf.documents] == ["Said better"]


def test_another_report_in_the_same_file_takes_no_place_and_no_receipt(shelf, reports, answering, capsys):
    first, second = reports(2)
    answering(away)
    upload(first, to=shelf.words)
    second.replace(first)
    upload(first, to=shelf.words)
    assert len(listed(capsys)) == 2
    first.unlink()
    answering(Shelf.keep)
    assert outbox("retry") == 0
    assert len(shelf.ids) == 2
    assert not receipt_of(first).exists()


# ---- the commands ---------------------------------------------------------------------------------


def test_an_entry_is_shown_whole_and_dropped(shelf, reports, answering, capsys):
    (path,) = reports(1)
    answering(away)
    upload(path, to=shelf.words)
    (entry,) = listed(capsys)
    assert outbox("show", str(entry["id"]), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["report"]["header"]["reportId"] == json.loads(path.read_text())["header"]["reportId"]
    assert outbox() == outbox("show", str(entry["id"])) == 0
    told = capsys.readouterr().out
    assert "the line is down" in told
    assert '"taskStage"' in told
    with pytest.raises(BadInput, match="nothing to drop"):
        outbox("drop")
    with pytest.raises(BadInput, match="no entry 77"):
        outbox("drop", "77")
    assert outbox("drop", str(entry["id"])) == 0
    assert "it may have arrived before" in capsys.readouterr().err
    assert listed(capsys) == []
    assert outbox() == outbox("retry") == 0
    assert path.exists()


def test_only_its_user_can_read_it(shelf, reports, answering, own_data):
    answering(away)
    upload(*reports(1), to=shelf.words)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (own_data, *own_data.iterdir())}
    assert modes.pop("outbox") == 0o700
    assert {*modes.values()} == {0o600}
