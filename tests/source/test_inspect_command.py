"""`aipower inspect` prints what the source says, for people and for programs."""

import json
from pathlib import Path

import pytest

from ai_power_export.cli.inspect import inspect_command
from ai_power_export.errors import BadInput
from ai_power_export.source.inspect import read_source

CODE = """\
from sklearn.datasets import load_iris
from sklearn.svm import SVC
X, y = load_iris(return_X_y=True)
SVC(C=2).fit(X, y)
"""


def printed(capsys, path):
    assert inspect_command(path, as_json=True) == 0
    return json.loads(capsys.readouterr().out)


def test_json_of_a_script(tmp_path, capsys):
    script = tmp_path / "train.py"
    script.write_text(CODE)
    document = printed(capsys, script)
    (algorithm,) = document["task"]["algorithms"]
    assert algorithm["classPath"] == "sklearn.svm.SVC"
    assert algorithm["hyperparameters"] == {"C": 2}
    assert document["task"]["taskFamily"] == "tabularClassification"
    assert document["task"]["dataset"][0]["shape"] == "(150, 4)"
    places = {fact["field"]: fact["place"] for fact in document["evidence"]}
    assert places["task.algorithms.classPath"] == "train.py:4"


def test_text_of_a_script(tmp_path, capsys):
    script = tmp_path / "train.py"
    script.write_text(CODE)
    inspect_command(script, as_json=False)
    out = capsys.readouterr().out
    assert "sklearn.svm.SVC" in out
    assert "[train.py:4, certain]" in out


def test_an_empty_script_is_valid_json_too(tmp_path, capsys):
    script = tmp_path / "empty.py"
    script.write_text("")
    assert printed(capsys, script)["task"]["taskFamily"] == "generic"


def test_one_bad_file_does_not_stop_a_folder(tmp_path, capsys):
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_bytes(b"\0\1\2")
    (tmp_path / "c.py").write_text("print 'old'")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "d.py").write_text(CODE)
    document = printed(capsys, tmp_path)
    files = {each["file"]: each for each in document["files"]}
    assert set(files) == {"a.py", "b.py", "c.py"}
    assert files["a.py"]["task"]["taskStage"] == "training"
    assert files["b.py"]["task"] == {}
    (warning,) = files["c.py"]["warnings"]
    assert warning.startswith("c.py is not readable as Python 3.") and ": line 1: Missing paren" in warning
    assert document["task"] == {}


@pytest.mark.parametrize("as_json", [False, True])
def test_a_script_that_is_no_python_is_bad_input_with_the_reason(tmp_path, capsys, as_json):
    script = tmp_path / "old.py"
    script.write_text("x = 1\nx = (\n")
    with pytest.raises(BadInput, match=r"old\.py is not readable as Python 3\.\d+: line 2: .*never closed"):
        inspect_command(script, as_json=as_json)
    assert capsys.readouterr().out == ""


def test_the_working_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=r"^\.: "):
        inspect_command(Path(), as_json=False)
    with pytest.raises(BadInput, match=r"^\.: is a folder"):
        read_source(Path())


def test_bad_paths(tmp_path):
    for path in (tmp_path / "missing.py", tmp_path):
        with pytest.raises(BadInput) as caught:
            inspect_command(path, as_json=True)
        assert "\n" not in str(caught.value)
