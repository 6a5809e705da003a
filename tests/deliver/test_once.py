"""Of a run with stages either these leave or the run, so that no energy is published twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from public_reports import changed

from ai_power_export.cli.upload import upload_command

KWH = {"preprocessing": 1.0, "training": 6.0, "inference": 2.5}


def interval(kwh: float) -> dict:
    return {"begin": 0.0, "seconds": 1.0, "kwh": kwh}


def write(folder: Path, number: int, stage: str | None, **run) -> None:
    """Write the report of a stage, or of the run (None), and its evidence; `run` says what it differs in."""
    document = changed(number, ("header.publisher.projectName", None))
    (folder / f"{stage or 'run'}.json").write_text(json.dumps(document))
    kept = {
        "id": "a-run",
        "interval": interval(KWH[stage] if stage else 10.0),
        "intervals": [interval(10.0)],
        "stage": stage,
        "stages": [{"name": name, "interval": interval(kwh)} for name, kwh in KWH.items()],
        "overlaps": [],
        **run,
    }
    empty = {"fields": {}, "absent": [], "guesses": [], "dropped": [], "other": {}, "warnings": []}
    beside = {"reportId": document["header"]["reportId"], "run": kept, **empty}
    (folder / f"{stage or 'run'}.evidence.json").write_text(json.dumps(beside))


@pytest.fixture
def upload(tmp_path, monkeypatch, capsys):
    """Write the reports of a run and upload the folder; return which of them arrived, and what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", None)

    def _upload(names=(*KWH, None), place="reports", before=lambda: None, **run):
        (tmp_path / "reports").mkdir()
        for number, stage in enumerate(names):
            write(tmp_path / "reports", 7000 + number, stage, **run)
        before()
        code = upload_command([place], "out", None, preview=False, yes=True)
        there = {path.stem for path in (tmp_path / "reports").glob("*.published")}
        return code, there, capsys.readouterr().err

    return _upload


def test_the_reports_of_stages_leave_for_that_of_their_run(upload):
    code, there, said = upload()
    assert (code, there) == (0, {*KWH})
    assert "run.json stays here: its energy is in the reports of its stages" in said


@pytest.mark.parametrize(
    "run",
    [
        {"overlaps": [{"stages": ["training", "inference"], "interval": interval(0.1)}]},
        {"interval": interval(20.0)},
        {"intervals": [interval(5.0), interval(5.0)]},
        {"stages": [{"name": name, "interval": interval(3)} for name in (*KWH, "another")]},
    ],
    ids=["they overlap", "they are half of it", "it has several stretches", "one is not here"],
)
def test_the_report_of_the_run_leaves_where_stages_do_not_tell_it(upload, run):
    code, there, said = upload(**run)
    assert (code, there) == (0, {"run"})
    assert said.count("stays here: its energy is in the report of its run") == 3


def test_each_of_them_leaves_alone(upload):
    assert upload(place="reports/run.json")[1] == {"run"}


def test_stages_without_the_report_of_their_run_leave(upload):
    assert upload([*KWH])[1] == {*KWH}


def test_where_a_stage_may_not_leave_the_run_does(upload, tmp_path):
    def spoil(path):
        document = json.loads(path.read_text())
        document["header"]["publisher"]["confidentialityLevel"] = "internal"
        path.write_text(json.dumps(document))

    code, there, _ = upload(before=lambda: spoil(tmp_path / "reports" / "training.json"))
    assert (code, there) == (1, {"run"})


def test_of_runs_within_each_other_the_outermost_leaves(tmp_path, upload):
    def put_them_there():
        around = {"outer": [], "inner": ["outer"], "innermost": ["inner", "outer"]}
        for number, run_id in enumerate(around):
            folder = tmp_path / "reports" / run_id
            folder.mkdir()
            write(folder, 7100 + number, None, id=run_id, around=around[run_id], stages=[])

    code, _, said = upload([], before=put_them_there)
    assert code == 0
    assert [each.parent.name for each in tmp_path.rglob("*.published")] == ["outer"]
    assert said.count("its energy is in the report of the run around it") == 2


@pytest.mark.parametrize(
    "run", [{"stages": "?"}, {"stages": [1]}, {"stages": [{}], "intervals": 1, "interval": [], "around": 1}]
)
def test_evidence_of_any_shape_is_no_obstacle(upload, run):
    assert upload(**run)[0] == 0
