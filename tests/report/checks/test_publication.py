"""`aipower validate --public`: what moderators of a collection are told of files that strangers propose."""

import json

import pytest
from public_reports import public_report

from ai_power_export.cli.app import app

SECRET = "ghp_" + "q7Zx" * 9
NAME = "a b.json"


@pytest.fixture
def moderate(tmp_path, monkeypatch, capsys):
    """Check a file that says something besides; gives the exit code and the findings by their codes."""
    monkeypatch.chdir(tmp_path)

    def _moderate(change=lambda document: None, *, options=("--public",)):
        document = public_report(3)
        change(document)
        (tmp_path / NAME).write_text(json.dumps(document, indent=1))
        code = app(["validate", NAME, "--json", *options], standalone_mode=False)
        out = capsys.readouterr().out
        assert SECRET not in out
        assert "qzsomeone" not in out
        (file,) = json.loads(out)["files"]
        return code, [(each["severity"], each["code"], each["path"]) for each in file["findings"]], file

    return _moderate


def test_a_public_report_passes(moderate):
    code, findings, file = moderate()
    assert (code, findings, file["valid"]) == (0, [], True)


@pytest.mark.parametrize("level", ["internal", "confidential", "secret"])
def test_what_is_not_public_does_not_pass(moderate, level):
    def change(document):
        document["header"]["publisher"]["confidentialityLevel"] = level

    path = "header.publisher.confidentialityLevel"
    assert moderate(change)[:2] == (1, [("error", "not-public", path)])
    assert moderate(change, options=())[:2] == (0, [])


def test_a_secret_is_an_error_and_what_is_private_a_warning(moderate):
    def change(document):
        document["task"]["taskDescription"] = f"from /home/qzsomeone/data with {SECRET}"
        document["environment"] = {"latitude": 48.1234567, "longitude": 2.25}

    code, findings, file = moderate(change)
    assert code == 1
    assert [each for each in findings if each[1] == "private"] == [
        ("warning", "private", "environment.latitude"),
        ("error", "private", "task.taskDescription"),
        ("warning", "private", "task.taskDescription"),
    ]
    assert all(each["line"] > 1 for each in file["findings"])


def test_findings_that_quote_what_is_private_keep_those_that_say_so(moderate):
    def change(document):
        document[SECRET] = 1
        document["quality"] = f"/home/qzsomeone/{SECRET}"

    code, findings, _ = moderate(change)
    assert code == 1
    assert ("error", "private", "quality") in findings
    assert ("error", "unknown-choice", "quality") in findings


def test_what_may_be_told_does_not_change_how_good_the_data_are(moderate):
    def change(document):
        document["header"]["publisher"]["confidentialityLevel"] = "internal"

    assert moderate(change)[2]["rating"] == moderate()[2]["rating"]


def test_a_link_shows_nothing_of_where_it_leads(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").write_text(json.dumps({"qzsomeone": 1}))
    (tmp_path / NAME).symlink_to("elsewhere")
    assert app(["validate", NAME, "--public"], standalone_mode=False) == 1
    printed = capsys.readouterr()
    assert printed.out == f"{NAME}: is a link (add the report itself)\n"


def test_annotations_name_files_from_the_top_of_the_checkout(tmp_path, monkeypatch, capsys):
    (tmp_path / "data/sub").mkdir(parents=True)
    (tmp_path / "data" / NAME).write_text("{}")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    for folder, name in (("data", NAME), ("data/sub", f"../{NAME}"), ("", str(tmp_path / "data" / NAME))):
        monkeypatch.chdir(tmp_path / folder)
        assert app(["validate", name, "--format", "github"], standalone_mode=False) == 1
        assert capsys.readouterr().out.startswith(f"::error file=data/{NAME},line=1,")


def test_a_name_cannot_speak_to_the_runner(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "a\n::stop-commands::x.evidence.json"
    (tmp_path / name).write_text("{}")
    with pytest.raises(Exception, match="nothing to check") as refused:
        app(["validate", name], standalone_mode=False)
    assert "\n" not in str(refused.value)
