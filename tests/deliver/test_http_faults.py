"""Whatever breaks between an outbox and a real registry: every report arrives once, and none is lost."""

from __future__ import annotations

import random
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from certificates import few_certificates  # noqa: F401 - a fixture of all tests here
from faulty_proxy import FAULTS, FaultyProxy, answering, passing
from preloaded_server import PreloadedServer
from public_reports import public_report
from serving import Server

from ai_power_export.deliver.destinations import Address
from ai_power_export.deliver.http.destination import Http
from ai_power_export.deliver.interface import Answer, Parcel, Receipt, Refused, Unreachable
from ai_power_export.deliver.outbox.batch import Sent
from ai_power_export.deliver.outbox.send import send_due
from ai_power_export.deliver.outbox.store import Outbox
from ai_power_export.deliver.prepare import Prepared
from ai_power_export.report.privacy.outgoing import Outgoing
from ai_power_export.report.read import Saved
from ai_power_export.settings import Settings

ENDLESS = {"silent", "slow_body"}
"""Faults that a client must have enough of by itself."""
KILLS = 50
SHORTEST, LONGEST = -3.5, -1
"""Powers of ten of the seconds that a server lives on once a delivery to it has begun: as long as one takes on
a machine of any speed and load."""


class Registry:
    """A real registry that runs, and what it has."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "registry.sqlite3"
        self.database = f"sqlite:///{self._file}"
        self.server = Server(self.database, folder, AIPOWER_SERVE_RATE_LIMIT="0")
        self.token = self.server.token("contributor")

    def kept(self) -> Counter[str]:
        """How often the content of each key is there."""
        with sqlite3.connect(self._file) as connection:
            rows = connection.execute("SELECT report_id, hash FROM reports")
            return Counter(f"{report_id}:{content}" for report_id, content in rows)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    registry = Registry(tmp_path_factory.mktemp("registry"))
    with registry.server:
        yield registry


@pytest.fixture
def proxy(registry):
    with FaultyProxy(registry.server.url) as proxy:
        yield proxy


@pytest.fixture
def numbers(request):
    """Numbers of reports that no other test has: a registry forgets none."""
    chance = random.Random(request.node.name)
    return lambda count: [chance.getrandbits(48) for _ in range(count)]


def parcels(numbers: list[int]) -> list[Parcel]:
    return [Parcel(f"{number}.json", public_report(number)) for number in numbers]


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_after_any_fault_the_same_reports_are_sent_again_and_are_there_once(
    registry, proxy, numbers, fault, count
):
    given = parcels(numbers(count))
    proxy.faults.append(fault)
    timeout = 0.5 if fault.__name__ in ENDLESS else 30
    broken = list(Http(proxy.url, lambda: registry.token, timeout=timeout).deliver(given))
    if count == 1 or fault.__name__ != "answering_500":  # after which many go at once in smaller numbers
        assert all(isinstance(each, Unreachable) for each in broken)
        assert all(str(each).startswith(proxy.url) for each in broken)

    proxy.settle()
    already = {key for key in registry.kept()}

    answers = list(Http(proxy.url, lambda: registry.token).deliver(given))
    assert [each.is_new for each in answers] == [each.key not in already for each in given]
    kept = registry.kept()
    assert [kept[each.key] for each in given] == [1] * count


def test_a_fault_tells_how_long_to_wait(registry, proxy, numbers):
    proxy.faults.append(answering(503, "Retry-After: 120"))
    (answer,) = Http(proxy.url, lambda: registry.token).deliver(parcels(numbers(1)))
    assert answer.after == 120


def test_nobody_listens_for_a_while(registry, proxy, numbers):
    given = parcels(numbers(3))
    destination = Http(proxy.url, lambda: registry.token)
    assert next(destination.deliver(given[:1])).is_new
    with proxy.refusing():
        for answer in destination.deliver(given):
            assert isinstance(answer, Unreachable)
            assert "refused" in str(answer)
    assert [answer.is_new for answer in destination.deliver(given)] == [False, True, True]


@pytest.mark.parametrize(
    ("token", "says"),
    [("aipower_unheard-of", "the token is not known there"), (None, "with a token only (AIPOWER_TOKEN")],
)
def test_the_registry_takes_nothing_from_strangers(registry, numbers, token, says):
    before = registry.kept()
    (answer,) = Http(registry.server.url, lambda: token).deliver(parcels(numbers(1)))
    assert isinstance(answer, Refused)
    assert says in str(answer)
    assert registry.kept() == before


def test_a_token_that_may_only_read(registry, numbers):
    token = registry.server.token("reader")
    (answer,) = Http(registry.server.url, lambda: token).deliver(parcels(numbers(1)))
    assert isinstance(answer, Refused)
    assert "does not give the right to deliver" in str(answer)


def test_what_the_registry_refuses_is_told_with_what_to_do(registry, numbers):
    good, internal, odd = (public_report(number) for number in numbers(3))
    internal["header"]["publisher"]["confidentialityLevel"] = "internal"
    del odd["task"]["taskStage"]
    given = [Parcel("", each) for each in (good, internal, odd)]
    destination = Http(registry.server.url, lambda: registry.token)
    together = list(destination.deliver(given))
    assert [type(each) for each in together] == [Receipt, Refused, Refused]
    alone = [next(destination.deliver([each])) for each in given]
    assert [type(each) for each in alone] == [Receipt, Refused, Refused]
    for answer in (together[2], alone[2]):
        assert "task.taskStage" in str(answer)
    for answer in (together[1], alone[1]):
        assert "public" in str(answer)


def test_another_report_under_the_same_id(registry, numbers):
    document = public_report(*numbers(1))
    destination = Http(registry.server.url, lambda: registry.token)
    assert next(destination.deliver([Parcel("", document)])).is_new
    document["measures"][0]["powerConsumption"] += 1
    answer = next(destination.deliver([Parcel("", document)]))
    assert isinstance(answer, Refused)
    assert "another report has this id there" in str(answer)


def test_a_report_that_is_too_large(registry, numbers):
    document = public_report(*numbers(1))
    document["task"]["taskDescription"] = "x" * 9 * 2**20
    answer = next(Http(registry.server.url, lambda: registry.token).deliver([Parcel("", document)]))
    assert isinstance(answer, Refused)
    assert "larger than what is taken there" in str(answer)


# ---- through the outbox ---------------------------------------------------------------------------


deliver = Http.deliver


class Uploads:
    """An outbox that is sent without the waits that are made for networks of people."""

    def __init__(self, folder: Path, monkeypatch, token: str) -> None:
        monkeypatch.setattr("ai_power_export.deliver.outbox.batch.within_a_command", lambda *_: 0.005)
        monkeypatch.setattr(Http, "deliver", lambda target, parcels: self._deliver(target, parcels))
        self._begun = 0
        self._folder = folder
        self._outbox = Outbox(folder / "outbox.sqlite3")
        self._settings = Settings(token=token)
        self.keys: list[str] = []
        """Of all reports that were put into it."""
        self.seen: Counter[str] = Counter()
        """How often which answer was the last word of an attempt."""

    def put(self, url: str, numbers: list[int]) -> None:
        """Put reports into the outbox, as the gate lets them pass."""
        prepared = []
        for number in numbers:
            document = public_report(number)
            saved = Saved(self._folder / f"{number}.json", document, None)
            prepared.append(Prepared(saved, Outgoing(document, ()), ()))
        self._outbox.put(Address(url), url, prepared)
        self.keys += [each.parcel.key for each in prepared]

    def send(self) -> int:
        """Send all that waits, due or not; return how many reports still wait."""
        self._outbox.retry(None)
        send_due(self._outbox, self._settings, self._tell)
        return len(self._outbox.waiting())

    def wait_for_deliveries(self, count: int) -> None:
        """Wait until so many more deliveries have begun."""
        enough = self._begun + count
        while self._begun < enough:
            time.sleep(0.0005)

    def _deliver(self, target: Http, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        self._begun += 1
        yield from deliver(target, parcels)

    def _tell(self, sent: Sent) -> None:
        if isinstance(sent.answer, Receipt):
            self.seen["taken" if sent.answer.is_new else "there already"] += 1
        else:
            self.seen[str(sent.answer).rpartition(": ")[2]] += 1


@pytest.fixture
def uploads(tmp_path, monkeypatch, registry):
    return Uploads(tmp_path, monkeypatch, registry.token)


def in_numbers(keys: list[str], kept: Counter[str]) -> str:
    """Say what has arrived, and fail if it is not each report once."""
    lost = sum(kept[key] == 0 for key in keys)
    doubled = sum(kept[key] > 1 for key in keys)
    assert (lost, doubled) == (0, 0), f"{lost} of {len(keys)} lost, {doubled} doubled"
    return f"{len(keys)} reports arrived once each, {lost} lost, {doubled} doubled"


def test_a_storm_of_faults(registry, proxy, uploads, numbers):
    chance = random.Random(5)
    quick = [fault for fault in FAULTS if fault.__name__ not in ENDLESS]
    for _ in range(12):
        uploads.put(proxy.url, numbers(chance.randint(1, 6)))
        proxy.faults.extend(chance.choices([*quick, passing], k=6))
        uploads.send()
    with proxy.refusing():
        uploads.put(proxy.url, numbers(3))
        assert uploads.send() >= 3
    proxy.faults.clear()
    assert uploads.send() == 0
    print(in_numbers(uploads.keys, registry.kept()), dict(proxy.seen))


class Uploading(threading.Thread):
    """Puts reports into an outbox and sends them until it is told to end."""

    def __init__(self, uploads: Uploads, url: str, numbers) -> None:
        super().__init__(daemon=True)
        self._uploads, self._url, self._numbers = uploads, url, numbers
        self.ending = threading.Event()

    def run(self) -> None:
        waiting = 0
        while not self.ending.is_set():
            if waiting < 20:
                self._uploads.put(self._url, self._numbers(5))
            waiting = self._uploads.send()


@pytest.mark.slow
def test_a_registry_that_is_killed_again_and_again(tmp_path, monkeypatch, numbers):
    # Each request has few reports, so that there are many of them for a kill to strike.
    monkeypatch.setattr(Http, "at_once", 2)
    registry = Registry(tmp_path)
    uploads = Uploads(tmp_path, monkeypatch, registry.token)
    chance = random.Random(13)
    with PreloadedServer(registry.database, tmp_path, port := free_port()) as server:
        uploading = Uploading(uploads, f"http://127.0.0.1:{port}", numbers)
        uploading.start()
        for _ in range(KILLS):
            server.start()
            uploads.wait_for_deliveries(chance.randint(1, 4))
            time.sleep(10 ** chance.uniform(SHORTEST, LONGEST))
            server.kill()
        uploading.ending.set()
        uploading.join()
        server.start()
        assert uploads.send() == 0
    print(f"{KILLS} kills: {in_numbers(uploads.keys, registry.kept())}; {dict(uploads.seen)}")
    assert len(uploads.keys) > 2 * KILLS


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
