"""What strangers send: refused with a clear answer or kept as it is, never a failure, never more than it is."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import socket
import time
from urllib.parse import quote

import httpx
import psutil
import pytest
from public_reports import public_report
from serving import Server

from ai_power_export.report.format.boamps import FIELDS

JSON = {"Content-Type": "application/json"}
MEBIBYTE = 2**20
ALLOWED_GROWTH = 150 * MEBIBYTE
"""More memory than the server may take for requests of which none is kept; all of them are some 1 GiB."""

TEXTS = (
    "'; DROP TABLE reports; --",
    '" OR ""="',
    "1) UNION SELECT hash FROM tokens --",
    "%' ESCAPE '%",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}#{7*7}",
    "${jndi:ldap://localhost/a}",
    "a\r\nSet-Cookie: a=b\r\n\r\n<p>",
    "=HYPERLINK(1)",
    "\x1b[31m\x7f\u202e\ufeff",
    "%00%0a%2e%2e%2f%s%n",
    "\U0001f40c\u0301\uffff",
    "x" * 100_000,
)
"""Valid texts that somebody who trusts them would stumble over."""

FREE = {
    field.path
    for field in FIELDS
    if field.kind == "string"
    and not field.choices
    and "Date" not in field.path
    and field.path != "header.reportId"
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request, tmp_path_factory):
    """A registry that is open to everybody, on each kind of database."""
    folder = tmp_path_factory.mktemp("hostile")
    is_sqlite = request.param == "sqlite"
    database = (
        f"sqlite:///{folder}/registry.sqlite"
        if is_sqlite
        else request.getfixturevalue("postgresql").new_database()
    )
    limits = {"AIPOWER_SERVE_RATE_LIMIT": "0", "AIPOWER_SERVE_BODY_TIME_LIMIT": "2"}
    with Server(database, folder, "--allow-anonymous-writes", **limits) as running:
        yield running
        assert running.is_running
        assert '"status": 500' not in running.log


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
        assert client.get("/ready").status_code == 200


def filled(document, text: str, path: str = ""):
    """A document with a text in all fields that take any."""
    if isinstance(document, dict):
        return {key: filled(value, text, f"{path}.{key}".lstrip(".")) for key, value in document.items()}
    if isinstance(document, list):
        return [filled(value, text, path) for value in document]
    return text if path in FREE else document


@pytest.mark.parametrize("place", range(len(TEXTS)))
def test_any_text_is_kept_as_it_is_and_does_nothing(client, place):
    report = filled(public_report(100 + place), TEXTS[place])
    assert json.dumps(report).count(json.dumps(TEXTS[place])) >= 15
    sent = json.dumps(report)
    answer = client.post("/reports", content=sent.encode(), headers=JSON)
    assert answer.status_code == 201, answer.text[:500]

    got = client.get(answer.json()["url"])
    assert got.text == sent
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in got.headers
    report_id = report["header"]["reportId"]
    listed = client.get("/reports", params={"report_id": report_id}).json()["reports"]
    assert [each["report"] for each in listed] == [report]
    found = client.get("/reports", params={"publisher": TEXTS[place][:1000]})
    assert found.status_code < 500
    assert {each["report"]["header"]["publisher"]["name"] for each in found.json().get("reports", [])} <= {
        TEXTS[place]
    }
    table = client.get("/reports", params={"report_id": report_id, "format": "csv"})
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.headers["Content-Disposition"].startswith("attachment")
    (row,) = csv.DictReader(io.StringIO(table.text, newline=""))
    assert not any(cell.startswith("=") for cell in row.values())


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\udc00x"])
def test_text_that_is_no_text_is_refused_or_kept(client, text):
    """PostgreSQL keeps no NUL, and nothing can be hashed with half of a surrogate pair."""
    for key, place in (("name", "publisher"), ("reportStatus", None), ("licensing", None)):
        report = public_report(200)
        holder = report["header"][place] if place else report["header"]
        holder[key] = text
        answer = client.post("/reports", content=json.dumps(report).encode(), headers=JSON)
        assert answer.status_code in (201, 200, 409, 422), answer.text
        if answer.status_code in (200, 201):
            assert client.get(answer.json()["url"]).text == json.dumps(report)
    report = {**public_report(201), text: text}
    sent = json.dumps(report).encode()
    assert client.post("/reports", content=sent, headers=JSON).status_code in (200, 201, 409, 422)


@pytest.mark.parametrize(
    "report_id", [*TEXTS, "", ".", "..", "a/b", "a?b", "a#b", "\0", "é", "versions/1", 7, None, {}]
)
def test_an_id_that_cannot_stand_in_an_address_is_refused(client, report_id):
    answer = client.post("/reports", json=public_report(300, reportId=report_id))
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    if isinstance(report_id, str) and report_id:
        for path in (
            f"/reports/{quote(report_id[:2000], safe='')}",
            f"/reports/{quote(report_id[:2000], safe='')}/versions",
        ):
            assert client.get(path).status_code in (200, 404, 405, 422)


@pytest.mark.slow
def test_any_parameter_takes_any_text(client):
    texts = [text[:500] for text in (*TEXTS, "\0", "-1", "9" * 400, "1e999", "NaN", "", "null", "٣")]
    described = client.get("/openapi.json").json()["paths"]
    tried = 0
    for path in ("/reports", "/stats", "/schemas/{version}"):
        for place, parameter in enumerate(described[path]["get"]["parameters"]):
            if parameter["in"] == "query":
                text = texts[place % len(texts)]
                answer = client.get(path.format(version="boamps"), params={parameter["name"]: text})
                assert answer.status_code < 500, (path, parameter["name"], text, answer.text)
                tried += 1
    assert tried > 100


HEADERS = {
    "POST": ("Idempotency-Key", "Report-Signature", "Report-Corrects", "X-Request-ID"),
    "GET": ("Accept", "If-None-Match", "Accept-Encoding", "X-Forwarded-For"),
}


@pytest.mark.parametrize(
    ("method", "header"), [(method, name) for method in HEADERS for name in HEADERS[method]]
)
def test_any_header_takes_any_words(client, method, header):
    body = json.dumps(public_report(400)).encode() if method == "POST" else None
    for text in (*(text[:4000] for text in TEXTS), "e30=", "W10=", "bnVsbA==", "0", "\xff"):
        words = text.encode().replace(b"\r", b"").replace(b"\n", b" ").strip()
        headers = [(b"Content-Type", b"application/json"), (header.encode(), words)]
        answer = client.request(method, "/reports?limit=1", content=body, headers=headers)
        assert answer.status_code < 500, (header, text, answer.text)
        assert "Set-Cookie" not in answer.headers


def deep(opening: bytes, closing: bytes, inner: bytes = b"1") -> bytes:
    return opening * 50_000 + inner + closing * 50_000


REPORT = json.dumps(public_report(500)).encode()
BOMBS = {
    "deep lists": deep(b"[", b"]"),
    "deep objects": deep(b'{"task":', b"}"),
    "deep in a field": REPORT.replace(b'"header"', b'"x": ' + deep(b"[", b"]") + b', "header"', 1),
    "never closed": b"[" * 1_000_000,
    "wide": b'{"task": {' + b",".join(b'"k%d":1' % n for n in range(300_000)) + b"}}",
    "many entries": b"[" + b"{}," * 200_000 + b"{}]",
    "nothing in many": b"[" + b"[]," * 3000 + b"[]]",
    "the same key": b'{"task": 1' + b',"task":1' * 100_000 + b"}",
    "a key twice": REPORT.replace(b'"quality"', b'"quality": "low", "quality"', 1),
    "a huge whole number": REPORT.replace(b'"nbComponent": 1', b'"nbComponent": ' + b"9" * 400, 1),
    "a number of megabytes": b'{"task": ' + b"9" * 5_000_000 + b"}",
    "an infinite number": REPORT.replace(b'"nbComponent": 1', b'"nbComponent": 1e999', 1),
    "an exponent": REPORT.replace(b'"nbComponent": 1', b'"nbComponent": 1e999999999999', 1),
    "NaN": REPORT.replace(b'"nbComponent": 1', b'"nbComponent": NaN', 1),
    "infinity": REPORT.replace(b'"nbComponent": 1', b'"nbComponent": -Infinity', 1),
    "no UTF-8": REPORT.replace(b"Quillwork", b"\xff\xfe\xc3", 1),
    "UTF-16": REPORT.decode().encode("utf-16"),
    "overlong": REPORT.replace(b"Quillwork", b"\xc0\xaf", 1),
    "a bare NUL": REPORT.replace(b"Quillwork", b"\0", 1),
    "two documents": REPORT + REPORT,
    "broken off": REPORT[:-20],
    "nothing": b"",
    "blanks": b" " * 1_000_000,
    "null": b"null",
    "a text": b'"report"',
    "a number": b"1e5",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "gzip": gzip.compress(b" " * 50_000_000),
}


@pytest.mark.parametrize("what", BOMBS)
def test_what_is_no_report_is_refused(client, what):
    answer = client.post("/reports", content=BOMBS[what], headers=JSON)
    if answer.status_code == 200:  # many: each on its own
        assert {each["status"] for each in answer.json()} == {"refused"}
        return
    assert answer.status_code in (400, 413, 422), answer.text[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.content) < MEBIBYTE
    assert "root:" not in answer.text


def test_many_reports_of_which_some_are_bombs(client):
    good = json.dumps(public_report(600)).encode()
    within = (BOMBS["a key twice"], BOMBS["an infinite number"], b"null", b"[" * 90 + b"]" * 90)
    answer = client.post("/reports", content=b"[" + b",".join((*within, good)) + b"]", headers=JSON)
    assert [each["status"] for each in answer.json()][-1] == "created"
    assert {each["status"] for each in answer.json()[:-1]} == {"refused"}


def test_reports_are_kept_as_texts_of_their_own(client):
    """What is not looked at, a field of our own, holds whatever it holds, and is not lost."""
    report = copy.deepcopy(public_report(700)) | {
        "x": {"__proto__": {"a": 1}, "$ref": "file:///etc/passwd", "": [[[]]]}
    }
    answer = client.post("/reports", json=report)
    assert answer.status_code == 201
    assert client.get(answer.json()["url"]).json() == report


def raw(server: Server, head: str, *pieces: bytes, pause: float = 0) -> bytes:
    """Send bytes, as long as the server takes them, and return what it answers."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            connection.sendall(
                f"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{head}\r\n".encode()
            )
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has heard enough
        try:
            return connection.recv(65536)
        except OSError:
            return b""


