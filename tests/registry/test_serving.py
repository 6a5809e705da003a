"""The server as a process: how it starts, what it logs, what becomes of a database that fails, how it stops."""

from __future__ import annotations

import json
import socket
import sqlite3
import time

import httpx
import pytest
from running import AIPOWER
from serving import Server
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from taken_reports import callers_of, id_of, new_report

from ai_power_export.registry.database import Database
from ai_power_export.registry.failures import problem_of


def test_what_is_under_way_when_it_is_stopped_is_finished(tmp_path):
    with Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path) as server, callers_of(server) as callers:
        report = new_report()
        body = json.dumps(report).encode()
        lines = [
            "POST /reports HTTP/1.1",
            "Host: x",
            f"Authorization: {callers['contributor'].headers['authorization']}",
        ]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        url = httpx.URL(server.url)
        with socket.create_connection((url.host, url.port), timeout=60) as connection:
            connection.sendall("\r\n".join(lines).encode() + body[:100])
            assert callers["anonymous"].get("/health").status_code == 200
            server.process.terminate()
            _until_refused(url)
            connection.sendall(body[100:])
            assert connection.recv(100).startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(60) == 0
        server.start()
        assert callers["anonymous"].get(f"/reports/{id_of(report)}").status_code == 200


def _until_refused(url: httpx.URL) -> None:
    while True:
        try:
            socket.create_connection((url.host, url.port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)


def test_a_line_of_json_is_logged_for_each_request(callers):
    client = callers["contributor"]
    answer = client.post(
        "/reports?secret=q-e-c-r-e-t", json=new_report(), headers={"X-Request-ID": "from-a-proxy"}
    )
    other = client.get("/nowhere", headers={"X-Request-ID": "two\twords"})
    assert answer.headers["x-request-id"] == "from-a-proxy"
    line = callers.server.logged_request("from-a-proxy")
    assert (line["method"], line["path"], line["status"]) == ("POST", "/reports", 201)
    assert (
        line["level"] == "info"
        and line["ms"] > 0
        and line["client"] == "127.0.0.1"
        and len(line["token"]) == 8
    )
    assert callers.server.logged_request(other.headers["x-request-id"])["status"] == 404
    assert [json.loads(line) for line in callers.server.log.splitlines()]


def test_no_secret_and_no_report_is_logged(callers):
    client = callers["contributor"]
    secret = client.headers["authorization"].removeprefix("Bearer ")
    client.post("/reports?secret=q-e-c-r-e-t", json=new_report())
    last = client.post("/reports", json={"task": "Quillwork Institute"})
    callers.server.logged_request(last.headers["x-request-id"])
    log = callers.server.log
    assert "/reports" in log
    assert [each for each in (secret, "q-e-c-r-e-t", "Quillwork") if each in log] == []


def test_answers_let_no_browser_run_what_strangers_wrote(callers):
    report = new_report()
    report["task"]["taskDescription"] = "<script>alert(1)</script>"
    callers["contributor"].post("/reports", json=report)
    answer = callers["anonymous"].get(f"/reports/{id_of(report)}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_it_listens_to_this_machine_alone_unless_told_otherwise(callers):
    assert callers.server.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "options",
    [
        ("--database", "mysql://user:PaSsWoRd@host/name"),
        ("--database", "postgresql://user:PaSsWoRd@127.0.0.1:1/name"),
        ("--database", "postgresql://user:PaSsWoRd@[/name"),
        ("--database", "sqlite:///no/such/folder/r.sqlite"),
        ("--database", "sqlite://"),
        ("--host", "203.0.113.1"),
        ("--port", "70000"),
    ],
    ids=["kind", "nobody there", "no URL", "no folder", "no file", "no address of ours", "no port"],
)
def test_what_cannot_be_served_is_one_line_without_secrets(run, options):
    told = run("serve", *options, program=AIPOWER)
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "PaSsWoRd" not in told.stderr


def test_a_port_that_is_taken_is_one_line(callers, run):
    told = run("serve", "--port", callers.server.url.rpartition(":")[2], program=AIPOWER)
    assert told.returncode == 2 and told.stderr.count("\n") == 1


def test_a_file_that_is_no_database_is_left_alone(run, tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, " * 100)
    told = run("serve", "--database", "notes.txt", program=AIPOWER)
    assert told.returncode == 2 and told.stderr.count("\n") == 1
    assert (tmp_path / "notes.txt").read_text() == "not a database, " * 100


def test_a_full_disk_is_told_apart_from_a_database_that_is_away(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/r.sqlite")
    with pytest.raises(DBAPIError) as full, database.writing() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        connection.execute(text("PRAGMA max_page_count = 3"))
        connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
    assert problem_of(full.value).status == 507
    with database.writing() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    with sqlite3.connect(tmp_path / "r.sqlite") as other:
        other.execute("DROP TABLE IF EXISTS t")
    with pytest.raises(DBAPIError) as fault, database.reading() as connection:
        connection.execute(text("SELECT * FROM t"))
    assert problem_of(fault.value).status == 503
    database.close()
