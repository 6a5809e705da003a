"""A report is checked whole, whatever it is."""

import json
from datetime import datetime, timezone

import pytest
from public_reports import public_report
from schema_documents import WRONG, documents

from ai_power_export.report.checks.check import MOST, check
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import VERSIONS

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
ODD = (
    *WRONG,
    10**400,
    -(10**400),
    5e-324,
    "\ud800",
    "\0",
    "x\n" * 1000,
    [[]],
    {"": {}},
    {"a\nb": 1},
    "9999-99-99",
)


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ([{}, {}], "is a list of 2, not a report"),
        ({"reportId": "x"}, "is no report: it has none of task, measures, infrastructure"),
        ("x", "is no JSON object"),
        (None, "is no JSON object"),
    ],
)
def test_what_is_something_else_is_told_in_one_finding(document, what):
    checked = check(document, NOW)
    assert [(each.path, each.what, each.code) for each in checked.findings] == [
        ("report", what, "not-a-report")
    ]


def test_the_version_is_the_one_that_a_document_shows():
    assert check({"task": {"algorithms": [{"$$key": "x"}]}, "hardware": []}, NOW).version == "orange-0.0.1"
    assert check({"task": {"taskType": "x"}, "measures": [{"unit": "Wh"}]}, NOW).version == "boamps-2024"
    assert check({"task": {}}, NOW).version == "boamps"


def test_a_report_that_is_broken_is_checked_for_meaning_and_keys_as_well():
    document = {"task": 1, "measures": [{"powerConsumption": -1, "measurmentMethod": "x"}]}
    codes = {each.code for each in check(document, NOW).findings}
    assert {"wrong-type", "missing-field", "unknown-key", "energy-not-positive"} <= codes


def test_errors_and_warnings_are_apart():
    checked = check({"task": 1, "tusk": 1}, NOW)
    assert {each.code for each in checked.errors} == {"wrong-type", "missing-field"}
    assert {each.code for each in checked.warnings} == {"unknown-key"}


def test_of_endless_findings_only_so_many_are_kept():
    assert len(check({"measures": [{}] * (10 * MOST)}, NOW).findings) <= 3 * MOST


@pytest.mark.parametrize("version", VERSIONS)
def test_any_document_is_checked_and_each_finding_is_one_line(version):
    for document in documents(load_schema(version), 100, wrong=0.1, odd=ODD):
        for each in check(document, NOW).findings:
            assert each.what
            assert "\n" not in str(each)


@pytest.mark.parametrize(
    ("place", "path"),
    [("value", "task.taskFamily"), ("entry", "measures[0].version"), ("key", r"task.\ud800")],
)
def test_half_of_a_surrogate_pair_is_an_error_wherever_it_stands(place, path):
    sound = public_report(1)
    assert not check(sound).errors
    broken = "a \ud800 b"
    if place == "value":
        sound["task"]["taskFamily"] = broken
    elif place == "entry":
        sound["measures"][0]["version"] = broken
    else:
        sound["task"]["\ud800"] = 1
    assert [(each.path, each.code) for each in check(sound).errors] == [(path, "half-character")]


def test_a_whole_pair_is_text():
    sound = public_report(1)
    sound["task"]["taskDescription"] = json.loads(r'"\ud83d\ude00 é"')
    assert not check(sound).errors
