"""What a registry takes and serves, beside bare inserts of the same rows into the same database.

    python benchmarks/registry.py [REPORTS]

20,000 different reports, sent by 8 processes to the real `aipower serve`, with SQLite and with a PostgreSQL
that is started for it; both bring every commit to the disk. Bare inserts are those of the driver alone: 8
processes with a connection each, rows made beforehand, as many in a transaction as reports in a request.
Then reports one by one, while two others read. Exits 1 where a request fails, a report is not there, or
batches reach less than half of the bare inserts.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from postgresql import cluster, programs
from public_reports import public_report
from serving import Server
from sqlalchemy import func, insert, select

from ai_power_export.registry.arrivals import Sent, judge
from ai_power_export.registry.database import Database
from ai_power_export.registry.migrations import migrate
from ai_power_export.registry.tables import reports

CLIENTS = 8
BATCH = 100
SINGLE = 0.1
"""Share of the reports that are sent one by one."""
TARGET = 0.5

FORK = multiprocessing.get_context("fork")
"""What is sent is made before and handed to each process with its memory, in no time that is measured."""


class Work(NamedTuple):
    """What one process does: its steps, each timed, with a connection of its own."""

    opened: Callable[[], Any]
    step: Callable[[Any, Any], None]
    items: Sequence[Any]


class Spent(NamedTuple):
    """What all processes together have spent."""

    seconds: float
    steps: list[float]
    """Seconds of each step."""

    @property
    def late(self) -> str:
        return f"95th percentile {quantiles(self.steps, n=20)[-1] * 1000:7.1f} ms"

    def told(self, rows: int) -> str:
        return f"{rows / self.seconds:8,.0f} reports/s, {self.late}"


def at_once(*groups: Sequence[Work]) -> list[Spent]:
    """Do all works at once; return what each group of them has spent. One that fails ends everything."""
    works = [(group, work) for group, some in enumerate(groups) for work in some]
    gate, results = FORK.Barrier(len(works)), FORK.SimpleQueue()

    def run(group: int, work: Work) -> None:
        connection = work.opened()
        gate.wait()
        begin, steps = time.monotonic(), []
        for item in work.items:
            before = time.monotonic()
            work.step(connection, item)
            steps.append(time.monotonic() - before)
        results.put((group, begin, time.monotonic(), steps))

    processes = [FORK.Process(target=run, args=each) for each in works]
    for process in processes:
        process.start()
    found = []
    while len(found) < len(works):
        if not results.empty():
            found.append(results.get())
        elif any(process.exitcode for process in processes):
            raise SystemExit("a client failed: see above")
        else:
            time.sleep(0.01)
    return [_spent([each for each in found if each[0] == group]) for group in range(len(groups))]


def _spent(found: list[tuple[int, float, float, list[float]]]) -> Spent:
    _, begins, ends, steps = zip(*found, strict=True)
    return Spent(max(ends) - min(begins), [each for some in steps for each in some])


def spread(items: Sequence[Any], count: int) -> list[Sequence[Any]]:
    return [items[start::count] for start in range(count)]


def in_batches(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def rows_of(texts: Sequence[str]) -> list[dict[str, Any]]:
    """The rows that the registry would write."""
    made = []
    for number, text in enumerate(texts, 1):
        (arrival,) = judge(Sent(text.encode(), 1)).reports
        rest = {
            "number": number,
            "version": 1,
            "hash": arrival.hash,
            "received": "2026-11-22 10:00:00.000000",
        }
        empty = dict.fromkeys(column.name for column in reports.columns)
        made.append({**empty, **arrival.columns, **rest, "contributor": "bench", "document": arrival.text})
    return made


def bare(database: str, batches: Sequence[Sequence[dict[str, Any]]]) -> Spent:
    """Insert rows by the driver alone, those of a batch in one transaction."""
    made = Database(database)
    migrate(made)
    statement = str(insert(reports).compile(made.engine))
    keys = list(insert(reports).compile(made.engine).params)
    is_sqlite = made.is_sqlite
    made.close()

    def opened() -> Any:
        return Database(database).engine.raw_connection().driver_connection

    def step(connection: Any, batch: Sequence[Any]) -> None:
        cursor = connection.cursor()
        if is_sqlite:
            cursor.execute("begin immediate")
        cursor.executemany(statement, batch)
        connection.commit()

    bound = [[tuple(row[key] for key in keys) if is_sqlite else row for row in batch] for batch in batches]
    (spent,) = at_once([Work(opened, step, part) for part in spread(bound, CLIENTS)])
    return spent


class Sender:
    """Sends bodies to a registry, or asks it for pages, over one connection."""

    def __init__(self, server: Server, token: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def opened(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._server.port, timeout=120)

    def writing(self, requests: Sequence[bytes]) -> list[Work]:
        return [Work(self.opened, self.post, part) for part in spread(requests, CLIENTS)]

    def reading(self, count: int) -> list[Work]:
        """Two who read pages: filtered, sorted, counted."""
        pages = [
            "/reports?limit=50",
            "/reports?limit=50&country=FRA&sort=-energy",
            "/reports?limit=1&total=true",
        ]
        paths = [pages[place % 3] for place in range(count)]
        return [Work(self.opened, self.get, paths) for _ in range(2)]

    def post(self, connection: HTTPConnection, body: bytes) -> None:
        answer = self._asked(connection, "POST", "/reports", body)
        states = {each["status"] for each in answer} if isinstance(answer, list) else {answer["status"]}
        if states != {"created"}:
            raise SystemExit(f"answered {states}")

    def get(self, connection: HTTPConnection, path: str) -> None:
        self._asked(connection, "GET", path)

    def _asked(self, connection: HTTPConnection, method: str, path: str, body: bytes | None = None) -> Any:
        connection.request(method, path, body, self._headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content)


def bodies(texts: Sequence[str], size: int) -> list[bytes]:
    if size == 1:
        return [text.encode() for text in texts]
    return [f"[{','.join(batch)}]".encode() for batch in in_batches(texts, size)]


def memory_of(server: Server) -> float:
    """Memory of a server and its processes, in MiB, each page of it once."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    return sum(each.memory_full_info().pss for each in [process, *process.children(recursive=True)]) / 2**20


