"""`aipower convert` as a user runs it, and `aipower export --format`."""

import json
import sys

import pytest
from running import Ended

from ai_power_export.cli.app import run
from ai_power_export.report.explain import explain
from ai_power_export.report.read import read_report

SCRIPT = """
from sklearn.datasets import load_iris
from sklearn.svm import SVC

model = SVC(C=2.0)
x, y = load_iris(return_X_y=True)
for _ in range(300):
    model.fit(x, y)
"""

REPORT = {
    "header": {"reportId": "1-2-3", "reportDatetime": "2026-11-01 10:00:00", "reportStatus": "final"},
    "task": {
        "taskStage": "training",
        "taskFamily": "classification",
        "algorithms": [{"algorithmName": "svm", "trainingType": "supervisedLearning", "layersNumber": 3}],
        "dataset": [{"dataUsage": "input", "dataType": "tabular", "dataSize": 0.08}],
    },
    "measures": [{"measurementMethod": "codecarbon", "powerConsumption": 0.351}],
    "infrastructure": {"infraType": "onPremise", "components": [{"componentType": "cpu", "nbComponent": 1}]},
    "environment": {"country": "France"},
}


@pytest.fixture
def convert(tmp_path, monkeypatch, capsys):
    """Run the command in this process, as its entry point does."""

    def _convert(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["aipower", "convert", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        told = capsys.readouterr()
        return Ended(ended.value.code, told.out, told.err, tmp_path)

    return _convert


def put(folder, name="a.json", document=REPORT):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def read(path):
    return json.loads(path.read_text())


def test_the_result_lies_beside_the_report_and_comes_back_the_same(convert, tmp_path):
    path = put(tmp_path)
    before = path.read_bytes()
    done = convert("a.json", "--to", "boamps-2024")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "aipower: wrote a.boamps-2024.json",
        "aipower:   not in boamps-2024: task.algorithms[0].layersNumber = 3: has no place there",
    ]
    made = read(tmp_path / "a.boamps-2024.json")
    assert made["task"]["dataset"] == [{"dataType": "tabular", "volume": 80, "volumeUnit": "megabyte"}]
    evidence = read(tmp_path / "a.boamps-2024.evidence.json")
    assert evidence["conversions"][0]["notHeld"] == [
        {"field": "task.algorithms[0].layersNumber", "value": 3, "why": "has no place there"}
    ]
    assert convert("a.boamps-2024.json", "--to", "boamps").returncode == 0
    assert read(tmp_path / "a.boamps.json") == REPORT
    assert path.read_bytes() == before


def test_a_report_without_evidence_gets_some_that_says_where_its_values_are_from(convert, tmp_path):
    put(tmp_path)
    convert("a.json", "--to", "orange-0.0.1")
    convert("a.orange-0.0.1.json", "--to", "boamps", "-o", "b.json")
    saved = read_report(tmp_path / "b.json")
    explained = {each.path: each for each in explain(saved.document, saved.evidence).fields}
    assert explained["task.taskStage"].fact.place == "a.orange-0.0.1.json"
    assert not any(each.by_hand for each in explained.values())


def test_what_is_missing_is_named_in_one_line(convert, tmp_path):
    put(tmp_path, document={**REPORT, "environment": {}})
    done = convert("a.json", "--to", "boamps-2024")
    assert done.returncode == 0
    first = done.stderr.splitlines()[0]
    assert first.endswith("a.boamps-2024.json (a draft: environment is missing)")
    assert read(tmp_path / "a.boamps-2024.json")["header"]["reportStatus"] == "draft"


def test_folders_go_on_after_what_cannot_be_used(convert, tmp_path):
    for name in ("in/a.json", "in/deep/b.json", "in/.hidden/c.json"):
        put(tmp_path, name)
    put(tmp_path, "in/broken.json", "{")
    put(tmp_path, "in/list.json", [REPORT])
    put(tmp_path, "in/none.json", {"a": 1})
    done = convert("in", "--to", "boamps-2024", "-o", "out")
    assert done.returncode == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a.boamps-2024.evidence.json",
        "a.boamps-2024.json",
        "b.boamps-2024.evidence.json",
        "b.boamps-2024.json",
    ]
    refused = [line for line in done.stderr.splitlines() if "boamps-2024" not in line]
    assert [line.split(":")[1].strip() for line in refused] == ["broken.json", "list.json", "none.json"]


def test_many_reports_are_told_in_a_few_lines(convert, tmp_path):
    for number in range(14):
        put(tmp_path, f"in/{number}.json")
    lines = convert("in", "--to", "boamps-2024", "-o", "out").stderr.splitlines()
    assert lines[-2:] == [
        "aipower: converted 14 reports to boamps-2024, of which 0 are drafts",
        "aipower: in 4 more of them: task.algorithms.layersNumber: has no place there",
    ]


