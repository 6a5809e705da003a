"""Processes are killed, disks are full, files are damaged: each report arrives once, and none is lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from shelf import Shelf, outbox, upload

from ai_power_export.deliver.interface import Refused
from ai_power_export.deliver.outbox.store import Outbox, outbox_file
from ai_power_export.errors import CheckFailed
from ai_power_export.report.edit.published import receipt_of

KILLS = 50
FORK = multiprocessing.get_context("fork")


def in_a_process(work):
    """Run something in a process of its own, which has all modules loaded; exit codes as the command's."""

    def run():
        try:
            os._exit(work() or 0)
        except CheckFailed as error:
            os.write(2, f"aipower: {error}\n".encode())
            os._exit(1)

    process = FORK.Process(target=run)
    process.start()
    return process


def ended(process):
    process.join(60)
    return process.exitcode


class Folder:
    """The destination that is a folder, seen as a shelf is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = str(folder)

    @property
    def ids(self) -> list[str]:
        return sorted(
            json.loads(path.read_text())["header"]["reportId"] for path in self.folder.glob("report_*.json")
        )


def ids_of(paths):
    return sorted(json.loads(path.read_text())["header"]["reportId"] for path in paths)


@pytest.fixture
def slow_place(shelf, tmp_path, monkeypatch, request):
    """A place that takes a while for each report: a shelf, or a folder on a slow disk."""
    monkeypatch.setattr(Shelf, "seconds", 0.03)
    if request.param == "shelf":
        return shelf
    sync = os.fsync
    monkeypatch.setattr("os.fsync", lambda file: (time.sleep(0.015), sync(file)))
    return Folder(tmp_path / "open-data")


@pytest.mark.slow
@pytest.mark.parametrize("slow_place", ["folder", "shelf"], indirect=True)
def test_killed_at_any_moment_each_report_is_there_once(slow_place, reports, shelf, capfd):
    """After each kill the reports of that command are on their way all or not at all, and those arrive."""
    chance, each, moments = random.Random("kills"), 4, Counter()
    begin = time.monotonic()
    assert ended(in_a_process(lambda: upload(*reports(each), to=slow_place.words))) == 0
    whole = time.monotonic() - begin
    on_their_way, forgotten = reports(each), []
    for kill in range(1, KILLS + 1):
        paths = reports(each, kill * each)
        process = in_a_process(lambda paths=paths: upload(*paths, to=slow_place.words))
        time.sleep(chance.uniform(whole / 4, whole))
        os.kill(process.pid, signal.SIGKILL)
        was_killed = ended(process) == -signal.SIGKILL
        with Outbox() as box:
            known = {*slow_place.ids, *(entry.parcel.report_id for entry in box.waiting())} & {*ids_of(paths)}
            assert not any(entry.holder for entry in box.waiting())
        assert len(known) in (0, each)
        (on_their_way if known else forgotten).extend(paths)
        moments["after the end" if not was_killed else "on the way" if known else "before the outbox"] += 1
    outbox("retry")
    assert slow_place.ids == ids_of(on_their_way)  # a second one would be a second file
    assert not forgotten or upload(*forgotten, to=slow_place.words) == 0  # nobody was told that these leave
    everything = on_their_way + forgotten
    assert slow_place.ids == ids_of(everything)
    assert [path for path in everything if not receipt_of(path).exists()] == []
    with Outbox() as box:
        assert box.waiting() == []
    brought = f", brought {shelf.brought.total()} times" if slow_place is shelf else ""
    told = ", ".join(f"{number} {moment}" for moment, number in sorted(moments.items()))
    with capfd.disabled():
        print(f"\nkilled {told}: of {len(everything)} reports {len(slow_place.ids)} are there{brought}")


@pytest.mark.parametrize("kind", ["folder", "shelf"])
def test_several_processes_at_once_send_each_report_once(shelf, reports, tmp_path, monkeypatch, capfd, kind):
    place = shelf if kind == "shelf" else Folder(tmp_path / "open-data")
    monkeypatch.setattr(Shelf, "seconds", 0.02)
    shared, apart = reports(6), [reports(3, start) for start in (6, 9, 12, 15)]
    processes = [in_a_process(lambda own=own: upload(*shared, *own, to=place.words)) for own in apart]
    assert [ended(process) for process in processes] == [0, 0, 0, 0]
    everything = [*shared, *(path for own in apart for path in own)]
    assert place.ids == ids_of(everything)
    assert [path for path in everything if not receipt_of(path).exists()] == []
    if kind == "shelf":
        times = sorted(shelf.brought.values())
        assert times[:12] == [1] * 12  # what one command alone was to deliver
        assert times[-1] <= 4  # what all four were to deliver
    with Outbox() as box:
        assert box.waiting() == []


def test_what_a_process_holds_is_not_taken_by_another_until_it_has_ended(shelf, reports, monkeypatch):
    monkeypatch.setattr(Shelf, "seconds", 30)
    process = in_a_process(lambda: upload(*reports(2), to=shelf.words))
    while not shelf.brought:
        time.sleep(0.02)
    with Outbox() as box:
        assert [bool(entry.holder) for entry in box.waiting()] == [True, True]
        with pytest.raises(CheckFailed, match="is being sent by another process; nothing was dropped"):
            outbox("drop", "--all")
        box.retry(None)
        assert box.due() == []
        os.kill(process.pid, signal.SIGKILL)
        ended(process)
        assert len(box.due()) == 1
    monkeypatch.setattr(Shelf, "seconds", 0)
    assert outbox("retry") == 0
    assert len(shelf.ids) == 2


# ---- the disk -------------------------------------------------------------------------------------


def heard(work):
    """Run something in a process; return its exit code and what it told, through a pipe that no disk limits."""
    read, write = os.pipe()

    def telling():
        os.dup2(write, 2)
        sys.stderr = os.fdopen(write, "w")
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        return work()

    process = in_a_process(telling)
    os.close(write)
    with os.fdopen(read) as told:
        return ended(process), told.read()


def fill_the_disk(size=0):
    """Let no file of this process become longer than some bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("size", [0, 4096, 30_000, 60_000, 120_000])
