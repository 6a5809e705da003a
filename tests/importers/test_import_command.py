"""`aipower import` as it is called."""

from __future__ import annotations

import json

import pytest
from codecarbon_files import VERSION_3, table, without
from running import AIPOWER

GOOD = VERSION_3
BAD = {**VERSION_3, "run_id": "99999999-2222-3333-4444-555555555555", "energy_consumed": "-0.3"}
TRAIN = """
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

X, y = load_digits(return_X_y=True)
RandomForestClassifier(n_estimators=10).fit(X, y)
"""


@pytest.fixture
def imported(run, tmp_path):
    def _imported(*arguments, **files):
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        return run("import", *arguments, program=AIPOWER)

    return _imported


def test_one_report_with_its_evidence(imported):
    done = imported("runs", runs=table(GOOD))
    assert (done.returncode, done.stdout) == (0, "")
    (report,) = done.reports
    assert report["measures"][0]["powerConsumption"] == 1.0
    assert report["header"]["reportStatus"] == "draft"
    assert done.evidence[0]["reportId"] == report["header"]["reportId"]
    assert "aipower: wrote power-reports/report_" in done.stderr
    assert "local-time" in done.stderr


def test_a_script_and_settings_make_it_a_valid_report(imported, tmp_path, official):
    (tmp_path / "train.py").write_text(TRAIN)
    options = ("--script", "train.py", "--country", "FRA", "--timezone", "Europe/Paris", "--output", "out")
    settings = ("infrastructure.infraType=onPremise", "infrastructure.components.nbComponent=1")
    said = [word for each in settings for word in ("--set", each)]
    done = imported("runs", *options, *said, runs=table(GOOD))
    assert done.returncode == 0, done.stderr
    (path,) = (each for each in (tmp_path / "out").iterdir() if "evidence" not in each.name)
    report = json.loads(path.read_text())
    assert not list(official.iter_errors(report))
    assert report["header"]["reportStatus"] == "final"
    assert report["task"]["taskStage"] == "training"
    (algorithm,) = report["task"]["algorithms"]
    assert algorithm["classPath"] == "sklearn.ensemble.RandomForestClassifier"
    assert "frameworkVersion" not in algorithm  # what is installed today is not what ran
    assert path.name.startswith("report_training_imageClassification_onPremise_")
    evidence = json.loads(path.with_suffix(".evidence.json").read_text())
    place = evidence["fields"]["task.algorithms[0].classPath"]["place"]
    assert place == "train.py:6"
    assert not {fact["origin"] for fact in evidence["fields"].values()} & {"machine"}


def test_rows_that_were_refused_make_the_exit_code_1(imported):
    done = imported("runs", runs=table(GOOD, BAD))
    assert done.returncode == 1
    assert "aipower: runs:3: energy is negative (-0.3 kWh); row left out\n" in done.stderr
    assert len(done.reports) == 1


def test_a_file_of_nobody_makes_it_2_and_the_others_go_through(imported):
    done = imported("x", "runs", x="a,b\n1,2\n", runs=table(GOOD))
    assert done.returncode == 2
    assert "aipower: x: no tool is known that writes such a file; tried codecarbon," in done.stderr
    assert len(done.reports) == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("--from", "joulemeter", "runs"),
            "aipower: --from: no tool is called 'joulemeter' (one of codecarbon, ",
        ),
        (("--timezone", "Paris", "runs"), "aipower: --timezone: 'Paris' is no time zone"),
        (("--set", "taskStage", "runs"), "aipower: --set: 'taskStage' is no FIELD=VALUE"),
        (("--country", "Utopia", "runs"), "aipower: option: country: 'Utopia' is no country"),
        (("--script", "none.py", "runs"), "aipower: none.py: "),
        (("--per", "epoch", "runs"), "aipower: Invalid value for '--per'"),
        ((), "aipower: Missing argument 'FILE'"),
    ],
)
def test_bad_use_is_one_line_and_exit_code_2(imported, arguments, line):
    done = imported(*arguments, runs=table(GOOD))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_importing_twice_doubles_nothing(imported, tmp_path):
    first = imported("runs", runs=table(GOOD))
    (path,) = first.report_paths
    path.write_text(path.read_text().replace('"draft"', '"final"'))
    again = imported("runs", "copy", copy=table(GOOD))
    assert again.returncode == 0
    assert "there already and left as it was: 2 (--replace writes reports anew)" in again.stderr
    assert again.report_paths == [path]
    assert again.reports[0]["header"]["reportStatus"] == "final"
    replaced = imported("runs", "--replace")
    assert [each["header"]["reportStatus"] for each in replaced.reports] == ["draft"]


def test_a_report_that_is_replaced_may_get_another_name(imported):
    imported("runs", runs=table(GOOD))
    done = imported("runs", "--replace", "--set", "task.taskStage=training")
    (path,) = done.report_paths
    assert path.name.startswith("report_training_")


def test_json_is_one_document_on_stdout(imported):
    done = imported("runs", "--json", runs=table(GOOD, BAD))
    written, refused = json.loads(done.stdout)["results"]
    assert written["outcome"] == "written"
    assert written["line"] == 2
    assert written["report"] == str(done.report_paths[0].relative_to(done.folder))
    assert written["reportId"] == done.reports[0]["header"]["reportId"]
    assert "task is missing" in written["missing"]
    assert refused == {
        "file": "runs",
        "line": 3,
        "outcome": "refused",
        "why": "energy is negative (-0.3 kWh)",
    }


def test_many_reports_are_told_in_one_line(imported):
    rows = [{**GOOD, "run_id": f"{number:08}-2222-3333-4444-555555555555"} for number in range(12)]
    done = imported("runs", runs=table(*rows))
    assert done.stderr.count("aipower: wrote power-reports/report_") == 10
    assert "aipower: wrote 12 reports to power-reports; 12 are drafts" in done.stderr
    assert "in 12 of 12: local-time: " in done.stderr


def test_per_row(imported):
    half = {"timestamp": "2024-09-26T10:17:00", "duration": "1800.0", "energy_consumed": "0.5",
            "cpu_energy": "0.0375", "gpu_energy": "0.45", "ram_energy": "0.0125"}  # fmt: skip
    text = table({**GOOD, **half}, GOOD)
    assert len(imported("runs", runs=text).reports) == 1
    done = imported("runs", "--per", "row", "--output", "rows", "--json")
    assert len(json.loads(done.stdout)["results"]) == 2


def test_a_version_without_columns_of_today(imported):
    done = imported("runs", runs=table(without(GOOD, "pue", "wue", "tracking_mode", "cpu_model")))
    assert done.returncode == 0
