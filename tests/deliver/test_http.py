"""What the HTTP destination sends, what it makes of answers, and where it never goes."""

import base64
import json
import logging
import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from answering import Answer, AnsweringServer, taken
from certificates import certificate, few_certificates  # noqa: F401 - a fixture of all tests here
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.deliver.http.client import LONGEST_ANSWER
from ai_power_export.deliver.http.destination import Http
from ai_power_export.deliver.interface import Parcel, Receipt, Refused, Unreachable
from ai_power_export.errors import BadInput

TOKEN = "xyzzy-1234.plugh~5678_token"


def parcel(number: int = 0, **more) -> Parcel:
    report_id = more.pop("report_id", f"dd43ca44-efd2-4a42-8fbe-{number:012}")
    return Parcel(f"report_{number}.json", {"header": {"reportId": report_id}, "n": number}, **more)


def parcels(count: int) -> list[Parcel]:
    return [parcel(number) for number in range(count)]


@pytest.fixture
def server():
    with AnsweringServer(taken) as server:
        yield server


def http(server, path: str = "", token: str | None = TOKEN, timeout: float = 5) -> Http:
    return Http(server.url + path, lambda: token, timeout=timeout)


def deliver(server, *given: Parcel, **more) -> list:
    return list(http(server, **more).deliver(given or [parcel()]))


def answered(server, answer: Answer | int, **more):
    """What is made of one answer to one report."""
    server.answer = lambda _: Answer(answer) if isinstance(answer, int) else answer
    (found,) = deliver(server, **more)
    return found


# ---- what is sent ---------------------------------------------------------------------------------


def test_one_report_is_posted_with_all_that_is_told_beside_it(server):
    signature = {"reportId": "é", "value": "AA=="}
    one = parcel(signature=signature, corrects="ad5c8c17-before")
    assert deliver(server, one) == [Receipt(True, f"{server.url}/reports/{one.report_id}")]
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/reports", one.document)
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["idempotency-key"] == one.key
    assert asked.headers["report-corrects"] == "ad5c8c17-before"
    assert json.loads(base64.b64decode(asked.headers["report-signature"])) == signature
    assert asked.headers["content-type"] == "application/json"


def test_a_report_that_is_there_is_not_new(server):
    server.answer = lambda asked: Answer(200, {**taken(asked).body, "status": "exists"})
    assert [answer.is_new for answer in deliver(server)] == [False]


def test_many_reports_go_together_over_one_connection(server):
    given = parcels(250)
    assert deliver(server, *given) == [Receipt(True, f"{server.url}/reports/{p.report_id}") for p in given]
    assert [len(asked.json) for asked in server.asked] == [100, 100, 50]
    assert len({asked.peer for asked in server.asked}) == 1
    assert not any("idempotency-key" in asked.headers for asked in server.asked)


def test_what_a_header_tells_of_a_report_goes_with_that_one_alone_and_in_its_turn(server):
    given = [*parcels(2), parcel(2, signature={"value": "AA=="}), parcel(3, corrects="before"), parcel(4)]
    assert [receipt.where[-1] for receipt in deliver(server, *given)] == list("01234")
    assert [isinstance(asked.json, list) for asked in server.asked] == [True, False, False, False]


def test_an_address_with_a_path_is_posted_to_as_it_is(server):
    server.answer = lambda _: Answer(204)
    assert deliver(server, *parcels(2), path="/in?project=cats") == [Receipt(True), Receipt(True)]
    assert [asked.path for asked in server.asked] == ["/in?project=cats"] * 2
    assert http(server, "/in?project=cats").place == f"{server.url}/in?project=cats"


def test_no_token_is_no_header(server):
    deliver(server, token=None)
    assert "authorization" not in server.asked[0].headers


def test_blanks_around_a_token_are_not_part_of_it(server):
    deliver(server, token=f"{TOKEN}\n")
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_ids_that_no_header_carries(server):
    of_others = parcel(report_id="Größe\r\nX-Injected: 1")
    assert deliver(server, of_others)[0].is_new
    assert not {"idempotency-key", "x-injected"} & set(server.asked[0].headers)
    refused = deliver(server, parcel(corrects="a\r\nX-Injected: 1"))[0]
    assert isinstance(refused, Refused)
    assert len(server.asked) == 1


