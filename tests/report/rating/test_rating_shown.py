"""The rating where commands show it, of reports of all versions and of what is none."""

import json

import pytest
from boamps_documents import mutated_documents
from hypothesis import given, settings
from official_boamps import official_folder
from rated_report import NOW, good

from ai_power_export.cli.app import app
from ai_power_export.cli.rated import rating_of
from ai_power_export.report.format.versions import version_of
from ai_power_export.report.rating.rate import rate


@settings(max_examples=100, deadline=None)
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
