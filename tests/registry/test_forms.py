"""Reports as tables: everything in them, in bounded memory, harmless in spreadsheets."""

import csv
import io
import json
from itertools import islice

import pytest
from served_reports import served_reports

from ai_power_export.registry.forms import LENGTHS, MEDIA_TYPES, Form, accepted, as_csv, as_json, as_parquet
from ai_power_export.registry.paging import Kept
from ai_power_export.report.flat import parquet_form
from ai_power_export.report.flat.columns import wide_columns
from ai_power_export.report.flat.tables import reports_of
from ai_power_export.report.format.versions import CURRENT, version_of

REPORTS = served_reports()
CURRENT_ONES = [report for report in REPORTS if version_of(report) == CURRENT]


def kept(reports):
    for number, report in enumerate(reports, 1):
        yield Kept(number, report["header"]["reportId"], 1, "h", "2026-11-22 08:00:00", json.dumps(report))


def plain(report):
    return json.dumps(report, sort_keys=True)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_holds_every_report_and_all_of_it(served, tmp_path, form):
    answer = served.get("/reports", params={"format": form, "format_version": CURRENT, "sort": "received"})
    assert answer.headers["content-type"].startswith(MEDIA_TYPES[Form(form)])
    assert answer.headers["content-disposition"] == f'attachment; filename="reports.{form}"'
    table = tmp_path / f"reports.{form}"
    table.write_bytes(answer.content)
    assert [plain(report) for _, report in reports_of(table)] == [plain(report) for report in CURRENT_ONES]


def test_older_versions_stand_in_the_columns_of_the_current_one(served):
    answer = served.get(
        "/reports", params={"format": "csv", "format_version": ["boamps-2024", "orange-0.0.1"]}
    )
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert len(rows) == 2 and all(float(row["measures.0.powerConsumption"]) > 0 for row in rows)


def test_tables_come_whole_or_in_pages_with_the_same_columns(served):
    names = [column.name for column in wide_columns(LENGTHS)]
    whole = [*csv.reader(io.StringIO(served.get("/reports", params={"format": "csv"}).text))]
    assert whole[0] == names and len(whole) == 1 + len(REPORTS)
    answer, rows = served.get("/reports", params={"format": "csv", "limit": 20}), []
    while True:
        head, *page = csv.reader(io.StringIO(answer.text))
        assert head == names
        rows += page
        if "next" not in answer.links:
            break
        answer = served.get(answer.links["next"]["url"])
    assert rows == whole[1:]
    nothing = served.get("/reports", params={"format": "csv", "publisher": "nobody"})
    assert [*csv.reader(io.StringIO(nothing.text))] == [names]


def test_formulas_are_texts_in_csv_and_untouched_elsewhere(served):
    query = {"publisher.prefix": "=HYPERLINK"}
    (row,) = csv.DictReader(io.StringIO(served.get("/reports", params={**query, "format": "csv"}).text))
    assert row["header.publisher.name"] == "'=HYPERLINK(1)"
    (entry,) = served.get("/reports", params=query).json()["reports"]
    assert entry["report"]["header"]["publisher"]["name"] == "=HYPERLINK(1)"


def test_the_form_is_that_which_is_accepted(served):
    for accept, kind in [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0.2, text/csv;q=0.1", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
    ]:
        answer = served.get("/reports", params={"limit": 1}, headers={"Accept": accept})
        assert answer.headers["content-type"] == kind and "Accept" in answer.headers["vary"]
    assert served.get("/reports", headers={"Accept": "image/png"}).status_code == 406
    assert served.get("/reports?format=csv", headers={"Accept": "image/png"}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("text/*", Form.CSV),
        ("application/*;q=0.5, text/csv;q=0.6", Form.CSV),
        ("application/json;q=0, */*", Form.CSV),
        ("application/json;q=much", None),
        ("text/html", None),
        (",;q=,", None),
    ],
)
def test_accept_headers(accept, form):
    assert accepted(accept) is form


@pytest.mark.parametrize("write", [as_csv, as_parquet, lambda reports: as_json(reports, None)])
def test_answers_begin_before_all_is_read(write, monkeypatch):
    monkeypatch.setattr(parquet_form, "ROW_GROUP", 50)
    read = 0

    def reports():
        nonlocal read
        for each in kept(REPORTS * 10):
            read += 1
            yield each

    pieces = write(reports())
    assert sum(len(piece) for piece in islice(filter(None, pieces), 2)) > 0
    assert read < len(REPORTS) * 5


def test_json_of_nothing_is_an_empty_page():
    assert json.loads(b"".join(as_json([], None))) == {"reports": [], "next": None}
