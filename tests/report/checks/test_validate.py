"""`aipower validate`: which files it finds, what it prints of them, and how it ends."""

import io
import json
import os
import re
import sys

import pytest

from ai_power_export.cli.app import app
from ai_power_export.errors import BadInput

GOOD = {
    "header": {"reportDatetime": "2026-11-20 10:10:00"},
    "task": {
        "taskStage": "training",
        "taskFamily": "imageClassification",
        "algorithms": [{"algorithmName": "randomForest"}],
        "dataset": [{"dataUsage": "input", "dataType": "image", "dataQuantity": 1347}],
    },
    "measures": [
        {
            "measurementMethod": "codecarbon",
            "powerConsumption": 0.05,
            "measurementDuration": 1800,
            "measurementDateTime": "2026-11-20 09:00:00",
        }
    ],
    "infrastructure": {"infraType": "onPremise", "components": [{"componentType": "cpu", "nbComponent": 1}]},
}
DOUBTFUL = {**GOOD, "qualty": "high"}
BAD = {**GOOD, "quality": "good"}


@pytest.fixture
def validate(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder; gives the exit code, what it printed, and its last word."""
    monkeypatch.chdir(tmp_path)

    def _validate(*arguments: str) -> tuple[int, str, str]:
        code = app(["validate", *arguments], standalone_mode=False)
        printed = capsys.readouterr()
        return code, printed.out, printed.err.removeprefix("aipower: ").strip()

    return _validate


def write(name: str, document) -> str:
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", encoding="utf-8") as file:
        file.write(document if isinstance(document, str) else json.dumps(document, indent=1))
    return name


def test_a_valid_report_is_told_with_its_version(validate):
    name = write("a.json", GOOD)
    assert validate(name) == (
        0,
        "a.json: valid (boamps), no medal (4.22)\n",
        "1 file: 1 valid, 0 invalid; 0 errors, 0 warnings; 1 without a medal",
    )


def test_errors_and_warnings_are_one_line_each_and_apart(validate):
    code, out, err = validate(write("a.json", {**DOUBTFUL, "quality": "good"}))
    assert out.splitlines() == [
        "a.json: quality: is 'good', none of the values allowed (use one of high, medium, low)",
        "a.json: qualty: warning: is no field of the format, so nobody reads it (did you mean quality?)",
        "a.json: invalid (boamps), no medal (4.33)",
    ]
    assert (code, err) == (1, "1 file: 0 valid, 1 invalid; 1 error, 1 warning; 1 without a medal")


def test_warnings_are_no_errors_unless_one_is_strict(validate):
    name = write("a.json", DOUBTFUL)
    code, _, err = validate(name)
    assert (code, err) == (
        0,
        "1 file: 1 valid (1 with warnings), 0 invalid; 0 errors, 1 warning; 1 without a medal",
    )
    assert validate(name, "--strict")[0] == 1


def test_quiet_prints_errors_alone(validate):
    assert validate(write("a.json", DOUBTFUL), "--quiet") == (0, "", "")
    code, out, err = validate(write("b.json", {**DOUBTFUL, "quality": 1}), "-q")
    assert (code, len(out.splitlines()), err) == (1, 1, "")


def test_a_folder_is_searched_for_reports_and_nothing_else(validate):
    for name in ("a.json", "deep/er/b.JSON", "x.json/c.json"):
        write(f"data/{name}", GOOD)
    for name in ("a.evidence.json", ".runs/d.json", ".hidden.json", "notes.txt", "a.json.sig"):
        write(f"data/{name}", "{")
    os.symlink("..", "data/loop")
    code, out, err = validate("data", "--json")
    files = {file["file"] for file in json.loads(out)["files"]}
    assert files == {
        os.path.join("data", "a.json"),
        os.path.join("data/deep/er", "b.JSON"),
        "data/x.json/c.json",
    }
    assert (code, err) == (0, "3 files: 3 valid, 0 invalid; 0 errors, 0 warnings; 3 without a medal")


def test_patterns_are_ours_to_expand_where_no_shell_did(validate):
    for name in ("a/one.json", "a/two.json", "b/three.json", "b/c/four.json", "a/one.evidence.json"):
        write(name, GOOD)
    for pattern, count in {"a/*.json": 2, "**/*.json": 4, "?": 4, "b/**": 2, "[ab]/t*": 2}.items():
        assert validate(pattern)[2].startswith(f"{count} file"), pattern


def test_a_name_like_a_pattern_is_a_name_first(validate):
    assert validate(write("a[1].json", GOOD))[0] == 0


def test_evidence_that_a_shell_named_is_passed_over(validate):
    assert validate(write("a.json", GOOD), write("a.evidence.json", "{"))[0] == 0
    with pytest.raises(BadInput, match="nothing to check"):
        validate("a.evidence.json")


def test_a_report_comes_in(validate, monkeypatch):
    for document, code in ((GOOD, 0), (BAD, 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(document).encode())))
        assert validate("-")[0] == code
    monkeypatch.setattr(sys, "stdin", None)
    assert validate("-")[:2] == (2, "-: there is no standard input\n")


def test_what_cannot_be_read_ends_with_2_and_the_rest_goes_on(validate):
    write("empty/notes.txt", "x")
    code, out, err = validate("no.json", "no/*.json", "empty", write("a.json", BAD), write("b.json", GOOD))
    assert out.splitlines()[:3] == [
        "no.json: there is no such file or folder",
        "no/*.json: matches nothing",
        "empty: holds no *.json",
    ]
    assert (code, err) == (
        2,
        "5 files: 1 valid, 1 invalid, 3 unreadable; 4 errors, 0 warnings; 2 without a medal",
    )


def test_json_has_a_shape_that_stays(validate):
    write("a.json", {**DOUBTFUL, "quality": "good"})
    code, out, _ = validate("a.json", "no.json", "--json")
    found = json.loads(out)
    rating, none = (each.pop("rating") for each in found["files"])
    assert {"medal", "rating", "indicators", "lifts"} == rating.keys()
    assert (none, found["summary"].pop("medals")) == (None, {"none": 1})
    assert found["files"] == [
        {
            "file": "a.json",
            "version": "boamps",
            "valid": False,
            "findings": [
                {
                    "severity": "error",
                    "code": "unknown-choice",
                    "path": "quality",
                    "line": line_of("a.json", '"quality"'),
                    "what": "is 'good', none of the values allowed",
                    "mend": "use one of high, medium, low",
                },
                {
                    "severity": "warning",
                    "code": "unknown-key",
                    "path": "qualty",
                    "line": line_of("a.json", '"qualty"'),
                    "what": "is no field of the format, so nobody reads it",
                    "mend": "did you mean quality?",
                },
            ],
        },
        {
            "file": "no.json",
            "version": None,
            "valid": None,
            "findings": [
                {
                    "severity": "error",
                    "code": "unreadable",
                    "path": "report",
                    "line": None,
                    "what": "there is no such file or folder",
                    "mend": "",
                }
            ],
        },
    ]
    counts = {
        "files": 2,
        "valid": 0,
        "withWarnings": 0,
        "invalid": 1,
        "unreadable": 1,
        "errors": 2,
        "warnings": 1,
    }
    assert (code, found["summary"]) == (2, counts)


def line_of(name: str, text: str) -> int:
    with open(name, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if text in line)


def test_json_of_nothing_is_json_too(validate, capsys):
    write("a.evidence.json", "{")
    with pytest.raises(BadInput):
        validate("a.evidence.json", "--json")
    assert json.loads(capsys.readouterr().out)["files"] == []


def test_github_gets_annotations_that_it_reads_back(validate):
    odd = {**GOOD, "a:b,c%\n::error::": 1, "task": {**GOOD["task"], "dataset": [{"dataUsage": "input"}]}}
    write("a,b:c%.json", odd)
    code, out, _ = validate("a,b:c%.json", "--format", "github")
    commands = [annotation(line) for line in out.splitlines()]
    assert [(kind, given["file"], int(given["line"])) for kind, given, _ in commands] == [
        ("warning", "a,b:c%.json", line_of("a,b:c%.json", "::error::")),
        ("error", "a,b:c%.json", line_of("a,b:c%.json", '"dataset"') + 1),
    ]
    assert commands[1][2].startswith("a,b:c%.json: task.dataset[0].dataType: is missing (add it: ")
    assert commands[0][2].startswith(r"a,b:c%.json: a:b,c%\n::error::: is no field")
    assert code == 1


def annotation(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as GitHub's runner does."""
    kind, given, message = re.fullmatch(r"::(error|warning) (.*?)::(.*)", line).groups()
    pairs = (pair.split("=", 1) for pair in given.split(","))
    return kind, {name: unescaped(value) for name, value in pairs}, unescaped(message)


def unescaped(text: str) -> str:
    for code, char in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(code, char)
    return text


def test_what_many_files_have_is_told_of_some_and_counted(validate):
    for number in range(50):
        write(f"many/{number}.json", {**BAD, "x": 1} if number == 7 else BAD)
    code, out, _ = validate("many")
    lines = out.splitlines()
    assert len(lines) == 20 + 1 + 2
    assert lines[-2:] == [
        "30 more files, for example: quality: is 'good', none of the values allowed",
        "these files are named by --all or --json",
    ]
    assert code == 1
    assert len(validate("many", "--all")[1].splitlines()) == 51


def test_what_one_file_has_many_times_is_told_a_few_times(validate):
    write("a.json", {**GOOD, "measures": [{"measurementMethod": "x"}] * 500})
    lines = validate("a.json", "--quiet")[1].splitlines()
    assert len(lines) == 6
    assert lines[-1] == "a.json: measures[0].powerConsumption: 495 more like it, in measures.powerConsumption"
    assert len(validate("a.json", "--quiet", "--all")[1].splitlines()) == 500


def test_names_of_files_break_no_line(validate):
    write("a\nb\x1b[31m.json", BAD)
    os.rename(b"a\nb\x1b[31m.json", b"a\nb\x1b[31m\xe9.json")
    out = validate(".")[1]
    assert out.startswith(os.path.join(".", r"a\nb\u001b[31m\udce9.json") + ": quality: is 'good'")