def test_a_full_disk_is_told_and_nothing_is_lost(shelf, reports, size):
    paths = reports(20)

    def with_a_full_disk():
        fill_the_disk(size)
        return upload(*paths, to=shelf.words)

    code, told = heard(with_a_full_disk)
    assert code == 1
    (line,) = told.splitlines()
    assert line.startswith(f"aipower: the outbox {outbox_file()} cannot be used: ")
    assert line.endswith("; nothing was sent")
    assert shelf.ids == []
    assert upload(*paths, to=shelf.words) == 0
    assert shelf.ids == ids_of(paths)
    assert set(shelf.brought.values()) == {1}


def test_a_disk_that_gets_full_on_the_way_loses_nothing(shelf, reports, answering):
    paths = reports(8)

    def then_full(there, parcel):
        receipt = there.keep(parcel)
        if len(shelf.ids) == Shelf.at_once:
            fill_the_disk()
        return receipt

    answering(then_full)
    code, told = heard(lambda: upload(*paths, to=shelf.words))
    assert code == 1
    assert told.count("no receipt could be written") == Shelf.at_once
    assert "the outbox" in told.splitlines()[-1]
    assert len(shelf.ids) == Shelf.at_once
    answering(Shelf.keep)
    assert outbox("retry") == 0
    assert shelf.ids == ids_of(paths)
    assert [path for path in paths if not receipt_of(path).exists()] == []


# ---- the file -------------------------------------------------------------------------------------


def damage(how):
    path = outbox_file()
    content = bytearray(path.read_bytes())
    if how == "no database":
        content = bytearray(b"Lorem ipsum dolor sit amet. " * 500)
    elif how == "cut":
        del content[len(content) // 2 :]
    elif how == "header":
        content[:100] = os.urandom(100)
    else:
        content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("how", ["no database", "cut", "header", "pages"])
def test_a_damaged_outbox_is_set_aside_and_a_new_one_begun(shelf, reports, answering, capsys, own_data, how):
    answering(lambda shelf, parcel: Refused("not now"))
    first, second = reports(2)
    upload(first, to=shelf.words)
    before = damage(how)
    capsys.readouterr()
    answering(Shelf.keep)
    assert upload(second, to=shelf.words) == 0
    (aside,) = own_data.glob("*.damaged-*Z")
    assert aside.read_bytes() == before
    lines = [line for line in capsys.readouterr().err.splitlines() if "was damaged" in line]
    assert len(lines) == 1
    assert f"kept as {aside}" in lines[0]
    assert upload(first, second, to=shelf.words) == 0
    assert shelf.ids == ids_of([first, second])


def test_processes_that_find_it_damaged_at_once_set_it_aside_once(shelf, reports, answering, own_data, capfd):
    answering(lambda shelf, parcel: Refused("not now"))
    upload(*reports(1), to=shelf.words)
    before = damage("header")
    answering(Shelf.keep)
    groups = [reports(2, start) for start in (2, 4, 6, 8)]
    processes = [in_a_process(lambda own=own: upload(*own, to=shelf.words)) for own in groups]
    assert [ended(process) for process in processes] == [0, 0, 0, 0]
    (aside,) = own_data.glob("*.damaged-*Z")
    assert aside.read_bytes() == before
    assert shelf.ids == ids_of(path for own in groups for path in own)


@pytest.mark.parametrize(
    "change",
    [
        "text = replace(text, '\"nbComponent\": 1', '\"nbComponent\": 7')",
        "text = substr(text, 9)",
        "parcel = ''",
    ],
)
def test_what_has_decayed_is_not_sent(shelf, reports, answering, capsys, change):
    """A disk that says one number for another is as bad as a wrong report."""
    (path,) = reports(1)
    answering(lambda shelf, parcel: Refused("not now"))
    upload(path, to=shelf.words)
    with sqlite3.connect(outbox_file()) as connection:
        connection.execute(f"UPDATE entries SET {change}")
    connection.close()
    answering(Shelf.keep)
    assert outbox() == outbox("list", "--json") == 0
    with pytest.raises(CheckFailed, match="has decayed"):
        outbox("show", "1")
    assert outbox("retry") == 1
    assert "has decayed in the outbox" in capsys.readouterr().err
    assert shelf.ids == []
    assert upload(path, to=shelf.words) == 0
    assert [part["nbComponent"] for part in shelf.documents[0]["infrastructure"]["components"]] == [1, 1, 1]


def test_the_outbox_of_a_newer_release_is_left_alone(shelf, reports):
    with Outbox():
        pass
    with sqlite3.connect(outbox_file()) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CheckFailed, match="was written by a newer release"):
        upload(*reports(1), to=shelf.words)


def test_where_several_machines_write_no_log_is_used_that_needs_their_memory(monkeypatch, own_data):
    def journal():
        with Outbox():
            pass
        connection = sqlite3.connect(outbox_file())
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.close()
        return mode

    home = SimpleNamespace(mountpoint=str(own_data.parents[1]), fstype="nfs4")
    with monkeypatch.context() as context:
        context.setattr(
            "psutil.disk_partitions", lambda all: [SimpleNamespace(mountpoint="/", fstype="ext4"), home]
        )
        assert journal() == "delete"
    assert journal() == "wal"
