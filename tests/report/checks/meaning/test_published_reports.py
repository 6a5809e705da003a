"""Reports that others published or wrote: sound ones pass without an error, known faults are found."""

import json
import os
from datetime import datetime, timezone
from pathlib import Path

import pytest
from boamps_documents import full_document
from official_boamps import official_folder, read
from sound_report import CURRENT, changed, found

from ai_power_export.report.checks.check import check
from ai_power_export.report.format.versions import version_of

LATER = datetime(2027, 1, 1, tzinfo=timezone.utc)
SOUND = {
    "boamps-llm-inference.json": set(),
    "2024-08-example-1.json": set(),
    "orange-0.0.1-instance1.json": {"country-unknown"},  # UK
    "orange-0.0.1-instance2.json": set(),
}


def samples_folder():
    """The folder `shared/samples` beside the checkout, of other tools' outputs; skips without it."""
    beside = Path(__file__).resolve().parents[5] / "shared" / "samples"
    folder = Path(os.environ.get("AIPOWER_SAMPLES") or beside)
    if not folder.is_dir():
        pytest.skip(
            f"no reports of other tools in {folder}: set AIPOWER_SAMPLES to the folder that holds them"
        )
    return folder


@pytest.mark.parametrize("name", SOUND)
def test_official_samples_have_no_error(name):
    document = read(official_folder() / "examples" / name)
    checked = check(document, LATER)
    meant = {code for _, code in found(document, version_of(document))}
    assert meant == SOUND[name]
    assert not [each for each in checked.errors if checked.version != "orange-0.0.1"]


def test_a_generated_sample_tells_that_nobody_filled_it_in():
    document = read(official_folder() / "examples" / "2024-08-example-2.json")
    codes = {code for _, code in found(document, "boamps-2024")}
    assert {"placeholder", "energy-not-positive", "count-zero", "coordinates-zero"} <= codes


WRONG = {
    "run": {"end-as-beginning"},
    "simulated-rapl": {"end-as-beginning"},
    "three-tasks": {"end-as-beginning"},
    "offline-canada": {"end-as-beginning", "place-fallback"},
}


@pytest.mark.parametrize("folder", WRONG)
def test_what_other_trackers_write_wrongly_is_found(folder):
    (report,) = (samples_folder() / "codecarbon" / folder).glob("boamps_report_*.json")
    findings = check(json.loads(report.read_text(encoding="utf-8")), LATER).findings
    assert {each.code for each in findings} >= WRONG[folder] | {"missing-field"}
    assert "task" in {each.path for each in findings}  # every one of them lacks it


def _as_other_trackers_write_it():
    """What an exporter wrote that knows no task, no country and no beginning."""
    document = changed(CURRENT, "measures.0.measurementDateTime", CURRENT["header"]["reportDatetime"])
    document["environment"] = {"country": "Canada", "latitude": 46.8, "longitude": -71.2}
    document["infrastructure"]["components"][1]["nbComponent"] = 0
    del document["infrastructure"]["components"][1]["componentName"]
    del document["task"]
    return document


def test_the_faults_of_other_exporters_are_found():
    told = {(each.path, each.code) for each in check(_as_other_trackers_write_it(), LATER).findings}
    assert told == {
        ("task", "missing-field"),
        ("environment.country", "place-fallback"),
        ("measures[0].measurementDateTime", "end-as-beginning"),
        ("infrastructure.components[1].nbComponent", "count-zero"),
    }


WEAKNESSES = {
    "a misspelt key": ("measures.0.powerConsumtion", 0.1, "unknown-key"),
    "no date format": ("measures.0.measurementDateTime", "yesterday", "date-unreadable"),
    "no date format of the report": ("header.reportDatetime", "soon", "date-unreadable"),
    "no minimum of energy": ("measures.0.powerConsumption", -5, "energy-not-positive"),
    "no minimum of counts": ("infrastructure.components.0.nbComponent", -3, "count-negative"),
    "no minimum of durations": ("measures.0.measurementDuration", -1, "duration-not-positive"),
    "no limits of coordinates": ("environment.latitude", 999, "coordinate-out-of-range"),
    "empty words": ("task.taskStage", "", "empty-text"),
    "empty countries": ("environment.country", "", "empty-text"),
    "a list of measures without any": ("measures", [], "empty-list"),
}


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_what_the_official_schema_lets_pass_is_found(weakness):
    path, value, code = WEAKNESSES[weakness]
    assert code in {each.code for each in check(changed(CURRENT, path, value), LATER).findings}


def test_per_cent_for_a_share_is_told():
    (finding,) = check(changed(CURRENT, "measures.0.averageUtilizationCpu", 35), LATER).errors
    assert "did you mean 0.35?" in finding.mend


def test_a_document_that_only_the_schema_likes_has_warnings():
    """Every field filled, none with sense."""
    codes = {code for _, code in found(full_document())}
    assert {"date-unreadable", "report-id", "country-unknown"} <= codes
