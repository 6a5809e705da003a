"""POST /reports: what is taken, what is refused, and that the same report is there once."""

from __future__ import annotations

import base64
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from public_reports import of_version
from serving import Server
from taken_reports import callers_of, id_of, new_report

from ai_power_export.deliver.interface import Parcel
from ai_power_export.report.signing.keys import SigningKey
from ai_power_export.report.signing.seal import made, to_file, to_hash

JSON = {"Content-Type": "application/json"}


def post(client, report, **headers):
    return client.post("/reports", json=report, headers={k.replace("_", "-"): v for k, v in headers.items()})


def signed(report):
    """A report that names a new key, and the signature by it as a header has it."""
    key = SigningKey(Ed25519PrivateKey.generate())
    report["header"]["publisher"]["publicKey"] = key.public.text
    return report, as_header(to_file(made(report, key)))


def as_header(signature) -> str:
    return base64.b64encode(json.dumps(signature).encode()).decode()


def test_a_report_is_created_once_and_exists_from_then_on(callers):
    report = new_report()
    first, again = (post(callers["contributor"], report) for _ in range(2))
    told = {"id": id_of(report), "version": 1, "hash": Parcel("", report).hash, "findings": []}
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {**told, "status": "created", "url": f"/reports/{id_of(report)}"}
    assert again.json() == {**first.json(), "status": "exists"}


def test_a_report_is_kept_as_it_was_sent(callers):
    text = json.dumps(new_report(), indent=3).replace('"quality"', '"x-note": "1\\u00e9<b>",\n "quality"')
    text = text.replace('"nbComponent": 1', '"nbComponent" :1')
    sent = callers["contributor"].post("/reports", content=f" {text}\n", headers=JSON)
    assert sent.status_code == 201
    assert [each["code"] for each in sent.json()["findings"]] == ["unknown-key"]
    assert callers["anonymous"].get(sent.json()["url"]).text == text


def test_the_layout_of_a_report_makes_no_other_report(callers):
    report = new_report()
    post(callers["contributor"], report)
    again = callers["contributor"].post("/reports", content=json.dumps(report, indent=1), headers=JSON)
    assert again.json()["status"] == "exists"


def test_an_invalid_report_is_told_what_is_wrong(callers):
    report = new_report()
    del report["measures"][0]["powerConsumption"]
    answer = post(callers["contributor"], report)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (finding,) = answer.json()["findings"]
    assert (finding["path"], finding["code"]) == ("measures[0].powerConsumption", "missing-field")
    assert finding["path"] in answer.json()["detail"]
    assert callers["anonymous"].get(f"/reports/{id_of(report)}").status_code == 404


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("publisher", "confidentialityLevel"), "internal", "not-public"),
        (("reportId",), "", "missing-field"),
        (("reportId",), "a/b", "unsafe-id"),
        (("reportId",), "..", "unsafe-id"),
        (("reportId",), "<script>", "unsafe-id"),
        (("reportId",), "a\0", "unsafe-id"),
        (("reportId",), "a" * 201, "unsafe-id"),
    ],
)
def test_what_is_no_open_data_is_refused(callers, path, value, code):
    report = new_report()
    holder = report["header"]
    for each in path[:-1]:
        holder = holder[each]
    holder[path[-1]] = value
    answer = post(callers["contributor"], report)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["findings"]] == [code]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1,",
        b"[1 2]",
        b"[1,]",
        b"[],[]",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\xff"}',
        b"\x1f\x8b\x08",
        b"[" * 100_000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=range(14),
)
def test_what_is_no_plain_json_is_refused(callers, content):
    answer = callers["contributor"].post("/reports", content=content, headers=JSON)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("content", [b"1", b'"a"', b"null", b"{}", b'{"task": 1}'])
def test_json_that_is_no_report_is_refused(callers, content):
    assert callers["contributor"].post("/reports", content=content, headers=JSON).status_code == 422


def test_a_key_is_that_of_the_report(callers):
    report, other = new_report(), new_report()
    assert post(callers["contributor"], report, Idempotency_Key=Parcel("", other).key).status_code == 422
    assert post(callers["contributor"], report, Idempotency_Key=Parcel("", report).key).status_code == 201


