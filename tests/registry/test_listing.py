"""Reading a registry: filters, order, pages; the same on both databases."""

import base64
import json
from uuid import UUID

import httpx
import pytest
from public_reports import changed
from served_reports import served_reports
from serving import Server

from ai_power_export.registry.columns import columns_of, words_of

REPORTS = served_reports()
VALUES = [columns_of(report) for report in REPORTS]


def found(client, **query):
    """The reports of all pages of a query, each as it was sent."""
    answer = client.get("/reports", params={"limit": 20, **query})
    reports = []
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        reports += [each["report"] for each in page["reports"]]
        if page["next"] is None:
            assert "next" not in answer.links
            return reports
        assert len(page["reports"]) == query.get("limit", 20)
        answer = client.get(answer.links["next"]["url"])


def those(test):
    """The reports whose columns pass a test, the last that was sent first."""
    return [report for report, values in reversed([*zip(REPORTS, VALUES, strict=True)]) if test(values)]


def low(value):
    return "".join(char.lower() if char.isascii() else char for char in value or "\0")


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ({}, lambda _: True),
        ({"country": "FRA"}, lambda v: v["country"] == "FRA"),
        ({"country": ["France", "deu"]}, lambda v: v["country"] in ("FRA", "DEU")),
        ({"stage": "training"}, lambda v: v["stage"] == "training"),
        ({"family": "image-classification"}, lambda v: v["family"] == "imageClassification"),
        ({"publisher": "ZOO"}, lambda v: low(v["publisher"]) == "zoo"),
        ({"publisher": "éclair"}, lambda v: False),
        ({"publisher": "Éclair"}, lambda v: v["publisher"] == "Éclair"),
        ({"publisher": "\U0001f40c"}, lambda v: v["publisher"] == "\U0001f40c"),
        ({"publisher.prefix": "ZO"}, lambda v: low(v["publisher"]).startswith("zo")),
        ({"publisher.contains": "%_"}, lambda v: "%_" in low(v["publisher"])),
        ({"publisher.contains": "_"}, lambda v: "_" in low(v["publisher"])),
        ({"publisher.contains": "/"}, lambda v: "/" in low(v["publisher"])),
        ({"publisher.contains": "b',;\n<"}, lambda v: "b',;\n<" in low(v["publisher"])),
        ({"publisher.known": "false"}, lambda v: v["publisher"] is None),
        ({"algorithm": "randomforest"}, lambda v: "randomforest" in low(v["algorithm"])),
        ({"algorithm": "svm"}, lambda v: "svm" in map(low, words_of(v["algorithm"]))),
        ({"algorithm": "sv"}, lambda v: False),
        ({"algorithm.prefix": "random"}, lambda v: "\x1frandom" in low(v["algorithm"])),
        ({"algorithm.contains": "forest"}, lambda v: "forest" in low(v["algorithm"])),
        ({"gpu.contains": "a100"}, lambda v: "a100" in low(v["gpu"])),
        ({"energy.min": 0.1}, lambda v: v["energy"] >= 0.1),
        ({"energy.min": 0.05, "energy.max": 0.2}, lambda v: 0.05 <= v["energy"] <= 0.2),
        ({"energy": "1e-12"}, lambda v: v["energy"] == 1e-12),
        ({"duration.known": "false"}, lambda v: v["duration"] is None),
        ({"accuracy.max": 0.8}, lambda v: v["accuracy"] is not None and v["accuracy"] <= 0.8),
        ({"date.min": "2026-10-15"}, lambda v: v["date"] >= "2026-10-15"),
        ({"date.max": "2026-10-15"}, lambda v: v["date"][:10] <= "2026-10-15"),
        ({"date": "2026-10"}, lambda v: v["date"].startswith("2026-10")),
        ({"date": "2026-10-05T08"}, lambda v: v["date"].startswith("2026-10-05 08")),
        ({"received.min": "2026"}, lambda _: True),
        ({"received.max": "2025"}, lambda _: False),
        ({"format_version": "orange-0.0.1"}, lambda v: v["format_version"] == "orange-0.0.1"),
        ({"quality": "high", "country": "SWE"}, lambda v: (v["quality"], v["country"]) == ("high", "SWE")),
    ],
)
def test_filters(served, query, test):
    assert found(served, **query) == those(test)


