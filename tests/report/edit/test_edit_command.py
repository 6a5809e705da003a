"""`aipower edit` as it is called: on a terminal, without one, with options, with an editor."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass

import pytest
from edited_report import only, read, write
from person import CTRL_C, CTRL_D, AtTerminal

from ai_power_export.cli import app
from ai_power_export.report.edit.memory import FILE
from ai_power_export.report.edit.published import note_published
from ai_power_export.report.explain import explain
from ai_power_export.report.read import read_report


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def edit(tmp_path, monkeypatch, capfd):
    """Run `aipower edit` without a terminal, in this process: an interpreter a test would take long."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def _edit(*arguments, **environment) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["aipower", "edit", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            app.run()
        return Done(ended.value.code, *capfd.readouterr())

    return _edit


# ---- on a terminal --------------------------------------------------------------------------------


def test_a_conversation_on_a_terminal(tmp_path):
    path = write(tmp_path)
    with AtTerminal("edit", path, folder=tmp_path) as person:
        shown = person.answers("infrastructure.infraType", "")
        assert "Enter confirms [other] (likely: firmware), - skips" in shown
        assert "1 publicCloud  2 privateCloud  3 onPremise  4 other" in shown
        person.answers("header.licensing", "?")
        assert "next time: --licence CC-BY-4.0" in person.sees("Enter skips > ")
        person.types("CC-BY-4.0\nfrom a paste\nof three lines")
        shown = person.sees("organisation that publishes")
        assert "what was typed before a question is not taken for its answer" in shown
        person.answers("", "a\x1b[2Jb")
        assert "\x1b" not in person.sees("that holds control characters")
        person.answers("", "x" * 3000)
        person.sees("3000 characters are too many")
        person.answers("", "Zoë's lab")
        person.answers("measuredAccuracy", "most")
        person.answers("'most' is not a number", "-")
        person.sees(" > ")
        person.presses(CTRL_D)
        assert person.ends() == 0
    document = read(only(tmp_path))[0]
    assert document["header"]["licensing"] == "CC-BY-4.0"
    assert document["header"]["publisher"]["name"] == "Zoë's lab"
    assert "measuredAccuracy" not in document["task"]
    assert only(tmp_path).name.startswith("report_Zoe-s-lab_training_")
    assert f"wrote {only(tmp_path)}" in person.shown.replace("\n", "")


def test_ctrl_c_keeps_what_was_said(tmp_path):
    path = write(tmp_path)
    with AtTerminal("edit", path, folder=tmp_path) as person:
        person.answers("infrastructure.infraType", "3")
        person.answers("header.licensing", "CC0")
        person.sees(" > ")
        person.presses(f"half an answ{CTRL_C}")
        assert person.ends() == 130
    document = read(only(tmp_path))[0]
    assert (document["header"]["licensing"], document["infrastructure"]["infraType"]) == ("CC0", "onPremise")
    assert "half" not in json.dumps(document)
    assert "Traceback" not in person.shown


def test_a_kill_between_questions_leaves_both_files_whole(tmp_path):
    path = write(tmp_path)
    with AtTerminal("edit", path, folder=tmp_path) as person:
        person.answers("infrastructure.infraType", "3")
        person.answers("header.licensing", "CC0")
        person.sees(" > ")
        os.kill(person.process.pid, signal.SIGKILL)
        assert person.ends() == -signal.SIGKILL
    saved = read_report(path)
    assert saved.document["header"]["licensing"] == "CC0"
    assert not any(each.by_hand for each in explain(saved.document, saved.evidence).fields)


@pytest.mark.slow
def test_the_second_run_proposes_what_was_answered_in_the_first(tmp_path):
    with AtTerminal("edit", write(tmp_path), folder=tmp_path) as person:
        person.answers("infrastructure.infraType", "-")
        person.answers("header.licensing", "CC-BY-4.0")
        person.answers("header.publisher.name", "q")
        assert person.ends() == 0
    (tmp_path / FILE).rename(tmp_path / "kept")
    for path in tmp_path.glob("report*"):
        path.unlink()
    (tmp_path / "kept").rename(tmp_path / FILE)
    with AtTerminal("edit", write(tmp_path), folder=tmp_path) as person:
        person.answers("infrastructure.infraType", "-")
        assert "Enter takes [CC-BY-4.0] (as last time)" in person.answers("header.licensing", "")
        person.answers("header.publisher.name", "q")
        assert person.ends() == 0
    assert read(only(tmp_path))[0]["header"]["licensing"] == "CC-BY-4.0"


# ---- without a terminal ---------------------------------------------------------------------------


