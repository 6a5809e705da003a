"""What contradicts between a report and the evidence beside it."""

import json
from pathlib import Path

import pytest
from boamps_documents import JSON
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_report import CURRENT, changed

from ai_power_export.report.checks.files import check_places
from ai_power_export.report.checks.meaning.stages import findings_beside

ENERGY, DURATION = "measures[0].powerConsumption", "measures[0].measurementDuration"


def _interval(kwh, seconds=600):
    return {"kwh": kwh, "seconds": seconds}


def _evidence(stage=None, kwh=0.1, whole=0.1, stages=(0.04, 0.05), overlaps=(), **more):
    run = {
        "id": "r1",
        "interval": _interval(kwh),
        "intervals": [_interval(whole / 2, 300), _interval(whole / 2, 300)],
        "stage": stage,
        "stages": [{"name": f"s{i}", "interval": _interval(each)} for i, each in enumerate(stages)],
        "overlaps": [{"stages": ["s0", "s1"], "interval": _interval(each)} for each in overlaps],
    }
    return {"reportId": CURRENT["header"]["reportId"], "run": {**run, **more}}


def _told(evidence, document=CURRENT):
    return {(each.path, each.code) for each in findings_beside(document, "boamps", evidence)}


@pytest.mark.parametrize("evidence", [_evidence(), _evidence("training", whole=0.3)])
def test_a_report_that_says_what_was_measured_is_fine(evidence):
    assert _told(evidence) == set()


def test_an_energy_that_nobody_measured_is_doubtful():
    assert _told(_evidence("training", kwh=0.05, whole=0.3)) == {(ENERGY, "energy-against-evidence")}


def test_a_stage_used_no_more_than_its_run():
    assert _told(_evidence("training", whole=0.08)) == {(ENERGY, "stage-above-run")}


def test_a_stage_took_no_longer_than_its_run():
    told = _told(_evidence("training"), changed(CURRENT, "measures.0.measurementDuration", 700))
    assert told == {(DURATION, "stage-longer-than-run")}


def test_stages_together_used_no_more_than_their_run():
    assert _told(_evidence(stages=(0.07, 0.06))) == {(ENERGY, "stages-above-run")}


def test_what_ran_at_once_is_counted_once():
    assert _told(_evidence(stages=(0.07, 0.06), overlaps=(0.03,))) == set()


def test_another_meter_has_energies_of_its_own():
    assert _told(_evidence(kwh=5), changed(CURRENT, "measures.0.measurementMethod", "wattmeter")) == set()


def test_the_evidence_of_another_report_tells_nothing():
    assert _told({**_evidence(kwh=5), "reportId": "another"}) == set()


@settings(max_examples=100, deadline=None)
@given(run=st.dictionaries(st.sampled_from(["interval", "intervals", "stage", "stages", "overlaps"]), JSON))
def test_evidence_of_any_shape_is_taken(run):
    sound = _evidence()
    list(findings_beside(CURRENT, "boamps", {**sound, "run": {**sound["run"], **run}}))
    for evidence in (None, [], {"run": run}, {**sound, "run": [run]}):
        assert _told(evidence) == set()


def test_a_folder_is_checked_with_its_evidence(tmp_path):
    for name, evidence in (("fair", _evidence("training")), ("more", _evidence("training", whole=0.08))):
        (tmp_path / f"{name}.json").write_text(json.dumps(CURRENT), encoding="utf-8")
        (tmp_path / f"{name}.evidence.json").write_text(json.dumps(evidence), encoding="utf-8")
    (tmp_path / "odd.json").write_text(json.dumps(CURRENT), encoding="utf-8")
    (tmp_path / "odd.evidence.json").write_text("no JSON", encoding="utf-8")
    found = {
        Path(file.name).stem: {each.code for each in file.errors} for file in check_places([str(tmp_path)])
    }
    assert found == {"fair": set(), "more": {"stage-above-run"}, "odd": set()}