def kept(database: str) -> int:
    opened = Database(database)
    with opened.reading() as connection:
        count = connection.execute(select(func.count(func.distinct(reports.c.report_id)))).scalar()
    opened.close()
    return int(count or 0)


def measured(name: str, new_database: Callable[[], str], folder: Path, texts: list[str]) -> float:
    """Measure one kind of database; return the share of bare inserts that batches reach."""
    few = int(len(texts) * SINGLE)
    rows = rows_of(texts)
    print(f"{name}: {len(texts):,} reports, {CLIENTS} clients", flush=True)
    alone = bare(new_database(), in_batches(rows, BATCH))
    tell(f"bare inserts, {BATCH} a transaction", alone.told(len(rows)))
    alone_single = bare(new_database(), in_batches(rows[:few], 1))
    tell("bare inserts, 1 a transaction", alone_single.told(few))
    database = new_database()
    with Server(database, folder, AIPOWER_SERVE_RATE_LIMIT="0") as server:
        sender = Sender(server, server.token("contributor"))
        tell("memory of the server", f"{memory_of(server):.0f} MiB")
        first = [json.dumps(public_report(10**9 + number)) for number in range(BATCH)]
        sender.post(sender.opened(), *bodies(first, BATCH))  # begins the processes that judge
        (ours,) = at_once(sender.writing(bodies(texts, BATCH)))
        complete(database, BATCH + len(texts))
        ratio = alone.seconds / ours.seconds
        tell(f"registry, {BATCH} a request", f"{ours.told(len(texts))}, {ratio:.2f} of bare")
        tell("memory of the server", f"{memory_of(server):.0f} MiB")
        new = [json.dumps(public_report(len(texts) + place)) for place in range(few)]
        single, read = at_once(sender.writing(bodies(new, 1)), sender.reading(few // 20))
        complete(database, BATCH + len(texts) + few)
        share = alone_single.seconds / single.seconds
        tell("registry, 1 a request", f"{single.told(few)}, {share:.2f} of bare")
        tell("pages read at the same time", f"{few // 20 * 2:8,} pages,     {read.late}")
        tell("memory of the server", f"{memory_of(server):.0f} MiB")
    return ratio


def tell(what: str, how: str) -> None:
    print(f"  {what:35}{how}", flush=True)


def complete(database: str, count: int) -> None:
    found = kept(database)
    if found != count:
        raise SystemExit(f"{found:,} of {count:,} reports are there")


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Callable[[], str]]]:
    """Give, for each kind, what makes an empty database and returns its URL."""
    names = iter(range(1000))
    kinds = {"SQLite": lambda: f"sqlite:///{folder}/{next(names)}.sqlite"}
    if programs() is None:
        print("PostgreSQL is not installed: NOT MEASURED")
        yield kinds
        return
    with cluster(durable=True) as postgresql:
        yield {**kinds, "PostgreSQL": postgresql.new_database}


def main(count: int) -> int:
    texts = [json.dumps(public_report(number)) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as kinds:
        ratios = {name: measured(name, new, Path(folder), texts) for name, new in kinds.items()}
    for name, ratio in ratios.items():
        print(f"{name}: batches reach {ratio:.2f} of bare inserts (target at least {TARGET})")
    return int(min(ratios.values()) < TARGET)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