def test_without_a_terminal_it_lists_what_it_would_ask(edit, tmp_path):
    path = write(tmp_path)
    before = path.read_bytes()
    done = edit(path)
    assert (done.returncode, done.stdout) == (0, "")
    lines = done.stderr.splitlines()
    assert "nobody here" in lines[0]
    assert lines[1].startswith("aipower: infrastructure.infraType: ")
    assert lines[1].endswith("[other, likely: firmware]")
    assert path.read_bytes() == before


def test_what_the_format_requires_makes_it_fail(edit, tmp_path):
    done = edit(write(tmp_path, without=("task.taskStage",)))
    assert done.returncode == 1
    assert "aipower: task.taskStage (required): " in done.stderr


def test_the_list_as_json(edit, tmp_path):
    done = edit(write(tmp_path), "--json")
    first = json.loads(done.stdout)["questions"][0]
    assert (done.returncode, done.stderr) == (0, "")
    assert (first["field"], first["value"], first["required"]) == ("infrastructure.infraType", "other", False)
    assert first["choices"] == ["publicCloud", "privateCloud", "onPremise", "other"]
    assert first["proposal"] == {"value": "other", "why": "likely: firmware"}


def test_a_terminal_in_ci_is_not_asked(tmp_path):
    with AtTerminal("edit", write(tmp_path), folder=tmp_path, CI="true") as person:
        assert person.ends() == 0
        assert "nobody here" in person.shown


# ---- with options ---------------------------------------------------------------------------------


def test_values_by_options(edit, tmp_path):
    path = write(tmp_path)
    done = edit(
        path, "--set", "task.algorithms[0].optimizer=gridSearch", "--set", "environment.country=deu",
        "--set", "header.publisher.name=Our lab", "--remove", "task.dataset[0].shape",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    document, evidence = read(only(tmp_path))
    assert document["task"]["algorithms"][0]["optimizer"] == "gridSearch"
    assert document["environment"] == {"country": "Germany"}
    assert "shape" not in document["task"]["dataset"][0]
    assert evidence["fields"]["environment.country"]["rivals"][0]["value"] == "France"
    assert "no longer said: environment.powerSourceCarbonIntensity 56.0" in done.stderr
    assert str(only(tmp_path)) in done.stderr


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("environment.country=Atlantis", "aipower: --set: 'Atlantis' is no country"),
        ("task.measuredAccuracy=1.5", "aipower: --set: task.measuredAccuracy is 1.5, not from 0 to 1"),
        ("task.dataset.owner=hf_abcdefghijklmnopqrstuvwxyzabcdefgh", "aipower: --set: task.dataset[0].owner: that is"),
        ("task.dataset.sourceUri=/home/bob/x.csv", "aipower: --set: task.dataset[0].sourceUri: that is"),
    ],
)  # fmt: skip
def test_what_is_refused_is_one_line_and_changes_nothing(edit, tmp_path, said, line):
    path = write(tmp_path)
    before = path.read_bytes()
    done = edit(path, "--set", "header.licensing=CC0", "--set", said)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert said.partition("=")[2] not in done.stderr or said.startswith(("env", "task.m"))
    assert path.read_bytes() == before
    assert not (tmp_path / FILE).exists()


def test_a_published_report_is_never_changed(edit, tmp_path):
    path = write(tmp_path)
    note_published(path, "open data")
    before = path.read_bytes()
    done = edit(path, "--set", "task.taskFamily=clustering")
    assert (done.returncode, path.read_bytes()) == (0, before)
    (successor,) = (each for each in tmp_path.glob("report_training_clustering_*.json")
                    if "evidence" not in each.name)  # fmt: skip
    assert read(successor)[0]["header"]["reportStatus"] == "corrective"
    assert str(successor) in done.stderr


def test_the_answers_of_a_project_are_shown(edit, tmp_path):
    assert edit("--answers").stderr == f"aipower: {tmp_path / FILE}: no answers yet\n"
    edit(write(tmp_path), "--set", "header.licensing=CC0")
    done = edit("--answers")
    assert '"header.licensing" = "CC0"' in done.stdout
    (tmp_path / FILE).write_text("[broken")
    done = edit(tmp_path, "--set", "header.licensing=CC-BY-4.0")
    assert done.returncode == 0
    assert f"{tmp_path / FILE}: is not readable as TOML" in done.stderr


@pytest.mark.parametrize(
    ("text", "code"), [("[]", 2), ("{}", 2), ('{"task": {}, "hardware": {}, "datasets": []}', 2), ("", 2)]
)
def test_what_cannot_be_edited_is_one_line(edit, tmp_path, text, code):
    path = tmp_path / "report_x.json"
    path.write_text(text)
    done = edit(path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)


# ---- with an editor -------------------------------------------------------------------------------