SORTED = ["publisher", "project", "date", "stage", "energy", "duration", "accuracy", "country", "quality"]


@pytest.mark.parametrize("name", SORTED)
@pytest.mark.parametrize("falls", [False, True])
def test_sorts_by_code_points_and_numbers_with_the_unknown_last(served, name, falls):
    numbered = [*enumerate(zip(REPORTS, VALUES, strict=True))]
    known = [
        (values[name], place, report) for place, (report, values) in numbered if values[name] is not None
    ]
    known.sort(key=lambda each: each[:2], reverse=falls)
    unknown = [report for _, (report, values) in numbered if values[name] is None]
    expected = [each[2] for each in known] + (unknown[::-1] if falls else unknown)
    assert found(served, sort=f"-{name}" if falls else name) == expected


def test_reports_come_as_they_were_sent_with_what_the_registry_knows(served):
    page = served.get("/reports", params={"report_id": str(UUID(int=1001))}).json()
    (entry,) = page["reports"]
    assert entry["report"] == changed(
        1001, ("header.publisher.name", "Zoë & Söhne"), ("task.measuredAccuracy", None)
    )
    assert (entry["id"], entry["version"], page["next"]) == (str(UUID(int=1001)), 1, None)
    assert served.get(entry["url"]).json() == entry["report"]


def test_counts_only_when_asked(served):
    assert "x-total-count" not in served.get("/reports").headers
    answer = served.get("/reports", params={"total": "true", "limit": 1, "stage": "training"})
    assert answer.headers["x-total-count"] == str(len(those(lambda v: v["stage"] == "training")))