def test_a_report_that_cannot_be_said_exactly_stops_no_other(server):
    broken = Parcel("b.json", {"header": {"reportId": "b"}, "n": float("nan")})
    kinds = [type(answer) for answer in deliver(server, parcel(0), broken, parcel(1))]
    assert kinds == [Receipt, Refused, Receipt]


def test_requests_tell_all_and_send_nothing(server):
    given = [*parcels(2), parcel(2, corrects="before", signature={"value": "AA=="})]
    told = list(http(server).requests(given))
    assert len(told) == 2
    assert told[0].startswith(f"POST {server.url}/reports: 2 reports, ")
    assert told[0].endswith("with a token")
    assert told[1].endswith("with a token, Idempotency-Key, Report-Corrects, Report-Signature")
    assert "without a token" in next(http(server, token=None).requests(given))
    assert server.asked == []


# ---- what is made of answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (400, Refused, "answers 400 Bad Request"),
        (401, Refused, "the token is not known there"),
        (403, Refused, "does not give the right to deliver"),
        (404, Refused, "check the address"),
        (405, Refused, "check the address"),
        (409, Refused, "aipower edit makes one"),
        (413, Refused, "larger than what is taken"),
        (415, Refused, "no JSON is taken"),
        (422, Refused, "not taken as it is"),
        (301, Refused, "redirects to nowhere"),
        (499, Refused, "answers 499"),
        (408, Unreachable, "answers 408"),
        (425, Unreachable, "answers 425"),
        (429, Unreachable, "answers 429 Too Many Requests"),
        (500, Unreachable, "answers 500"),
        (502, Unreachable, "answers 502 Bad Gateway"),
        (503, Unreachable, "answers 503"),
        (504, Unreachable, "answers 504"),
    ],
)
def test_statuses(server, status, kind, says):
    for path in ("", "/in"):
        answer = answered(server, status, path=path)
        assert isinstance(answer, kind)
        assert says in str(answer)
        assert str(answer).startswith(server.url)


def test_without_a_token_it_is_told_where_one_belongs(server):
    told = str(answered(server, 401, token=None))
    assert "AIPOWER_TOKEN" in told
    assert f"keyring set ai-power-export {server.url.removeprefix('http://')}" in told


def problem(**more) -> Answer:
    return Answer(422, {"type": "about:blank", "title": "Not valid", "status": 422, **more})


def test_findings_are_told_before_the_detail(server):
    findings = [
        {"path": "task.x", "what": "is odd", "severity": "warning", "code": "odd"},
        {"path": "task.taskStage", "what": "is missing", "mend": "say training", "severity": "error"},
        {"path": "measures", "what": "is empty", "mend": "", "severity": "error"},
    ]
    told = str(answered(server, problem(detail="2 errors", findings=findings)))
    assert told.endswith("not taken as it is: task.taskStage is missing (say training), and 1 more")
    assert str(answered(server, problem(detail="2 errors"))).endswith(": 2 errors")
    assert str(answered(server, problem(findings=[]))).endswith(": Not valid")
    assert str(answered(server, problem(findings="x", detail=3, title=None))).endswith("as it is")


def test_what_a_server_says_is_one_clean_line(server):
    secret = "gh" + "p_" + "a1B2c3D4e5" * 4
    detail = (
        f"no\x1b[2J\r\nway \u202e{TOKEN} {secret} https://me:hunter22@example.org/x?sig=abcdefgh12 "
        + "z" * 999
    )
    told = str(answered(server, problem(detail=detail)))
    assert told.isprintable()
    assert len(told) <= 300
    assert not [word for word in (TOKEN, secret, "hunter22", "abcdefgh12") if word in told]
    plain = Answer(400, f"{TOKEN}\nsorry".encode(), {"Content-Type": "text/plain; charset=utf-8"})
    assert str(answered(server, plain)).endswith("[secret] sorry")
    page = Answer(400, b"<h1>sorry</h1>", {"Content-Type": "text/html"})
    assert "<h1>" not in str(answered(server, page))


