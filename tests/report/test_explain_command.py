"""`aipower explain` as it is called."""

from __future__ import annotations

import json

import pytest
from explained_report import write
from running import AIPOWER, ROOT

from ai_power_export.report.format.boamps import FIELDS


@pytest.fixture
def explain(run):
    def _explain(*arguments, **environment):
        return run("explain", *arguments, program=AIPOWER, **{"COLUMNS": "80", **environment})

    return _explain


def words(text: str) -> str:
    return " ".join(text.split())


def test_people_read_every_field_in_eighty_columns(explain, tmp_path):
    done = explain(write(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)
    assert "\x1b" not in done.stdout
    names = {word for line in lines for word in line.replace(",", " ").replace(".", " ").split()}
    assert {info.path.rpartition(".")[2] for info in FIELDS} <= names
    text = words(done.stdout)
    assert "imageClassification [source, a.py:2] for images" in text
    assert "not tabularClassification [observed, a.py:3, likely]: only likely" in text
    assert "missing: CodeCarbon tracked no GPU → needs a GPU" in text
    assert "default: max_depth=None" in text
    assert "it ran, but for too little of the time to be named" in text


def test_json_is_one_document_on_stdout(explain, tmp_path):
    done = explain("--json", write(tmp_path))
    document = json.loads(done.stdout)
    assert (document["report"], document["evidence"], done.stderr) == ("report_a.json", True, "")
    named = {each["field"]: each for each in document["fields"]}
    assert named["measures[0].powerConsumption"]["unit"] == "kWh"
    assert named["task.taskFamily"]["rivals"][0]["why"] == "only likely"
    assert named["header.licensing"]["hint"]


def test_a_part_of_the_report(explain, tmp_path):
    done = explain(write(tmp_path), "--json", "--field", "task.taskF")
    assert [each["field"] for each in json.loads(done.stdout)["fields"]] == ["task.taskFamily"]


def test_a_report_from_somebody_else(explain, tmp_path):
    path = write(tmp_path)
    path.with_suffix(".evidence.json").unlink()
    done = explain(path)
    assert "no evidence lies beside it" in done.stdout
    assert "0.25 kWh" in done.stdout
    assert "changed by hand" not in done.stdout


def test_a_value_changed_by_hand_says_so(explain, tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text().replace('"training"', '"inference"'))
    text = words(explain(path).stdout)
    assert "taskStage inference changed by hand since, was training [observed, a.py:3]" in text


def test_a_terminal_is_not_steered_by_a_report(explain, tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text().replace("imageClassification", "\\u001b[2Jx\\ud800[red]"))
    for arguments in ((path,), (path, "--json")):
        done = explain(*arguments)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
    assert r"\x1b[2Jx\ud800[red]" in explain(path).stdout


def test_a_stdout_that_knows_only_ascii(explain, tmp_path):
    done = explain(write(tmp_path), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("no.json",), "aipower: no.json: there is no such file\n"),
        (("report_a.json", "--field", "taks"), "aipower: --field: the format has no field that begins with"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(explain, tmp_path, arguments, line):
    write(tmp_path)
    done = explain(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_report_of_a_real_run(export, explain):
    folder = export(ROOT / "examples" / "digits_random_forest.py").folder / "power-reports"
    document = json.loads(explain(folder, "--json").stdout)
    named = {each["field"]: each for each in document["fields"]}
    assert not any(each.get("changedByHand") for each in document["fields"])
    assert named["task.algorithms[0].classPath"]["place"].startswith("digits_random_forest.py:")
    assert all(each["reason"] and each["hint"] for each in document["fields"] if each["value"] is None)
    (forest,) = document["hyperparameters"]
    assert forest["set"] == {"n_estimators": 600, "min_samples_leaf": 1, "random_state": 0}
    assert forest["default"]["criterion"] == "gini"
