"""No room on the disk of the registry: it says so, serves what it has, and goes on when there is room again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager

import httpx
import pytest
from public_reports import public_report
from serving import Server

SIZE = "6m"
BATCH = 100


@contextmanager
def small_disk(folder):
    """Give a disk with little room; skips where none can be mounted."""
    folder.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]).returncode
    ):
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def filled_up(client, refused_by):
    """Send reports until they are refused; return the ids of those that were taken, and of those refused."""
    for number in range(0, 100 * BATCH, BATCH):
        sent = [public_report(each) for each in range(number, number + BATCH)]
        ids = [each["header"]["reportId"] for each in sent]
        answer = client.post("/reports", json=sent)
        if answer.status_code in refused_by:
            return number, ids, answer
        assert answer.status_code == 200
        assert {each["status"] for each in answer.json()} == {"created"}
    raise AssertionError("there was room for everything")


def there(client, number):
    report_id = public_report(number)["header"]["reportId"]
    return client.get(f"/reports/{report_id}").status_code == 200


@pytest.mark.slow
def test_a_full_disk_is_told_and_survived(tmp_path):
    with small_disk(tmp_path / "small") as small:
        filler = small / "filler"
        filler.write_bytes(b" " * 2**20)
        database = f"sqlite:///{small}/registry.sqlite"
        with (
            Server(database, tmp_path, "--allow-anonymous-writes", AIPOWER_SERVE_RATE_LIMIT="0") as server,
            httpx.Client(base_url=server.url, timeout=60) as client,
        ):
            taken, refused, answer = filled_up(client, {507, 503})
            assert answer.status_code == 507
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert int(answer.headers["Retry-After"]) > 0
            assert taken > 0
            assert not any(client.get(f"/reports/{each}").status_code == 200 for each in refused[::7])
            assert all(there(client, number) for number in range(0, taken, 37))
            assert client.get("/reports", params={"limit": 50}).status_code == 200
            total = client.get("/reports", params={"limit": 1, "total": "true"}).headers["X-Total-Count"]
            assert int(total) == taken
            assert client.get("/health").status_code == 200

            filler.unlink()
            again = client.post(
                "/reports", json=[public_report(each) for each in range(taken, taken + BATCH)]
            )
            assert again.status_code == 200
            assert {each["status"] for each in again.json()} == {"created"}
            assert client.post("/reports", json=public_report(10**6)).status_code in (201, 507)
            assert server.stop() == 0
        # With its log, which there was no room to take up into the file.
        copy = shutil.copytree(small, tmp_path / "copy")
        with sqlite3.connect(copy / "registry.sqlite") as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            (count,) = connection.execute("select count(*) from reports").fetchone()
            assert count >= taken + BATCH


@pytest.mark.slow
def test_a_server_whose_files_may_not_grow_says_so(tmp_path):
    """The same for everybody, whoever runs the tests: a limit of the process in place of a full disk."""
    import resource

    limit = 3 * 2**20

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    server = Server(
        f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--allow-anonymous-writes", AIPOWER_SERVE_RATE_LIMIT="0"
    )
    with server.start(preexec_fn=limited), httpx.Client(base_url=server.url, timeout=60) as client:
        taken, _, answer = filled_up(client, {503, 507})
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert taken > 0
        assert all(there(client, number) for number in range(0, taken, 37))
        assert (
            int(client.get("/reports", params={"limit": 1, "total": "true"}).headers["X-Total-Count"])
            == taken
        )
    with server.start(), httpx.Client(base_url=server.url, timeout=60) as client:
        again = client.post("/reports", json=[public_report(each) for each in range(taken, taken + BATCH)])
        assert {each["status"] for each in again.json()} == {"created"}
