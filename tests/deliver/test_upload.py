"""Reports leave checked, public, clean, after the user agreed, and arrive whole or not at all."""

from __future__ import annotations

import json

import pytest

from ai_power_export.cli.privacy import privacy_command
from ai_power_export.cli.upload import upload_command
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.facts import Origin
from ai_power_export.reconcile import reconcile
from ai_power_export.report.assemble import assemble
from ai_power_export.report.edit.published import receipt_of
from ai_power_export.report.evidence import evidence
from ai_power_export.report.header import header_facts
from ai_power_export.report.privacy.level import Level
from ai_power_export.settings import load_settings

SOURCE = "power-reports/report_a.json"


PROJECT = "header.publisher.projectName"
FACTS = (
    ("header.reportStatus", "final", ""),
    ("header.publisher.name", "Quillwork Institute", ""),
    ("task.taskStage", "training", ""),
    ("task.taskFamily", "imageClassification", ""),
    ("task.algorithms.classPath", "sklearn.svm.SVC", "sklearn.svm.SVC"),
    ("task.dataset.dataUsage", "input", "input"),
    ("task.dataset.dataType", "image", "input"),
    ("measures.measurementMethod", "codecarbon", "codecarbon"),
    ("measures.powerConsumption", 0.001, "codecarbon"),
    ("infrastructure.infraType", "onPremise", ""),
    ("infrastructure.components.componentType", "cpu", "cpu"),
    ("infrastructure.components.nbComponent", 1, "cpu"),
    ("system.os", "linux", ""),
)


def documents() -> tuple[dict, dict]:
    """A valid report whose project the user has named, and its evidence."""
    facts = header_facts("dd43ca44-efd2-4a42-8fbe-e6b694cbe117")
    facts.add(PROJECT, "mine", Origin.USER, "settings")
    for field, value, subject in FACTS:
        facts.add(field, value, Origin.OBSERVED, "a.py:3", subject=subject)
    verdict = reconcile(facts)
    document = assemble(verdict)
    return document, json.loads(json.dumps(evidence(verdict, document, {"id": "a-run"})))


