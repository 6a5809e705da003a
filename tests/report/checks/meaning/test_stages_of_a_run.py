"""What contradicts between the reports of one run."""

import pytest
from sound_report import CURRENT, changed

from ai_power_export.report.checks.meaning.stages import OfRun, consistent_stages

RUN = {"id": "r1", "stages": [{"name": "training"}, {"name": "inference"}], "overlaps": []}


def _report(name, stage, kwh, seconds=100, run=RUN):
    document = changed(
        changed(CURRENT, "measures.0.powerConsumption", kwh), "measures.0.measurementDuration", seconds
    )
    return OfRun(name, document, "boamps", {**run, "stage": stage})


def _told(*reports):
    return {(name, each.path, each.code) for name, each in consistent_stages(reports)}


WHOLE = _report("whole", None, 1.0, 600)


def test_stages_that_are_parts_of_their_run_are_fine():
    assert _told(WHOLE, _report("a", "training", 0.7), _report("b", "inference", 0.3)) == set()


def test_a_stage_used_no_more_than_the_run():
    told = _told(WHOLE, _report("a", "training", 1.5))
    energy = "measures[0].powerConsumption"
    assert told == {("a", energy, "stage-above-run"), ("whole", energy, "stages-above-run")}


def test_a_stage_took_no_longer_than_the_run():
    told = _told(WHOLE, _report("a", "training", 0.5, 700))
    assert told == {("a", "measures[0].measurementDuration", "stage-longer-than-run")}


def test_stages_together_used_no_more_than_the_run():
    told = _told(WHOLE, _report("a", "training", 0.7), _report("b", "inference", 0.6))
    assert told == {("whole", "measures[0].powerConsumption", "stages-above-run")}


def test_what_ran_at_once_is_counted_in_each_stage():
    overlap = {"stages": ["training", "inference"], "interval": {"kwh": 0.3}}
    run = {**RUN, "overlaps": [overlap]}
    reports = (
        _report("whole", None, 1.0, 600, run),
        _report("a", "training", 0.7),
        _report("b", "inference", 0.6),
    )
    assert _told(*reports) == set()


def test_energies_are_compared_by_meter():
    other = changed(_report("a", "training", 5.0).document, "measures.0.measurementMethod", "wattmeter")
    assert _told(WHOLE, OfRun("a", other, "boamps", {**RUN, "stage": "training"})) == set()


def test_other_runs_are_their_own_matter():
    assert _told(WHOLE, _report("a", "training", 5.0, run={**RUN, "id": "r2"})) == set()


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"id": 1},
        {"id": "r1"},
        {"id": "r1", "stages": []},
        {"id": "r1", "stages": [], "overlaps": [None, {"stages": [1]}]},
    ],
)
def test_evidence_of_any_shape_is_taken(run):
    for document in ({}, [], None, CURRENT):
        reports = [OfRun("a", document, "boamps", run), OfRun("b", document, "boamps", {**run, "stage": "x"})]
        assert all(each.code == "stages-above-run" for _, each in consistent_stages(reports))