@pytest.mark.parametrize(
    ("told", "after"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("99999999999999999999", 24 * 3600),
        ("-1", None),
        ("1e3", None),
        ("soon", None),
        ("\u0667", None),
        ("", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 9999999 08:49:37 GMT", None),
    ],
)
def test_retry_after(server, told, after):
    headers = {"Retry-After": told.encode().decode("latin-1")}
    for status in (429, 503):
        assert answered(server, Answer(status, headers=headers)).after == after


def test_retry_after_as_a_date_is_told_by_the_clock_of_the_server(server):
    moment = datetime.now(timezone.utc) + timedelta(seconds=90)
    headers = {"Retry-After": format_datetime(moment, usegmt=True)}
    assert 80 < answered(server, Answer(503, headers=headers)).after <= 90


@pytest.mark.parametrize(
    ("told", "kind", "says"),
    [
        ({"detail": "no such country"}, Refused, "not taken as it is: no such country"),
        ({"statusCode": 409, "detail": "taken"}, Refused, "aipower edit makes one that takes its place): taken"),
        ({"statusCode": 503}, Unreachable, "answers 503"),
        ({"statusCode": "x", "findings": [{"path": "a", "what": "b"}]}, Refused, "as it is: a b"),
    ],
)  # fmt: skip
def test_one_bad_report_stops_no_other(server, told, kind, says):
    given = parcels(20)

    def answer(asked):
        found = taken(asked).body
        found[7] = {"id": None, "status": "refused", **told}
        return Answer(200, found)

    server.answer = answer
    answers = deliver(server, *given)
    assert [index for index, each in enumerate(answers) if not isinstance(each, Receipt)] == [7]
    assert isinstance(answers[7], kind)
    assert says in str(answers[7])
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_a_report_for_which_many_are_refused_is_found(server, status):
    given = parcels(100)
    server.answer = lambda asked: (
        Answer(status) if given[42].report_id.encode() in asked.body else taken(asked)
    )
    answers = deliver(server, *given)
    assert [index for index, each in enumerate(answers) if not isinstance(each, Receipt)] == [42]
    assert len(server.asked) < 20


def test_too_many_at_once_go_in_smaller_numbers(server):
    server.answer = lambda asked: taken(asked) if len(asked.body) < 1000 else Answer(413)
    assert all(isinstance(each, Receipt) for each in deliver(server, *parcels(100)))


@pytest.mark.parametrize(
    ("answer", "requests"),
    [
        (Answer(429, headers={"Retry-After": "3"}), 1),
        (Answer(503), 2),
        (Answer(401), 1),
        (Answer(404), 1),
        (Answer(302, headers={"Location": "/login"}), 1),
        (Answer(409), 5),
    ],
)
def test_a_place_that_takes_nothing_is_left_alone(server, answer, requests):
    server.answer = lambda _: answer
    answers = deliver(server, *parcels(5), path="/in")
    assert len(answers) == 5
    assert not any(isinstance(each, Receipt) for each in answers)
    assert len(server.asked) == requests


def test_a_fault_for_one_report_does_not_keep_the_others(server):
    bad = parcel(1).report_id.encode()
    server.answer = lambda asked: Answer(500 if bad in asked.body else 201)
    kinds = [type(each) for each in deliver(server, *parcels(4), path="/in")]
    assert kinds == [Receipt, Unreachable, Receipt, Receipt]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Please sign in</html>",
        b"{}",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"id": ' + b"9" * 100_000 + b"}",
        b'{"id": "dd43ca44-efd2-4a42-8fbe-000000000000", "hash": "0", "status": "created"}',
        b'{"id": {}, "hash": [], "status": {}}',
        b"\xff\xfe",
    ],
)
def test_what_does_not_name_the_report_has_not_taken_it(server, body):
    answer = answered(server, Answer(200, body))
    assert isinstance(answer, Unreachable)
    assert "no registry" in str(answer)
    server.answer = lambda _: Answer(200, body)
    assert [type(each) for each in deliver(server, *parcels(2))] == [Unreachable] * 2