@pytest.fixture(autouse=True)
def report(tmp_path, monkeypatch):
    """A valid public report of ours with something private in it; returns how to write it differently."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", None)
    document, beside = documents()

    def write(name=SOURCE, *, with_evidence=True, **publisher):
        said = json.loads(json.dumps(document))
        said["header"]["publisher"] |= {"confidentialityLevel": "public", **publisher}
        said["task"]["taskDescription"] = "Trained on /home/qzsomeone/cats/train.csv"
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(said))
        if with_evidence:
            path.with_suffix(".evidence.json").write_text(json.dumps(beside))
        return path

    write()
    return write


def upload(*places, level=None, preview=False, yes=True):
    return upload_command([*map(str, places)], "out", level, preview=preview, yes=yes)


def delivered(tmp_path):
    return [json.loads(path.read_text()) for path in sorted((tmp_path / "out").glob("*"))]


def test_a_report_arrives_clean_and_has_a_receipt(tmp_path, report, capsys):
    assert upload(tmp_path / "power-reports") == 0
    (sent,) = delivered(tmp_path)
    assert sent["task"]["taskDescription"] == "Trained on train.csv"
    source = tmp_path / SOURCE
    assert "qzsomeone" in source.read_text()  # the user's own file stays as it is
    assert receipt_of(source).exists()
    assert "delivered to out/report_" in capsys.readouterr().err


def test_it_arrives_once_and_never_replaces_another(tmp_path, report, capsys):
    assert upload(tmp_path / SOURCE) == upload(tmp_path / SOURCE) == 0
    assert "there already" in capsys.readouterr().err
    (there,) = (tmp_path / "out").glob("*")
    there.write_text("{}")
    assert upload(tmp_path / SOURCE) == 1
    assert there.read_text() == "{}"
    assert "another report has this name there" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["power-reports", "power-reports/*", "."])
def test_it_finds_the_reports_that_validate_finds(tmp_path, report, place):
    (tmp_path / "power-reports" / "nightly").mkdir()
    other = report("power-reports/nightly/report_b.json", with_evidence=False)
    other.write_text(other.read_text().replace("dd43ca44-efd2", "5e01ff2d-0c17"))
    assert upload(place) == 0
    assert receipt_of(tmp_path / SOURCE).exists()
    assert receipt_of(other).exists()


def test_without_consent_nothing_leaves(tmp_path, report):
    with pytest.raises(CheckFailed, match="nobody agreed"):
        upload(tmp_path / SOURCE, yes=False)
    assert not (tmp_path / "out").exists()
    assert not receipt_of(tmp_path / SOURCE).exists()


@pytest.mark.parametrize(("answer", "leaves"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_on_a_terminal_the_user_is_asked(tmp_path, report, monkeypatch, answer, leaves):
    lines = iter([answer])
    monkeypatch.setattr("ai_power_export.cli.edit.terminal.can_ask", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: next(lines).strip() == "y")
    if leaves:
        assert upload(tmp_path / SOURCE, yes=False) == 0
    else:
        with pytest.raises(CheckFailed, match="nothing was delivered"):
            upload(tmp_path / SOURCE, yes=False)
    assert (tmp_path / "out").exists() is leaves


def test_a_preview_shows_what_would_leave_and_writes_nothing(tmp_path, report, capsys):
    before = sorted(tmp_path.rglob("*"))
    assert upload(tmp_path / SOURCE, preview=True) == 0
    shown = capsys.readouterr().out
    assert "Trained on train.csv" in shown.partition("taken out:")[0]
    assert "/home/qzsomeone/cats/train.csv -> train.csv" in shown.partition("taken out:")[2]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("said", ["internal", "confidential", "secret"])
def test_only_public_reports_leave_and_others_do_all_the_same(tmp_path, report, capsys, said):
    report("power-reports/report_b.json", with_evidence=False, confidentialityLevel=said)
    assert upload(tmp_path / "power-reports") == 1
    assert len(delivered(tmp_path)) == 1
    assert f"report_b.json stays here: it is {said}, and only public reports leave" in capsys.readouterr().err


def test_what_is_so_of_many_is_said_once(tmp_path, report, capsys):
    for number in range(12):
        path = report(
            f"power-reports/report_{number}.json", with_evidence=False, confidentialityLevel="internal"
        )
    path.write_text(path.read_text().replace("internal", "secret"))
    assert upload(tmp_path / "power-reports") == 1
    told = capsys.readouterr().err
    assert told.count("only public reports leave") == 2
    assert "11 reports left here: it is internal" in told
    assert f"{path.name} left here: it is secret" in told


def test_what_is_not_valid_or_no_report_stays(tmp_path, report, capsys):
    (tmp_path / "power-reports" / "b.json").write_text('{"task": {}}')
    (tmp_path / "power-reports" / "c.json").write_text("[]")
    assert upload(tmp_path / "power-reports") == 1
    told = capsys.readouterr().err
    assert "b.json stays here: it is not valid" in told
    assert "c.json" in told
    assert len(delivered(tmp_path)) == 1


def test_a_report_that_loses_a_required_value_cannot_leave(tmp_path, report, capsys):
    path = report()
    document = json.loads(path.read_text())
    document["task"]["taskFamily"] = "gl" + "pat-" + "a1B2c3D4e5F6g7H8i9J0"
    path.write_text(json.dumps(document))
    assert upload(path) == 1
    assert not (tmp_path / "out").exists()
    assert "task.taskFamily is missing (it held a secret)" in capsys.readouterr().err


def test_the_name_of_the_project_leaves_by_the_users_word_alone(tmp_path, report, monkeypatch):
    def project(**options):
        upload(report(**options))
        (path,) = (tmp_path / "out").glob("*")
        sent = json.loads(path.read_text())
        path.unlink()
        return sent["header"]["publisher"].get("projectName")

    assert project(projectName="mine") == "mine"  # its evidence says that the user gave it
    assert project(projectName="folder") is None
    (tmp_path / SOURCE).with_suffix(".evidence.json").unlink()
    assert project(projectName="folder", with_evidence=False) is None
    monkeypatch.setenv("AIPOWER_PROJECT", "folder")
    assert project(projectName="folder", with_evidence=False) == "folder"


def test_the_level_is_the_settings_unless_given(tmp_path, report, monkeypatch):
    monkeypatch.setenv("AIPOWER_PRIVACY", "anonymous")
    assert upload(tmp_path / SOURCE) == 0
    assert delivered(tmp_path)[0]["header"]["publisher"] == {"confidentialityLevel": "public"}
    (tmp_path / "out").rename(tmp_path / "before")
    assert upload(tmp_path / SOURCE, level=Level.FULL) == 0
    assert delivered(tmp_path)[0]["header"]["publisher"]["projectName"] == "mine"


def test_unknown_places_and_destinations_are_bad_input(tmp_path, report):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"holds no \*\.json"):
        upload(tmp_path / "empty")
    with pytest.raises(BadInput, match="nothing can be delivered to ftp:"):
        upload_command([str(tmp_path / SOURCE)], "ftp://there/data", None, preview=False, yes=True)
    with pytest.raises(BadInput, match="is no folder"):
        upload_command([str(tmp_path / SOURCE)], SOURCE, None, preview=False, yes=True)
    with pytest.raises(BadInput, match="coordinates_decimals"):
        load_settings(tmp_path, {"coordinates_decimals": 7})


def test_privacy_prints_json_without_what_was_taken_out(tmp_path, report, capsys):
    assert privacy_command(tmp_path / SOURCE, Level.ORGANISATION, as_json=True) == 0
    text = capsys.readouterr().out
    shown = json.loads(text)
    assert "qzsomeone" not in text
    assert shown["level"] == "organisation"
    assert shown["refused"] == []
    assert {each["path"] for each in shown["takenOut"]} >= {
        "header.publisher.projectName",
        "task.taskDescription",
    }


def test_privacy_shows_no_secret_whole(tmp_path, report, capsys):
    secret = "gl" + "pat-" + "a1B2c3D4e5F6g7H8i9J0"
    path = report()
    path.write_text(path.read_text().replace("/home/qzsomeone/cats/train.csv", secret))
    privacy_command(path, None, as_json=False)
    shown = capsys.readouterr().out
    assert secret not in shown
    assert f"{secret[:4]}… ({len(secret)} characters) -> [secret]" in shown


NO_HASH = {"half of a pair": "\ud800", "a number of many digits": 123456789012345678901234567}


@pytest.mark.parametrize("what", NO_HASH)
def test_a_report_that_has_no_hash_stays_here_and_the_others_leave(tmp_path, report, capsys, what):
    other = report("power-reports/report_b.json", with_evidence=False)
    document = json.loads(other.read_text())
    document["header"]["reportId"] = "5e01ff2d-0c17-4a42-8fbe-e6b694cbe117"
    document["mine"] = NO_HASH[what]
    other.write_text(json.dumps(document))
    assert upload(tmp_path / "power-reports") == 1
    assert [each["header"]["reportId"] for each in delivered(tmp_path)] == [
        "dd43ca44-efd2-4a42-8fbe-e6b694cbe117"
    ]
    told = capsys.readouterr().err
    assert told.count("report_b.json stays here") == 1
    assert not receipt_of(other).exists()