def editor(folder, code: str) -> dict[str, str]:
    """Return an environment whose editor runs Python code on the `text` and the `path` of a report."""
    script = folder / "editor"
    script.write_text(
        "#!/usr/bin/env python3\nimport sys, json, pathlib\npath = pathlib.Path(sys.argv[-1])\n"
        f"text = path.read_text()\n{code}\npath.write_text(text)\n"
    )
    script.chmod(0o755)
    return {"VISUAL": f"{script} --wait"}


def test_an_editor_changes_fields_and_their_evidence(edit, tmp_path):
    path = write(tmp_path)
    code = "text = text.replace('tabularClassification', 'chatbot').replace('\"quality\"', '\"quality\"')"
    done = edit(path, "--editor", **editor(tmp_path, code))
    document, evidence = read(only(tmp_path))
    assert done.returncode == 0, done.stderr
    assert document["task"]["taskFamily"] == "chatbot"
    assert evidence["fields"]["task.taskFamily"]["origin"] == "user"
    assert evidence["fields"]["task.taskStage"]["origin"] == "observed"
    assert not list(tmp_path.glob("aipower-edit-*"))


def test_an_entry_that_is_deleted_in_an_editor_goes_whole(edit, tmp_path):
    path = write(tmp_path)
    edit(path, "--set", "task.dataset[1].dataUsage=output", "--set", "task.dataset[1].dataType=text")
    code = "d = json.loads(text); del d['task']['dataset'][0]; d['x'] = {'y': [1]}; text = json.dumps(d)"
    assert edit(path, "--editor", **editor(tmp_path, code)).returncode == 0
    document, evidence = read(path)
    assert [each["dataType"] for each in document["task"]["dataset"]] == ["text"]
    assert document["x"] == {"y": [1]}
    assert evidence["fields"]["task.dataset[0].dataUsage"]["value"] == "output"


def test_an_unchanged_report_stays_as_it_is(edit, tmp_path):
    path = write(tmp_path)
    before = path.stat().st_mtime_ns
    done = edit(path, "--editor", **editor(tmp_path, ""))
    assert (done.returncode, path.stat().st_mtime_ns) == (0, before)
    assert "nothing was changed" in done.stderr


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("text = text[:-9]", "is not JSON"),
        ("text = '[]'", "is no JSON object"),
        ("text = text.replace('\"training\"', 'null')", "task.taskStage: null is no value"),
        ("text = text.replace('\"input\"', '\"inputs\"')", "task.dataset[0].dataUsage is"),
        ("text = text.replace('\"measures\"', '\"measured\"')", "measures is missing"),
        ("sys.exit(3)", "ended with 3"),
    ],
)
def test_a_broken_edit_is_not_lost(edit, tmp_path, code, message):
    path = write(tmp_path)
    before = path.read_bytes()
    done = edit(path, "--editor", **editor(tmp_path, code))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    (kept,) = tmp_path.glob("aipower-edit-*/report_*.json")
    assert str(kept) in done.stderr
    assert path.read_bytes() == before


@pytest.mark.slow
def test_a_broken_edit_is_offered_again_on_a_terminal(tmp_path):
    path = write(tmp_path)
    first = "text.replace('tabularClassification', 'chatbot') + '}'"
    code = f"text = text.rstrip()[:-1] if 'chatbot' in text else {first}"
    with AtTerminal("edit", path, "--editor", folder=tmp_path, **editor(tmp_path, code)) as person:
        person.sees("is not JSON")
        person.sees(" > ")
        person.types("")
        assert person.ends() == 0
    assert read(only(tmp_path))[0]["task"]["taskFamily"] == "chatbot"


def test_an_editor_that_is_not_there(edit, tmp_path):
    done = edit(write(tmp_path), "--editor", VISUAL="", EDITOR="no-such-editor")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no-such-editor: cannot be run" in done.stderr


def test_a_signature_of_the_report_before_is_told(edit, tmp_path):
    path = write(tmp_path, name="report_mine")
    path.with_name("report_mine.json.sig").write_text("{}")
    assert (
        "report_mine.json.sig is of the report as it was"
        in edit(path, "--set", "header.licensing=CC0").stderr
    )


def test_a_header_that_is_no_object_is_left_and_told(tmp_path, edit):
    path = write(tmp_path, name="odd")
    document = json.loads(path.read_text())
    document["header"] = [1]
    path.write_text(json.dumps(document))
    path.with_suffix(".evidence.json").unlink()
    assert edit(path, "--set", "task.taskFamily=chatbot").returncode == 0
    done = edit(path, "--set", "header.licensing=MIT")
    assert (done.returncode, "header is no object" in done.stderr) == (2, True)
    assert (read(path)[0]["header"], read(path)[0]["task"]["taskFamily"]) == ([1], "chatbot")