def test_another_report_is_replaced_on_demand_only(convert, tmp_path):
    put(tmp_path)
    other = put(tmp_path, "a.boamps-2024.json", {"task": {}})
    done = convert("a.json", "--to", "boamps-2024")
    assert done.returncode == 2 and "--force" in done.stderr
    assert read(other) == {"task": {}}
    assert convert("a.json", "--to", "boamps-2024", "--force").returncode == 0
    assert read(other)["task"]["taskType"] == "supervisedLearning"
    assert convert("a.json", "--to", "boamps-2024").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.json", "--to", "boamps-2024", "-o", "a.json", "--force"], "is the report itself"),
        (["a.json", "--to", "boamps-2024", "-o", "x.evidence.json"], "is the name of evidence"),
        (["a.json", "b.json", "--to", "boamps-2024", "-o", "x.json"], "is one file for 2 reports"),
        (["a.json", "in/a.json", "--to", "boamps-2024", "-o", "out"], "two reports have this name"),
        (["nothing.json", "--to", "boamps-2024"], "there is no such file"),
        (["empty", "--to", "boamps-2024"], "holds no *.json"),
        (["a.json", "--to", "boamps-2025"], "boamps-2025"),
    ],
)
def test_what_cannot_be_done_is_one_line(convert, tmp_path, arguments, words):
    for name in ("a.json", "b.json", "in/a.json"):
        put(tmp_path, name)
    (tmp_path / "empty").mkdir()
    done = convert(*arguments)
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr
    assert read(tmp_path / "a.json") == REPORT


def test_a_report_of_the_version_is_left_alone(convert, tmp_path):
    put(tmp_path)
    done = convert("a.json", "--to", "boamps")
    assert done.returncode == 0 and "already boamps" in done.stderr
    assert [path.name for path in tmp_path.glob("*.json")] == ["a.json"]


def test_json_prints_the_documents_and_writes_nothing(convert, tmp_path):
    put(tmp_path)
    put(tmp_path, "b.json", {"task": {"taskStage": "inference"}})
    done = convert("a.json", "b.json", "--to", "boamps-2024", "--json")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["header"]["reportId"], second["task"]) == ("1-2-3", {"taskStage": "inference"})
    assert not list(tmp_path.glob("*2024*"))


def test_an_evidence_whose_conversions_are_broken_is_one_line(convert, tmp_path):
    put(tmp_path)
    convert("a.json", "--to", "boamps-2024")
    beside = tmp_path / "a.boamps-2024.evidence.json"
    put(tmp_path, beside.name, {**read(beside), "conversions": [{"from": 3}]})
    done = convert("a.boamps-2024.json", "--to", "boamps")
    assert done.returncode == 2 and "conversions in its evidence cannot be read" in done.stderr


def test_text_of_strangers_moves_no_cursor(convert, tmp_path):
    put(tmp_path, document={**REPORT, "x\x1b[2J": "\x1b]0;owned\x07"})
    done = convert("a.json", "--to", "boamps-2024")
    assert done.returncode == 0 and "\x1b" not in done.stderr


@pytest.mark.slow
def test_a_run_is_written_in_the_version_that_is_wanted(export, convert, tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    ended = export("train.py", options=("--format", "boamps-2024", "--infra-type", "onPremise"))
    assert ended.returncode == 0
    (report,), (path,) = ended.reports, ended.report_paths
    (algorithm,) = report["task"]["algorithms"]
    values = {
        each["hyperparameterName"]: each["hyperparameterValue"]
        for each in algorithm["hyperparameters"]["values"]
    }
    assert (values["C"], values["kernel"], values["class_weight"]) == ("2.0", "rbf", "None")
    assert report["task"]["taskType"] == "supervisedLearning"
    assert (report["task"]["dataset"][0]["items"], report["task"]["dataset"][0]["shape"]) == (150, [4])
    assert report["measures"][0]["unit"] == "kWh"
    assert report["header"]["reportStatus"] == "final"
    assert "boamps-2024 has no place" in ended.stderr
    assert convert(path, "--to", "boamps").returncode == 0
    upgraded = read(path.with_name(f"{path.stem}.boamps.json"))
    assert upgraded["task"]["dataset"][0]["shape"] == "(150, 4)"
    assert upgraded["header"]["reportStatus"] == "final"


def test_a_format_that_there_is_not_is_refused_before_the_script(export, tmp_path):
    (tmp_path / "script.py").write_text("print('ran')")
    ended = export("script.py", options=("--format", "boamps-2023"))
    assert (ended.returncode, ended.stdout) == (2, "")
