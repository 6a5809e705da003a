"""The signature of a report goes with it, where it holds for what arrives."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from public_reports import of_version

from ai_power_export.cli.upload import upload_command
from ai_power_export.report.signing.keys import SigningKey
from ai_power_export.report.signing.sign import sign_report
from ai_power_export.report.signing.verify import Verdict, verify_report

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"k" * 32))


@pytest.fixture
def report(tmp_path, monkeypatch):
    """A valid public report with nothing private in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", None)
    moment = f"{datetime.now(timezone.utc) - timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    document = {
        "header": {
            "reportId": "dd43ca44-efd2-4a42-8fbe-e6b694cbe117",
            "reportDatetime": moment,
            "reportStatus": "final",
            "publisher": {"name": "Quillwork Institute", "confidentialityLevel": "public"},
        },
        "task": {
            "taskStage": "training",
            "taskFamily": "imageClassification",
            "algorithms": [{"algorithmName": "randomForest"}],
            "dataset": [{"dataUsage": "input", "dataType": "image"}],
        },
        "measures": [{"measurementMethod": "codecarbon", "powerConsumption": 0.001}],
        "infrastructure": {
            "infraType": "onPremise",
            "components": [{"componentType": "cpu", "nbComponent": 1}],
        },
    }
    path = tmp_path / "report_a.json"
    path.write_text(json.dumps(document))
    return path


def arrived(report):
    """Deliver a report; return the file that arrived, and all that is there."""
    assert upload_command([str(report)], "out", None, preview=False, yes=True) == 0
    there = sorted((report.parent / "out").iterdir())
    return there[0], [path.name for path in there]


def test_what_arrives_is_signed(report):
    sign_report(report, KEY)
    # Who changes the file of a signature sends nothing of theirs along.
    beside = report.with_name("report_a.json.sig")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "note": "/home/qzsomeone"}))
    path, names = arrived(report)
    assert names == [path.name, f"{path.name}.sig"]
    assert "qzsomeone" not in (path.parent / names[1]).read_text()
    assert verify_report(path).verdict is Verdict.VALID
    assert arrived(report) == (path, names)


def test_a_signature_that_does_not_hold_stays_here(report):
    sign_report(report, KEY)
    report.write_text(report.read_text().replace("0.001", "0.002"))
    assert arrived(report)[1][1:] == []


def test_a_report_of_which_something_is_taken_out_leaves_its_signature_here(report, capsys):
    document = json.loads(report.read_text())
    document["task"]["taskDescription"] = "Trained on /home/qzsomeone/cats/train.csv"
    report.write_text(json.dumps(document))
    sign_report(report, KEY)
    path, names = arrived(report)
    assert names == [path.name]
    assert verify_report(path).verdict is Verdict.UNSIGNED


def test_a_report_whose_own_signature_is_of_another_text_stays(report, capsys):
    older = of_version("boamps-2024", 7)
    del older["header"]["publisher"]["projectName"]  # which nobody says is the user's word
    report.write_text(json.dumps(older))
    sign_report(report, KEY)
    assert verify_report(arrived(report)[0]).verdict is Verdict.VALID
    report.write_text(report.read_text().replace("debian", "ubuntu"))
    capsys.readouterr()
    assert upload_command([str(report)], "elsewhere", None, preview=False, yes=True) == 1
    assert "was changed since it was signed" in capsys.readouterr().err


def test_a_preview_says_that_the_signature_goes_along(report, capsys):
    sign_report(report, KEY)
    upload_command([str(report)], "out", None, preview=True, yes=False)
    assert "with its signature beside it" in capsys.readouterr().out