def megabytes(count: int, frame: bool):
    piece = b" " * MEBIBYTE
    for _ in range(count):
        yield b"%x\r\n%s\r\n" % (len(piece), piece) if frame else piece


def memory_of(server: Server) -> int:
    process = psutil.Process(server.process.pid)
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])


@pytest.mark.slow
def test_a_hundred_megabytes_are_refused_and_never_held(server, client):
    assert client.post("/reports", json=[public_report(n) for n in range(800, 830)]).status_code == 200
    before = memory_of(server)
    for _ in range(3):
        told = raw(server, "Content-Length: 104857600\r\n", *megabytes(100, frame=False))
        assert told == b"" or b" 413 " in told
        chunked = raw(server, "Transfer-Encoding: chunked\r\n", *megabytes(100, frame=True), b"0\r\n\r\n")
        assert chunked == b"" or b" 413 " in chunked
        one_chunk = raw(
            server, "Transfer-Encoding: chunked\r\n", b"6400000\r\n", *megabytes(100, frame=False)
        )
        assert one_chunk == b"" or b" 413 " in one_chunk
        assert memory_of(server) < before + ALLOWED_GROWTH
    print(f"memory {before / MEBIBYTE:.0f} MiB before, {memory_of(server) / MEBIBYTE:.0f} MiB after 900 MiB")


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 10\r\n",  # the rest is another request, which is none
        "Content-Length: -1\r\n",
        "Content-Length: 1e9\r\n",
        f"Content-Length: {'9' * 100}\r\n",
        "Content-Length: 5\r\nContent-Length: 500\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTrailer: a\r\n",
        "Content-Encoding: gzip\r\nContent-Length: 2000\r\n",
        "X: " + "a" * 100_000 + "\r\n",
        "".join(f"X{n}: a\r\n" for n in range(5000)),
        "Expect: nonsense\r\nContent-Length: 2\r\n",
    ],
    ids=range(12),
)
def test_a_head_that_lies_is_refused(server, client, head):
    answer = raw(server, head, REPORT)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:200]


def test_gzip_is_not_unpacked(client):
    bomb = gzip.compress(b" " * 100_000_000)
    for coding in ("gzip", "deflate", "br", "gzip, gzip", "identity, gzip"):
        answer = client.post("/reports", content=bomb, headers={**JSON, "Content-Encoding": coding})
        assert answer.status_code == 415


@pytest.mark.slow
def test_who_sends_slowly_holds_nobody_up(server, client):
    heads = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(50)]
    for place, connection in enumerate(heads):
        connection.sendall(b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n")
        if place % 2:
            connection.sendall(b"Content-Length: 1000\r\n\r\n[")
    assert client.post("/reports", json=public_report(900)).status_code == 201
    assert b" 408 " in heads[1].recv(65536)
    for connection in heads:
        connection.close()
    assert client.get("/reports?limit=1").status_code == 200


def test_nothing_was_lost_of_what_was_there(client):
    listed = client.get("/reports", params={"limit": 1, "total": "true"})
    assert int(listed.headers["X-Total-Count"]) >= 1
    assert client.get("/tokens").status_code == 401