def test_each_of_many_is_judged_on_its_own(callers):
    good, bad, private = new_report(), new_report(), new_report()
    del bad["infrastructure"]
    private["header"]["publisher"]["confidentialityLevel"] = "secret"
    texts = [json.dumps(each, indent=indent) for indent, each in enumerate([good, bad, good, private])]
    content = f"[ {texts[0]} ,{texts[1]},\n{texts[2]}, {texts[3]}, 7, [{texts[0]}]]"
    answer = callers["contributor"].post("/reports", content=content, headers=JSON)
    assert answer.status_code == 200
    told = answer.json()
    assert [each["status"] for each in told] == [
        "created",
        "refused",
        "exists",
        "refused",
        "refused",
        "refused",
    ]
    assert [each.get("statusCode") for each in told] == [None, 422, None, 422, 422, 422]
    assert [each["id"] for each in told[:4]] == [id_of(each) for each in (good, bad, good, private)]
    assert callers["anonymous"].get(told[0]["url"]).text == texts[0]


def test_none_of_many_is_nothing(callers):
    assert post(callers["contributor"], []).json() == []


def test_a_large_request_is_judged_as_a_small_one(callers):
    many = [new_report() for _ in range(100)]
    answer = post(callers["contributor"], many)
    assert [each["id"] for each in answer.json()] == [id_of(each) for each in many]
    assert {each["status"] for each in answer.json()} == {"created"}


def test_what_is_said_of_one_report_is_not_said_of_many(callers):
    many = [new_report()]
    for name, value in {"Idempotency-Key": "a:b", "Report-Corrects": "a"}.items():
        assert callers["contributor"].post("/reports", json=many, headers={name: value}).status_code == 422


def test_a_signature_that_holds_is_kept_and_served(callers):
    report, signature = signed(new_report())
    assert post(callers["contributor"], report, Report_Signature=signature).status_code == 201
    served = callers["anonymous"].get(f"/reports/{id_of(report)}/signature")
    assert served.json() == json.loads(base64.b64decode(signature))


def test_a_signature_may_come_after_its_report(callers):
    report, signature = signed(new_report())
    post(callers["contributor"], report)
    where = f"/reports/{id_of(report)}/versions/1/signature"
    assert callers["anonymous"].get(where).status_code == 404
    assert post(callers["contributor"], report, Report_Signature=signature).status_code == 200
    assert callers["anonymous"].get(where).status_code == 200


def test_a_signature_that_does_not_hold_is_refused(callers):
    report, signature = signed(new_report())
    other, _ = signed(new_report())
    forged = as_header(
        {**json.loads(base64.b64decode(signature)), "value": base64.b64encode(b"0" * 64).decode()}
    )
    for sent, header in (
        (other, signature),
        (report, forged),
        (report, "?"),
        (report, as_header([])),
        (report, "e30="),
    ):
        answer = post(callers["contributor"], sent, Report_Signature=header)
        assert answer.status_code == 422, header
    assert callers["anonymous"].get(f"/reports/{id_of(report)}").status_code == 404


def test_a_report_whose_own_signature_is_of_another_text_is_refused(callers):
    key = SigningKey(Ed25519PrivateKey.generate())
    report = of_version("boamps-2024", 2077)
    report["header"]["publisher"]["publicKey"] = key.public.text
    report["$hash"] = to_hash(made(report, key))
    answer = post(callers["contributor"], {**report, "quality": "low"})
    assert answer.status_code == 422
    assert "was changed since it was signed" in answer.json()["detail"]
    assert post(callers["contributor"], report).status_code == 201


@pytest.mark.slow
def test_a_report_sent_at_once_by_many_to_several_servers_is_there_once(database, tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for each in folders:
        each.mkdir()
    with Server(database, folders[0]) as one, Server(database, folders[1]) as two, callers_of(one) as callers:
        shown = dict(callers["contributor"].headers)

        def send(number: int) -> list[str]:
            url = (one, two)[number % 2].url
            with httpx.Client(base_url=url, headers=shown, timeout=60) as client:
                several = client.post("/reports", json=many).json()
                return [each["status"] for each in [*several, client.post("/reports", json=report).json()]]

        report, many = new_report(), [new_report() for _ in range(20)]
        with ThreadPoolExecutor(8) as threads:
            found = [*threads.map(send, range(16))]
    # One of all created each.
    assert [Counter(each) for each in zip(*found, strict=True)] == [{"created": 1, "exists": 15}] * 21
