"""A registry that is killed at any moment has, started again, every report that it acknowledged, once."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter

import httpx
import pytest
from preloaded_server import PreloadedServer
from public_reports import public_report
from serving import Server
from sqlalchemy import select

from ai_power_export.deliver.interface import Parcel
from ai_power_export.registry.database import Database
from ai_power_export.registry.tables import reports

KILLS = {"sqlite": 50, "postgresql": 15}
"""Fewer where another program, which nobody kills, keeps the reports."""
CLIENTS = 4
MOST_ANSWERS = 12
"""Requests that a server answers at most before it is killed, each time another number of them."""
LONGEST = 0.03
"""Seconds at most after the last of these answers, so that whatever comes then is met."""


class Client(threading.Thread):
    """Sends reports, one or many at once, until it is told to end; what is not answered it sends again, or not."""

    def __init__(self, url: str, token: str, seed: int, answers: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self._answers = answers
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self._chance = random.Random(seed)
        self._next = seed * 10**6
        self.ending = threading.Event()
        self.acknowledged: dict[str, str] = {}
        """Texts by id."""
        self.given_up: list[set[str]] = []
        """Ids of requests that were broken off and not sent again."""
        self.broken = 0
        self.surprises: list[str] = []

    def run(self) -> None:
        with self._client:
            while not self.ending.is_set():
                self._send(self._made())

    def _made(self) -> list[dict]:
        count = self._chance.choice([1, 1, 1, self._chance.randrange(2, 40)])
        self._next += count
        return [public_report(number) for number in range(self._next - count, self._next)]

    def _send(self, made: list[dict]) -> None:
        texts = {each["header"]["reportId"]: json.dumps(each) for each in made}
        is_one = len(made) == 1
        body = next(iter(texts.values())) if is_one else f"[{', '.join(texts.values())}]"
        headers = {"Content-Type": "application/json"}
        if is_one:
            headers["Idempotency-Key"] = Parcel("", made[0]).key
        while not self._is_answered(body, headers, texts):
            if self._chance.random() < 0.3 or self.ending.is_set():
                self.given_up.append({*texts})
                return

    def _is_answered(self, body: str, headers: dict[str, str], texts: dict[str, str]) -> bool:
        try:
            answer = self._client.post("/reports", content=body.encode(), headers=headers)
        except httpx.TransportError:
            self.broken += 1
            time.sleep(0.1)
            return False
        said = answer.json()
        states = [each["status"] for each in (said if isinstance(said, list) else [said])]
        if (
            answer.status_code in (200, 201)
            and {*states} <= {"created", "exists"}
            and len(states) == len(texts)
        ):
            self.acknowledged |= texts
            self._answers.release()
        else:
            self.surprises.append(f"{answer.status_code} {answer.text[:500]}")
        return True


def under_load(server: Server, token: str, kills: int, chance: random.Random) -> list[Client]:
    """Kill a server again and again while clients send to it; return the clients, which have ended."""
    answers = threading.Semaphore(0)
    clients = [Client(server.url, token, seed, answers) for seed in range(1, CLIENTS + 1)]
    with PreloadedServer(server.database, server.folder, server.port) as preloaded:
        for client in clients:
            client.start()
        for _ in range(kills):
            preloaded.start()
            for _ in range(chance.randrange(MOST_ANSWERS)):
                assert answers.acquire(timeout=60), [client.surprises for client in clients]
            time.sleep(chance.uniform(0, LONGEST))
            preloaded.kill()
            while answers.acquire(blocking=False):
                pass
        for client in clients:
            client.ending.set()
        for client in clients:
            client.join()
    return clients


def kept(database: str) -> Counter[tuple[str, str]]:
    """How often which text is kept under which id."""
    opened = Database(database)
    with opened.reading() as connection:
        rows = connection.execute(select(reports.c.report_id, reports.c.document)).all()
    opened.close()
    return Counter((row.report_id, row.document) for row in rows)


@pytest.mark.slow
def test_every_report_that_was_acknowledged_is_there_once_whenever_the_server_is_killed(database, tmp_path):
    server = Server(database, tmp_path, AIPOWER_SERVE_RATE_LIMIT="0")
    token = server.token("contributor")
    with server:
        pass
    kills = KILLS[database.partition(":")[0]]
    clients = under_load(server, token, kills, random.Random(7))

    with server.start():
        found = kept(database)
        sent = {pair for client in clients for pair in client.acknowledged.items()}
        ids = Counter(report_id for report_id, _ in found.elements())
        print(
            f"{kills} kills, {sum(client.broken for client in clients)} requests broken off, "
            f"{len(sent)} reports acknowledged, {len(sent - found.keys())} lost, {ids.total() - len(ids)} doubled"
        )
        assert [each for client in clients for each in client.surprises] == []
        assert sent, "nothing was sent"
        assert sent <= found.keys()
        assert ids.total() == len(ids)
        whole_or_not(clients, {*ids})
        for report_id, text in sorted(sent)[:20]:
            assert httpx.get(f"{server.url}/reports/{report_id}").text == text
        assert server.stop() == 0
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]


def whole_or_not(clients: list[Client], ids: set[str]) -> None:
    """A request that was broken off has left all its reports, or none."""
    for given_up in (each for client in clients for each in client.given_up):
        assert given_up <= ids or not given_up & ids


@pytest.mark.slow
def test_a_server_that_is_killed_while_it_makes_its_tables_starts_again(database, tmp_path):
    chance = random.Random(11)
    server = Server(database, tmp_path)
    for _ in range(4):
        server.spawn()
        time.sleep(chance.uniform(0.5, 2))
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    with server.start():
        token = server.token("contributor")
        answer = httpx.post(
            f"{server.url}/reports", json=public_report(1), headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.status_code == 201
