"""`aipower label`: what it prints, what it writes, and how it ends."""

import json
import sys

import pytest
from labelled_reports import ENERGY, folder_of, report
from official_boamps import official_folder
from putting import DROP

from ai_power_export.cli import app
from ai_power_export.report.flat.tables import write_wide

RESULTS = (
    "model,task,environment,parameters,inference_power_draw,inference_time\n"
    "ResNet101,inference,x,44.7,1.0,2.0\nsmall,inference,x,4.4,0.3,0.5\n"
)
FIVE = (0.05, 0.08, 0.1, 0.2, 0.4)


@pytest.fixture
def aipower(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def _run(*arguments):
        monkeypatch.setattr(sys, "argv", ["aipower", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            app.run()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return _run


@pytest.fixture
def place(tmp_path):
    """A report, and a folder of five comparable ones."""
    folder_of(tmp_path / "runs", FIVE)
    (tmp_path / "report.json").write_text(json.dumps(report(quality="low")))
    return tmp_path


def test_the_letter_is_printed_with_its_range_and_a_line_a_metric(aipower, place):
    code, out, _ = aipower("label", "report.json", "--against", "runs")
    lines = [line.strip() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == "ResNet50: C, A to D"
    assert any(
        line.startswith("energy ") and "10 mWh a sample and epoch; C, A to D" in line for line in lines
    )
    assert any(line.startswith("carbon_intensity") and "for information" in line for line in lines)
    assert any(
        line.startswith("→ energy") and "B begins at about 9.2 mWh: 8 % less" in line for line in lines
    )


def test_without_comparable_runs_there_is_no_letter_and_exit_code_1(aipower, place):
    code, out, err = aipower("label", "report.json")
    assert code == 1
    assert out.startswith("ResNet50: not rated: no comparable runs\n")
    assert "--against" in err
    (place / "runs" / "run-0.json").unlink()
    code, out, _ = aipower("label", "report.json", "--against", "runs")
    assert (code, out.splitlines()[0]) == (1, "ResNet50: not rated: 4 comparable runs, 5 needed")


def test_json_is_all_of_it(aipower, place):
    code, out, _ = aipower("label", "report.json", "runs/run-0.json", "--against", "runs", "--json")
    first, second = json.loads(out)
    assert (first["letter"], first["best"], first["worst"]) == ("C", "A", "D")
    assert second["letter"] is None  # it is one of the five
    assert code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["nothing.json"], 2, "nothing.json: there is no such file or folder"),
        (["report.json", "--scheme", "trainin"], 2, "there is no scheme 'trainin' (did you mean training?)"),
        (
            ["report.json", "--scheme", "x.toml"],
            2,
            "x.toml: the scheme cannot be read: No such file or directory",
        ),
        (["report.json", "--against", "no"], 2, "no: there is no such file or folder"),
        (["report.json", "-o", "label.doc"], 2, "label.doc: no label is written so"),
        (["report.json", "runs", "-o", "label.json"], 2, "label.json: one file for the labels of 6 reports"),
        (["report.json", "--scheme", "elex-sklearn"], 2, "scheme 'elex-sklearn' groups by"),
        ([], 2, "name reports, or a --table of results"),
        (["--table", "x.csv"], 2, "a table needs a --scheme"),
        (["wrong.json"], 1, "wrong.json: not rated: the report is not valid: measures[0].powerConsumption"),
        (["stage.json"], 2, "stage.json: no scheme is for its stage (preprocessing)"),
    ],
)
def test_what_goes_wrong_is_one_line(aipower, place, arguments, code, line):
    (place / "wrong.json").write_text(json.dumps(report({ENERGY: 0})))
    (place / "stage.json").write_text(json.dumps(report({"task.taskStage": "preprocessing"})))
    ended, out, err = aipower("label", *arguments)
    assert (ended, out, len(err.splitlines())) == (code, "", 1)
    assert err.startswith(f"aipower: {line}")


def test_schemes_that_make_no_sense_are_one_line(aipower, place):
    aipower("label", "scheme", "new", "own.toml")
    text = (place / "own.toml").read_text()
    for change, told in (
        (("weight = 1.0", "weight = 0.0"), "sum to nothing"),
        (("[0.8, 0.6", "[0.2, 0.6"), "order"),
    ):
        (place / "bad.toml").write_text(text.replace(*change))
        code, out, err = aipower("label", "report.json", "--scheme", "bad.toml")
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert told in err


def test_one_report_that_is_wrong_does_not_stop_the_others(aipower, place):
    (place / "wrong.json").write_text("{}")
    code, out, err = aipower("label", "wrong.json", "report.json", "--against", "runs")
    assert code == 2
    assert out.startswith("ResNet50: C")
    assert "wrong.json: no BoAmps report" in err


def test_a_label_can_be_checked(aipower, place):
    assert aipower("label", "report.json", "--against", "runs", "-o", "label.json")[0] == 0
    first = (place / "label.json").read_bytes()
    code, _, err = aipower("label", "verify", "label.json", "--against", "runs")
    assert (code, "the same under training 1, which comes with this program" in err) == (0, True)
    aipower("label", "report.json", "--against", "runs", "-o", "label.json")
    assert (place / "label.json").read_bytes() == first
    code, _, err = aipower("label", "verify", "label.json")
    assert (code, "was made beside other reports" in err) == (2, True)


def test_a_changed_label_is_found_out(aipower, place):
    aipower("label", "report.json", "--against", "runs", "-o", "label.json")
    label = json.loads((place / "label.json").read_text())
    label["rating"]["letter"] = "A"
    label["rating"]["metrics"][0]["value"] *= 0.9
    (place / "label.json").write_text(json.dumps(label))
    code, _, err = aipower("label", "verify", "label.json", "--against", "runs")
    assert code == 1
    assert "letter: the label says A, and it is C" in err
    assert "energy.value: the label says" in err


def test_a_changed_report_or_other_runs_are_found_out(aipower, place):
    aipower("label", "report.json", "--against", "runs", "-o", "label.json")
    folder_of(place / "runs", (*FIVE, 0.3))
    code, out, err = aipower("label", "verify", "label.json", "--against", "runs", "--json")
    assert code == 1
    assert "these are not the reports that the label was made beside" in err
    assert json.loads(out)["same"] is False
    (place / "report.json").write_text(json.dumps(report(quality="high")))
    code, _, err = aipower("label", "verify", "label.json", "--report", "report.json", "--against", "runs")
    assert (code, "the label is of another one, or it was changed since" in err) == (1, True)
    code, _, err = aipower("label", "verify", "label.json", "--against", "runs")
    assert (code, "its report is not beside it" in err) == (2, True)


@pytest.mark.parametrize(
    "text", ["{}", "[]", "null", '{"aipower-label": 9}', '{"aipower-label": 1, "rating": {}}']
)
def test_what_is_no_label_is_one_line(aipower, place, text):
    (place / "label.json").write_text(text)
    code, out, err = aipower("label", "verify", "label.json")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("metrics", [None, 1, {}, [], [None], [{"name": "energy"}]])
def test_a_label_with_strange_metrics_is_different(aipower, place, metrics):
    aipower("label", "report.json", "--against", "runs", "-o", "label.json")
    label = json.loads((place / "label.json").read_text())
    label["rating"]["metrics"] = metrics
    (place / "label.json").write_text(json.dumps(label))
    code, _, err = aipower("label", "verify", "label.json", "--against", "runs")
    assert (code, "different under training 1" in err) == (1, True)


def test_a_frozen_scheme_from_its_making_to_the_check(aipower, place):
    code, _, err = aipower("label", "scheme", "fit", "training", "--against", "runs", "-o", "ours.toml")
    assert (code, "1 group frozen from 5 reports" in err) == (0, True)
    assert aipower("label", "report.json", "--scheme", "ours.toml", "-o", "label.json")[0] == 0
    code, _, err = aipower("label", "verify", "label.json")
    assert (code, "only in the label itself" in err) == (0, True)
    assert aipower("label", "verify", "label.json", "--scheme", "ours.toml")[0] == 0
    assert aipower("label", "verify", "label.json", "--scheme", "training", "--against", "runs")[0] == 1
    code, out, _ = aipower("label", "scheme", "diff", "training", "ours.toml")
    assert (code, "+members = 5" in out) == (1, True)
    assert aipower("label", "scheme", "diff", "ours.toml", "ours.toml")[:2] == (0, "")
    assert aipower("label", "scheme", "new", "ours.toml")[0] == 2  # it is there


def test_schemes_are_shown(aipower):
    code, out, _ = aipower("label", "scheme", "show")
    assert code == 0
    assert {"training", "inference"} <= {line.split()[0] for line in out.splitlines()}
    shown = json.loads(aipower("label", "scheme", "show", "training", "--json")[1])
    assert aipower("label", "scheme", "show", "training")[1].startswith(f"# sha256 {shown['sha256']}\n")


def test_a_table_of_reports_is_as_good_as_their_folder(aipower, place):
    reports = [(path.name, json.loads(path.read_text())) for path in sorted((place / "runs").glob("*.json"))]
    write_wide(
        reports,
        {"task.algorithms": 1, "task.dataset": 1, "measures": 1, "infrastructure.components": 3},
        place / "runs.csv",
    )
    folder, table = (
        aipower("label", "report.json", "--against", each, "--json")[1] for each in ("runs", "runs.csv")
    )
    assert json.loads(folder) == json.loads(table)


def test_the_card_says_what_was_emitted_and_where(aipower, place):
    aipower("label", "report.json", "--against", "runs", "-o", "card.md")
    _, top, text = (place / "card.md").read_text().split("---\n", 2)
    assert "  emissions: 5\n" in top
    assert '  geographical_location: "France"\n' in top
    assert '  training_type: "pre-training"\n' in top
    assert '  source: "codecarbon 3.3.2: 100 Wh at 50 gCO2eq/kWh"\n' in top
    assert "### Energy label of ResNet50: **C** (A to D)" in text
    assert "| Energy | 10 mWh a sample and epoch | **C** (A to D) |" in text


def test_a_card_never_says_what_was_not_seen(aipower, place):
    changes = {
        "environment.powerSourceCarbonIntensity": DROP,
        "task.algorithms.0.algorithmName": "a|b\n<img>",
    }
    (place / "report.json").write_text(json.dumps(report(changes)))
    aipower("label", "report.json", "-o", "card.md")
    text = (place / "card.md").read_text()
    assert "emissions" not in text
    assert "a\\|b \\<img\\>: not rated" in text


def test_a_result_table_is_rated(aipower, place):
    (place / "results.csv").write_text(RESULTS)
    code, _, err = aipower("label", "--table", "results.csv", "--scheme", "elex-imagenet", "-o", "rated.csv")
    assert code == 0
    assert "rated 2 rows under elex-imagenet" in err
    assert "small" in (place / "rated.csv").read_text()
    code, out, _ = aipower("label", "--table", "results.csv", "--scheme", "elex-imagenet")
    assert (code, out) == (0, (place / "rated.csv").read_text())


def test_the_official_sample_of_an_inference_is_not_rated_without_others(aipower):
    sample = official_folder() / "examples" / "boamps-llm-inference.json"
    code, out, _ = aipower("label", sample)
    assert code == 1
    assert "3.23 mWh a token" in out


@pytest.mark.parametrize("name", ["label.svg", "label.html", "badge.svg"])
def test_a_picture_carries_what_can_be_checked(aipower, place, name):
    assert aipower("label", "report.json", "--against", "runs", "--language", "fr", "-o", name)[0] == 0
    assert aipower("label", "verify", name, "--against", "runs")[0] == 0
    assert aipower("label", "verify", name)[0] == 2  # these five are needed
    (place / "runs" / "run-0.json").unlink()
    assert aipower("label", "verify", name, "--against", "runs")[0] == 1


def test_a_language_that_no_label_has_is_one_line(aipower, place):
    code, _, err = aipower("label", "report.json", "--language", "xx", "-o", "label.svg")
    assert (code, len(err.splitlines())) == (2, 1)


FIT = ("label", "scheme", "fit", "training", "--against", "runs")


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (("label", "report.json", "--against", "runs"), "report.json"),
        (("label", "report.json", "--against", "runs"), "report.evidence.json"),
        (("label", "report.json", "--against", "runs"), "label.svg"),
        (("label", "--table", "results.csv", "--scheme", "elex-imagenet"), "results.csv"),
        (FIT, "ours.toml"),
    ],
)
def test_a_file_that_is_there_is_not_replaced_unasked(aipower, place, command, file):
    (place / "results.csv").write_text(RESULTS)
    if not (place / file).exists():
        (place / file).write_text("mine")
    before = (place / file).read_text()
    code, out, err = aipower(*command, "-o", file)
    assert (code, out, len(err.splitlines()), file in err) == (2, "", 1, True)
    assert (place / file).read_text() == before


@pytest.mark.parametrize(
    ("command", "file", "holds"),
    [
        (("label", "report.json", "--against", "runs"), "label.svg", "<svg"),
        (("label", "--table", "results.csv", "--scheme", "elex-imagenet"), "rated.csv", "letter"),
        (FIT, "ours.toml", "members = 5"),
    ],
)
def test_force_replaces_a_file(aipower, place, command, file, holds):
    (place / "results.csv").write_text(RESULTS)
    (place / file).write_text("mine")
    assert aipower(*command, "-o", file, "--force")[0] == 0
    assert holds in (place / file).read_text()


def test_a_report_is_never_replaced_by_its_own_label(aipower, place):
    before = (place / "report.json").read_text()
    (place / "link.json").symlink_to("report.json")
    for output in ("report.json", "./link.json"):
        code, _, err = aipower("label", "report.json", "--against", "runs", "-o", output, "--force")
        assert (code, len(err.splitlines())) == (2, 1)
    assert (place / "report.json").read_text() == before
