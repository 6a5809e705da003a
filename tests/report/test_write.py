import json
import os
import random
import re
import subprocess
import sys
import textwrap
import time

import pytest
from boamps_documents import JSON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_power_export.report.write import report_name, write_json


def document(**parts) -> dict:
    return {
        "header": {
            "reportId": "2f4643f7-68b5-4fb6-21f0-b5dcda04897d",
            "publisher": {"name": "Société Générale"},
        },
        "task": {"taskStage": "preprocessing+training", "taskFamily": "image classification"},
        "infrastructure": {"infraType": "onPremise"},
        **parts,
    }


def test_a_report_is_named_like_those_of_the_open_data_set():
    assert report_name(document()) == (
        "report_Societe-Generale_preprocessing+training_image-classification_onPremise"
        "_2f4643f7-68b5-4fb6-21f0-b5dcda04897d"
    )


def test_unknown_parts_are_left_out():
    assert report_name(document(header={"reportId": "7"}, infrastructure=None)) == (
        "report_preprocessing+training_image-classification_7"
    )
    assert report_name({}) == "report"


@given(
    st.text(), st.text(), st.sampled_from(["../../etc/passwd", "a_b\\c:d*", "x" * 300, "日本", "..", "nul\0"])
)
def test_a_name_is_safe_whatever_the_document_says(stage, publisher, family):
    name = report_name(
        document(task={"taskStage": stage, "taskFamily": family}, header={"publisher": publisher})
    )
    assert re.fullmatch(r"report(_[A-Za-z0-9+.-]{1,40}){1,4}", name)
    assert ".." not in name.split("_")


@given(JSON, JSON)
def test_a_document_that_is_no_report_has_a_name_too(header, task):
    assert report_name({"header": header, "task": task}) == "report"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(), JSON | st.characters(categories=["Cs"])))
def test_what_is_written_is_read_back(tmp_path, data):
    path = tmp_path / "report.json"
    write_json(path, data)
    assert json.loads(path.read_text(encoding="utf-8")) == data


def test_the_file_is_readable_text_in_a_folder_made_for_it(tmp_path):
    path = tmp_path / "power-reports" / "2026" / "report.json"
    write_json(path, {"name": "Société", "list": [1]})
    assert path.read_text(encoding="utf-8") == '{\n  "name": "Société",\n  "list": [\n    1\n  ]\n}\n'


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "any").touch()
    write_json(tmp_path / "report.json", {})
    assert (tmp_path / "report.json").stat().st_mode == (tmp_path / "any").stat().st_mode


@pytest.mark.parametrize("data", [{"energy": float("nan")}, {"energy": float("inf")}, {"model": object()}])
def test_what_json_cannot_say_leaves_the_file_as_it_was(tmp_path, data):
    path = tmp_path / "report.json"
    write_json(path, {"energy": 1})
    with pytest.raises((ValueError, TypeError)):
        write_json(path, data)
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]
    assert json.loads(path.read_text()) == {"energy": 1}


def test_a_name_that_is_taken_by_a_folder_leaves_no_rubbish(tmp_path):
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OSError):
        write_json(tmp_path / "report.json", {})
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.skipif(os.name != "posix", reason="a limit of POSIX stands in for the full disk")
def test_a_full_disk_leaves_the_old_file_and_no_rubbish(tmp_path):
    path = tmp_path / "report.json"
    write_json(path, {"energy": 1})
    code = """
        import pathlib, resource, sys
        from ai_power_export.report.write import write_json
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            write_json(pathlib.Path(sys.argv[1]), {"energy": "x" * 100_000})
        except OSError as error:
            print(type(error).__name__)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(path)], capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.returncode) == ("OSError", 0)
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]
    assert json.loads(path.read_text()) == {"energy": 1}


WRITER = """
import itertools, pathlib, sys
from ai_power_export.report.write import write_json
print("ready", flush=True)
for number in itertools.count():
    write_json(pathlib.Path(sys.argv[1]), {"first": number, "filling": "x" * 300_000, "last": number})
"""


def test_a_kill_at_any_moment_leaves_a_whole_file_or_none(tmp_path):
    path = tmp_path / "report.json"
    for _ in range(25):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(random.uniform(0, 0.03))
        writer.kill()
        writer.communicate(timeout=10)
        if path.exists():
            found = json.loads(path.read_text())
            assert found["first"] == found["last"]
    assert path.exists()
    # The kills did hit the writing: some left what they had begun under another name.
    assert list(tmp_path.glob(".aipower-*.tmp"))
