"""The relational form: five tables, and the keys between them."""

import csv
import json

import pytest
from boamps_documents import full_document

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.columns import TABLES, table_columns
from ai_power_export.report.flat.form import Form
from ai_power_export.report.flat.tables import write_relational


def read(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_value_is_in_the_table_it_belongs_to(tmp_path):
    write_relational([("a.json", full_document())], tmp_path, Form.CSV)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{table}.csv" for table in TABLES)
    for table in TABLES:
        (row,) = read(tmp_path, table)
        assert row.pop("rest") == "" and row["report"] == "1"
        assert all(row.values()), table


def test_keys_join_entries_to_their_report(tmp_path):
    documents = [
        {"header": {"reportId": "first"}, "measures": [{"powerConsumption": 1.5}, {"powerConsumption": 2.5}]},
        {"header": {"reportId": "second"}, "measures": [{"powerConsumption": 4}]},
    ]
    assert write_relational([("a", documents[0]), ("b", documents[1])], tmp_path, Form.CSV) == 2
    ids = {row["report"]: row["header.reportId"] for row in read(tmp_path, "reports")}
    found = [
        (ids[row["report"]], row["index"], row["powerConsumption"]) for row in read(tmp_path, "measures")
    ]
    assert found == [("first", "0", "1.5"), ("first", "1", "2.5"), ("second", "0", "4.0")]


def test_rest_of_a_table_is_of_its_entry(tmp_path):
    document = {
        "extra": 1,
        "task": {
            "algorithms": [{"classPath": "a", "own/key": 2, "epochsNumber": 3.0}, {}],
            "dataset": "none",
        },
        "measures": [],
    }
    write_relational([("a", document)], tmp_path, Form.CSV)
    (report,) = read(tmp_path, "reports")
    assert json.loads(report["rest"]) == {"/extra": 1, "/task/dataset": "none", "/measures": []}
    first, second = read(tmp_path, "algorithms")
    assert (first["classPath"], first["epochsNumber"]) == ("a", "3.0")
    assert json.loads(first["rest"]) == {"/own~1key": 2, "/epochsNumber": 3.0}
    assert json.loads(second["rest"]) == {"": {}}
    assert read(tmp_path, "datasets") == []


def test_types_are_in_parquet_even_where_a_table_is_empty(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_relational([("a", {"task": {}})], tmp_path, Form.PARQUET)
    for table in TABLES:
        schema = parquet.read_schema(tmp_path / f"{table}.parquet")
        shown = {"string": "string", "int64": "int64", "double": "float64"}
        assert [(field.name, shown[str(field.type)]) for field in schema] == [
            (column.name, column.type) for column in table_columns(table)
        ]


def test_without_reports_nothing_is_written(tmp_path):
    (tmp_path / "reports.csv").write_text("older")
    with pytest.raises(BadInput):
        write_relational([], tmp_path, Form.CSV)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["older"]