@pytest.mark.parametrize(
    "query",
    [
        {"nope": "1"},
        {"energy.contains": "1"},
        {"publisher.min": "a"},
        {"energy.min": "much"},
        {"energy.min": "nan"},
        {"energy.max": "inf"},
        {"energy.min": ["1", "2"]},
        {"energy.known": "perhaps"},
        {"date.min": "yesterday"},
        {"date.min": "2026-13"},
        {"date.max": "2026-02-30"},
        {"date": "2026-11-22T25"},
        {"publisher": ""},
        {"publisher": "a\0b"},
        {"publisher": "x" * 1001},
        {"algorithm": "a\x1fb"},
        {"sort": "algorithm"},
        {"sort": "--energy"},
        {"sort": "document"},
        {"limit": "0"},
        {"limit": "1001"},
        {"versions": "some"},
        {"format": "xml"},
        {"after": "?"},
        {"after": "WzEsMl0"},
        {"after": "W10"},
        {"country": ["FRA"] * 101},
    ],
)
def test_what_means_nothing_is_refused_in_one_line(served, query):
    answer = served.get("/reports", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert detail and "\n" not in detail and len(detail) < 900


def test_an_unknown_filter_is_answered_with_those_there_are(served):
    detail = served.get("/reports", params={"contry": "FRA"}).json()["detail"]
    assert "country" in detail and "energy" in detail
    detail = served.get("/reports", params={"energy.prefix": "1"}).json()["detail"]
    assert "energy.min" in detail


def test_a_cursor_is_of_one_query(served):
    cursor = served.get("/reports", params={"limit": 2, "stage": "training"}).json()["next"]
    assert (
        served.get("/reports", params={"after": cursor, "limit": 5, "stage": "training"}).status_code == 200
    )
    assert served.get("/reports", params={"after": cursor, "stage": "inference"}).status_code == 422
    assert (
        served.get("/reports", params={"after": cursor, "stage": "training", "sort": "date"}).status_code
        == 422
    )


@pytest.mark.parametrize("sort", ["received", "energy", "-publisher", "date"])
def test_no_cursor_breaks_anything(served, sort):
    answer = served.get("/reports", params={"limit": 1, "sort": sort})
    cursor = answer.json()["next"]
    until, value, number, mark = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    values = [
        value,
        None,
        0,
        -3,
        2**62,
        2**63,
        1.5,
        1e308,
        True,
        "x",
        "x\0",
        "\ud800",
        [],
        {},
        "'; --",
        "\x1f",
    ]
    said = [[until, each, number, mark] for each in values]
    said += [[each, value, number, mark] for each in values] + [[until, value, each, mark] for each in values]
    said += [[until, value, number, each] for each in values] + values
    for each in said:
        crafted = base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=")
        status = served.get("/reports", params={"limit": 1, "sort": sort, "after": crafted}).status_code
        assert status in (200, 422), each


def test_pages_go_on_after_the_longest_text(tmp_path):
    longest = [changed(number, ("header.publisher.name", "\U0001f40c" * 1000)) for number in (1, 2, 3)]
    with (
        Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--allow-anonymous-writes") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        client.post("/reports", json=longest).raise_for_status()
        assert found(client, sort="publisher", limit=1) == longest


@pytest.mark.parametrize("sort", ["-received", "date"])
def test_pages_are_of_one_moment_while_others_write(database, tmp_path, sort):
    first = [changed(number) for number in range(1, 31)]
    with (
        Server(database, tmp_path, "--allow-anonymous-writes") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        client.post("/reports", json=first).raise_for_status()
        answer = client.get("/reports", params={"limit": 4, "sort": sort})
        seen, number = [], 100
        while True:
            seen += [each["report"] for each in answer.json()["reports"]]
            number += 1
            # What is corrected stays in its place for who has begun to read; what is new comes after.
            corrective = ("header.reportStatus", "corrective"), ("measures.0.powerConsumption", 1e-9 * number)
            more = [changed(number), *(changed(place, *corrective) for place in (number - 100, 131 - number))]
            answers = client.post("/reports", json=more).json()
            assert "refused" not in {each["status"] for each in answers}, answers
            if "next" not in answer.links:
                break
            answer = client.get(answer.links["next"]["url"])
        assert sorted(map(json.dumps, seen)) == sorted(map(json.dumps, first))
        now = found(client)
        assert len(now) == 30 + number - 100 and {each["header"]["reportStatus"] for each in now} == {
            "final",
            "corrective",
        }
        every = found(client, versions="all", limit=1000)
        assert len(every) > len(now) and len({json.dumps(each) for each in every}) == len(every)


@pytest.mark.parametrize(
    "path", ["/reports", "/reports?format=csv&stage=training", "/stats", "/schemas/boamps"]
)
def test_what_the_reader_has_already_is_not_sent_again(served, path):
    first = served.get(path)
    tag = first.headers["etag"]
    again = served.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert served.get(path, headers={"If-None-Match": '"other"'}).content == first.content


def test_every_answer_has_a_tag_of_its_own(served):
    queries = [
        "",
        "?limit=3",
        "?limit=4",
        "?format=csv",
        "?stage=training",
        "?sort=date",
        "?versions=all",
        "?total=1",
    ]
    tags = [served.get(f"/reports{query}").headers["etag"] for query in queries]
    assert len(set(tags)) == len(tags)


def test_a_new_report_changes_the_tags(tmp_path):
    with (
        Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--allow-anonymous-writes") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        before = [client.get(path).headers["etag"] for path in ("/reports", "/stats")]
        client.post("/reports", json=changed(1)).raise_for_status()
        after = [client.get(path).headers["etag"] for path in ("/reports", "/stats")]
        assert not {*before} & {*after}


def test_what_is_corrected_is_listed_only_when_asked(tmp_path):
    with (
        Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--allow-anonymous-writes") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        old = changed(1)
        better = changed(2, ("header.reportStatus", "corrective"))
        client.post("/reports", json=old).raise_for_status()
        corrects = {"Report-Corrects": old["header"]["reportId"]}
        client.post("/reports", json=better, headers=corrects).raise_for_status()
        assert found(client) == [better] and client.get("/stats").json()["reports"] == 1
        assert found(client, versions="all") == [better, old]
        assert client.get("/reports?total=true").headers["x-total-count"] == "1"