def test_answers_in_another_order_are_none(server):
    server.answer = lambda asked: Answer(200, taken(asked).body[::-1])
    assert [type(each) for each in deliver(server, *parcels(2))] == [Unreachable] * 2


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example/x", "//elsewhere.example/x", "\x1b[31m", "http://[", 3, "/r?token=abcdefgh1"],
)
def test_a_receipt_names_no_other_place(server, url):
    server.answer = lambda asked: Answer(201, {**taken(asked).body, "url": url})
    assert deliver(server) == [Receipt(True, "")]


@pytest.mark.parametrize("status", [201, 422, 503])
def test_an_endless_answer_is_not_read_to_its_end(server, status):
    sent = 0

    def endless(file):
        nonlocal sent
        while sent < 50 * LONGEST_ANSWER:
            sent += file.write(b"x" * 2**16)

    answer = answered(server, Answer(status, endless))
    assert isinstance(answer, Refused if status == 422 else Unreachable)
    assert sent < 3 * LONGEST_ANSWER


def test_a_slow_answer_has_an_end(server):
    def slow(file):
        for _ in range(1000):
            file.write(b" ")
            file.flush()
            time.sleep(0.01)

    assert "the end of its answer" in str(answered(server, Answer(201, slow), timeout=0.1))
    assert "no answer within 0.1 s" in str(
        answered(server, Answer(201, lambda _: time.sleep(1)), timeout=0.1)
    )


@settings(max_examples=100, deadline=None)
@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=50) | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "id", "hash", "url", "detail", "findings", "path"]), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    retry=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8),
    location=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
    count=st.integers(1, 3),
)  # fmt: skip
def test_no_answer_breaks_anything(server_for_all, status, body, retry, location, count):
    headers = {"Retry-After": retry, "Location": location, "Content-Type": "application/json"}
    server, destination = server_for_all
    server.answer = lambda _: Answer(status, body if status not in (204, 304) else b"", headers)
    found = list(destination.deliver(parcels(count)))
    assert len(found) == count
    assert all(isinstance(each, (Refused, Unreachable)) and str(each).isprintable() for each in found)


@pytest.fixture(scope="module")
def server_for_all():
    with AnsweringServer(taken) as server:
        yield server, http(server)


# ---- where it goes --------------------------------------------------------------------------------


def redirect(status: int, location: str) -> Answer:
    return Answer(status, headers={"Location": location})


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_to_the_same_server_keeps_all(server, status):
    server.answer = lambda asked: (
        redirect(status, "/v2/reports") if asked.path == "/reports" else taken(asked)
    )
    assert deliver(server)[0].is_new
    first, second = server.asked
    assert (second.method, second.path, second.body) == ("POST", "/v2/reports", first.body)
    assert second.headers["authorization"] == f"Bearer {TOKEN}"
    assert second.headers["idempotency-key"] == first.headers["idempotency-key"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_to_another_server_leaves_the_token_and_never_takes_it_up_again(server, status):
    with AnsweringServer(lambda asked: redirect(status, f"{server.url}/back")) as other:
        server.answer = lambda asked: redirect(status, other.url) if asked.path != "/back" else taken(asked)
        assert deliver(server)[0].is_new
        assert "authorization" not in other.asked[0].headers
        assert TOKEN not in str(other.asked[0].headers)
    assert ["authorization" in asked.headers for asked in server.asked] == [True, False]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_redirects_that_would_lose_the_report_are_told(server, status):
    answer = answered(server, redirect(status, "https://new.example/reports?session=s3cr3tvalue1"))
    assert isinstance(answer, Refused)
    assert "redirects to https://new.example/reports, where a report cannot follow" in str(answer)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://example.org/", "read and changed"),
        ("ftp://127.0.0.1/", "no address"),
        ("http://me:pw@127.0.0.1/", "key or password"),
        ("file:///etc/passwd", "no address"),
        ("http://127.0.0.1:99999/", "no address"),
        ("http://[", "where nothing is sent"),
        ("/reports", "in a circle"),
        ("", "in a circle"),
    ],
)
def test_redirects_that_are_not_followed(server, location, says):
    answer = answered(server, redirect(307, location))
    assert isinstance(answer, Refused)
    assert says in str(answer)
    assert "pw" not in str(answer)


