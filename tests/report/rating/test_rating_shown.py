"""The rating where commands show it, of reports of all versions and of what is none."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from boamps_documents import mutated_documents
from hypothesis import given, settings
from official_boamps import official_folder
from rated_report import NOW, good, good_facts

from ai_power_export.cli.app import app
from ai_power_export.reconcile import reconcile
from ai_power_export.report.assemble import assemble
from ai_power_export.report.evidence import evidence
from ai_power_export.report.format.versions import version_of
from ai_power_export.report.rating.any_version import rating_of
from ai_power_export.report.rating.rate import rate


def written_pair(folder):
    """The good report of a run of yesterday, and its evidence, on disk."""
    verdict = reconcile(good_facts())
    document = assemble(verdict)
    moment = datetime.now(timezone.utc) - timedelta(days=1)
    document["measures"][0]["measurementDateTime"] = f"{moment:%Y-%m-%d %H:%M:%S}"
    document["header"]["reportDatetime"] = f"{moment + timedelta(hours=2):%Y-%m-%d %H:%M:%S}"
    report, beside = folder / "report_a.json", folder / "report_a.evidence.json"
    report.write_text(json.dumps(document))
    beside.write_text(json.dumps(evidence(verdict, document, {})))
    return report, beside


@settings(max_examples=50, deadline=None)
@given(mutated_documents())
def test_no_document_is_too_strange_to_be_rated(document):
    told = rate(document, None, NOW, wrong=True).to_json()
    assert told["medal"] in ("bronze", "none")
    json.dumps(told)


@pytest.mark.parametrize("name", ["2024-08-example-1", "orange-0.0.1-instance2", "boamps-llm-inference"])
def test_reports_of_all_versions_are_rated(name):
    sample = json.loads((official_folder() / "examples" / f"{name}.json").read_text())
    rating = rating_of(sample, version_of(sample), None, wrong=False)
    assert rating.medal in ("bronze", "none")
    assert len(rating.lifts) > 2


def test_explain_shows_the_rating_and_what_would_lift_it(tmp_path, capsys):
    document, _ = good()
    path = tmp_path / "report_a.json"
    path.write_text(json.dumps(document))
    assert app(["explain", str(path)], standalone_mode=False) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "data quality: silver (" in told
    assert "geographical match 3 where the carbon intensity comes from is not told" in told
    app(["explain", str(path), "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["rating"]["indicators"]["technology"]["score"] == 2
    app(["explain", str(path), "--json", "--field", "task"], standalone_mode=False)
    assert "rating" not in json.loads(capsys.readouterr().out)


def test_validate_rates_each_file_by_what_lies_beside_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    report, beside = written_pair(tmp_path)
    assert app(["validate", "report_a.json"], standalone_mode=False) == 0
    told = capsys.readouterr()
    assert "report_a.json: valid (boamps), gold (" in told.out
    assert told.err.rstrip().endswith("; 1 gold")
    beside.write_text("{}")  # what is no evidence adds nothing, and is no fault of the report
    app(["validate", "--json", "report_a.json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert (found["files"][0]["rating"]["medal"], found["summary"]["medals"]) == ("silver", {"silver": 1})
    beside.unlink()
    report.write_text("[]")
    app(["validate", "--json", "report_a.json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["files"][0]["rating"] is None
