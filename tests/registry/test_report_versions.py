"""Versions of a report, and reports that take the place of others: nothing is deleted."""

from __future__ import annotations

import json

import pytest
from taken_reports import corrected, id_of, new_report


def send(client, report, corrects=None):
    headers = {} if corrects is None else {"Report-Corrects": id_of(corrects)}
    return client.post("/reports", json=report, headers=headers)


def versions(client, report):
    listed = client.get(f"/reports/{id_of(report)}/versions").json()
    return [(each["url"], each["supersededBy"]) for each in listed]


def url(report, version=1):
    return f"/reports/{id_of(report)}/versions/{version}"


def test_a_corrective_report_of_the_same_id_is_its_next_version(callers):
    client, report = callers["contributor"], new_report()
    better = corrected(report, quality="low")
    best = corrected(report, quality="high")
    assert [send(client, each).json()["version"] for each in (report, better, best)] == [1, 2, 3]
    assert json.loads(client.get(f"/reports/{id_of(report)}").text) == best
    assert [json.loads(client.get(url(report, each)).text) for each in (1, 2, 3)] == [report, better, best]
    assert versions(client, report) == [
        (url(report), url(report, 2)),
        (url(report, 2), url(report, 3)),
        (url(report, 3), None),
    ]
    assert client.get(url(report)).headers["link"] == f'<{url(report, 2)}>; rel="successor-version"'
    assert "link" not in client.get(f"/reports/{id_of(report)}").headers


def test_versions_in_one_request_follow_each_other(callers):
    report = new_report()
    several = [report, corrected(report, quality="low"), corrected(report, quality="high"), report]
    told = callers["contributor"].post("/reports", json=several).json()
    assert [(each["version"], each["status"]) for each in told] == [
        (1, "created"), (2, "created"), (3, "created"), (1, "exists"),
    ]  # fmt: skip
    assert versions(callers["contributor"], report)[0] == (url(report), url(report, 2))


def test_another_report_of_the_same_id_is_refused(callers):
    client, report = callers["contributor"], new_report()
    send(client, report)
    assert send(client, {**report, "x": 1}).status_code == 409
    assert versions(client, report) == [(url(report), None)]


def test_only_who_delivered_a_report_or_a_manager_corrects_it(callers):
    report = new_report()
    send(callers["contributor one"], report)
    assert send(callers["contributor two"], corrected(report, x=1)).status_code == 403
    assert send(callers["contributor two"], new_report(), report).status_code == 403
    assert send(callers["contributor one"], corrected(report, x=2)).status_code == 201
    assert send(callers["manager"], corrected(report, x=3)).status_code == 201
    assert send(callers["manager"], new_report(), report).status_code == 201


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_report_takes_the_place_of_another_whichever_arrives_first(callers, first):
    client, old, new = callers["contributor"], new_report(), new_report()
    for step in ("old", "new") if first == "old" else ("new", "old"):
        sent = send(client, old) if step == "old" else send(client, new, old)
        assert sent.status_code == 201
    answer = client.get(f"/reports/{id_of(old)}")
    assert json.loads(answer.text) == old
    assert answer.headers["link"] == f'</reports/{id_of(new)}>; rel="successor-version"'
    expected = {(url(old), url(new)), (url(new), None)}
    assert set(versions(client, old)) == set(versions(client, new)) == expected
    listed = client.get("/reports", params={"report_id": [id_of(old), id_of(new)]}).json()["reports"]
    assert [each["id"] for each in listed] == [id_of(new)]


def test_nobody_takes_the_place_of_what_another_delivers_later(callers):
    old, new = new_report(), new_report()
    assert send(callers["contributor one"], new, old).status_code == 201
    assert send(callers["contributor two"], old).status_code == 201
    assert versions(callers["anonymous"], old) == [(url(old), None)]


def test_a_chain_is_told_whole_and_is_no_circle(callers):
    client = callers["contributor"]
    first, second, third = new_report(), new_report(), new_report()
    send(client, first)
    send(client, second, first)
    send(client, third, second)
    assert versions(client, second) == [
        (url(first), url(second)),
        (url(second), url(third)),
        (url(third), None),
    ]
    assert send(client, first, third).status_code == 422
    assert send(client, third, third).status_code == 422
    assert send(client, third, first).status_code == 409  # it corrects the second already
    assert send(client, third, second).json()["status"] == "exists"


def test_a_report_that_is_there_may_be_told_later_what_it_corrects(callers):
    client, old, new = callers["contributor"], new_report(), new_report()
    send(client, old)
    send(client, new)
    assert send(client, new, old).status_code == 200
    assert versions(client, old) == [(url(old), url(new)), (url(new), None)]


def test_a_report_that_is_had_already_is_not_sent_again(callers):
    client, report = callers["contributor"], new_report()
    send(client, report)
    got = client.get(f"/reports/{id_of(report)}")
    assert got.headers["report-version"] == "1"
    again = client.get(f"/reports/{id_of(report)}", headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nobody", "%00", "..%2f..%2fetc", "'%20OR%201=1--", "a" * 5000, "%ff"])
@pytest.mark.parametrize("rest", ["", "/versions", "/versions/1", "/signature"])
def test_what_is_not_there_is_not_found(callers, name, rest):
    assert callers["anonymous"].get(f"/reports/{name}{rest}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x"])
def test_a_version_is_a_number(callers, number):
    report = new_report()
    send(callers["contributor"], report)
    assert callers["anonymous"].get(url(report, number)).status_code == 422
    assert callers["anonymous"].get(url(report, 2)).status_code == 404