@pytest.mark.parametrize(
    "words",
    [
        "https://me:hunter22@example.org/in",
        "https://hunter22@example.org",
        "https://example.org/in?token=hunter22abc",
        "https://example.org/in?api_key=hunter22abc",
        "https://example.org/in#access_token=hunter22abc",
        "https://me:hunter22@example.org:x/",
        "http://example.org",
        "http://10.0.0.1",
        "https://",
        "https:///reports",
        "https://example.org:99999",
        "https://exa\x00mple.org",
        "ftp://example.org",
    ],
)
def test_addresses_that_are_refused(words):
    with pytest.raises(BadInput) as caught:
        Http(words, lambda: None)
    assert "hunter22" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_the_same_place_has_the_same_name():
    names = ["https://example.org", "HTTPS://Example.org/", "https://example.org:443/#top"]
    assert {Http(name, lambda: None).place for name in names} == {"https://example.org"}
    assert Http("http://[::1]:8000/", lambda: None).place == "http://[::1]:8000"


# ---- TLS and proxies ------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path, monkeypatch):
    context, path = certificate(tmp_path, "127.0.0.1")
    with AnsweringServer(taken, context) as server:
        (answer,) = deliver(server)
        assert isinstance(answer, Unreachable)
        assert re.search("certificate is not trusted, self.signed", str(answer))
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", path)
        assert deliver(server)[0].is_new
        server.answer = lambda _: redirect(307, "http://127.0.0.1:1/")
        assert "https is not left for http" in str(deliver(server)[0])


def test_a_certificate_of_another_host_gets_nothing(tmp_path, monkeypatch):
    context, path = certificate(tmp_path, "example.org")
    monkeypatch.setenv("SSL_CERT_FILE", path)
    with AnsweringServer(taken, context) as server:
        assert "certificate is not trusted" in str(deliver(server)[0])
        assert server.asked == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSL_CERT_FILE", "/nowhere.pem"), ("HTTPS_PROXY", "gopher://me:hunter22@proxy.example")],
)
def test_an_environment_that_cannot_be_used_is_told_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    (answer,) = Http("https://example.org", lambda: TOKEN).deliver([parcel()])
    assert isinstance(answer, Unreachable)
    assert name in str(answer)
    assert "hunter22" not in str(answer)


def test_a_proxy_of_the_environment_is_asked_for_others_only(server, monkeypatch):
    with AnsweringServer(lambda _: Answer(502)) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert deliver(server)[0].is_new
        assert proxy.asked == []
        (answer,) = Http("https://registry.example", lambda: TOKEN).deliver([parcel()])
        assert isinstance(answer, Unreachable)
        (asked,) = proxy.asked
        assert (asked.method, asked.path) == ("CONNECT", "registry.example:443")
        assert TOKEN not in str(asked.headers)


# ---- the token ------------------------------------------------------------------------------------


def test_the_token_is_in_no_log_message_or_repr(server, caplog):
    caplog.set_level(logging.DEBUG)
    destination = http(server)
    for status in (201, 401, 403, 422, 500):
        server.answer = lambda asked, status=status: Answer(
            status, {"detail": f"Bearer {TOKEN} {asked.headers['authorization']}", "url": f"/{TOKEN}"}
        )
        for answer in destination.deliver([parcel()]):
            assert TOKEN not in f"{answer} {answer!r}"
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    shown = (
        f"{destination!r} {destination.place} {vars(destination)} {list(destination.requests([parcel()]))}"
    )
    assert TOKEN not in shown + caplog.text


@pytest.mark.parametrize("token", ["two words1", "schlüssel1", "line\r\nX-Injected: 1", "x" * 1001])
def test_a_token_that_no_header_carries_is_not_shown(server, token):
    (answer,) = deliver(server, token=token)
    assert isinstance(answer, Refused)
    assert not [word for word in token.split() if len(word) > 1 and word in str(answer)]
    assert server.asked == []


def test_the_token_is_asked_for_once_and_late(server):
    calls = []
    destination = Http(server.url, lambda: calls.append(1) or TOKEN)
    assert calls == []
    for _ in range(2):
        list(destination.deliver([parcel()]))
    assert calls == [1]
