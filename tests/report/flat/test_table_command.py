"""`aipower table` as it is called."""

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from boamps_documents import full_document
from official_boamps import official_folder
from running import AIPOWER

from ai_power_export.cli.app import app
from ai_power_export.errors import BadInput


def table(*arguments) -> int:
    return app(["table", *map(str, arguments)], standalone_mode=False)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, **more) -> dict:
    document = {**full_document(), **more}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return document


@pytest.fixture
def folder(tmp_path):
    """Three reports, one of them in a folder of its own, and what lies beside reports."""
    for number, place in enumerate(["report_a.json", "report_b.json", "job/report_b.json"]):
        save(tmp_path / "reports" / place, number=number)
    for name in ("report_a.evidence.json", "live_1.jsonl", "notes.txt"):
        (tmp_path / "reports" / name).write_text("{}")
    return tmp_path / "reports"


def test_a_row_a_report_wherever_it_lies(folder, tmp_path, capsys):
    assert table(folder, "-o", tmp_path / "new" / "reports.csv") == 0
    names = [row["file"] for row in rows(tmp_path / "new" / "reports.csv")]
    assert sorted(names) == ["report_a.json", "report_b.json", "report_b.json"]
    told = capsys.readouterr()
    assert told.out == "" and told.err.endswith("reports.csv (3 reports)\n")


def test_places_may_be_files_and_patterns(folder, tmp_path):
    assert table(folder / "report_a.json", folder / "*" / "*.json", "-o", tmp_path / "t.csv") == 0
    assert [row["file"] for row in rows(tmp_path / "t.csv")] == ["report_a.json", "report_b.json"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_back_again_under_the_same_names(folder, tmp_path, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"reports.{suffix}"
    assert table(folder, "-o", path) == 0
    assert table(path, "--back", "-o", tmp_path / "again") == 0
    found = {each.name: json.loads(each.read_text()) for each in (tmp_path / "again").iterdir()}
    assert sorted(found) == ["report_a.json", "report_b-2.json", "report_b.json"]
    assert found["report_a.json"] == json.loads((folder / "report_a.json").read_text())
    assert sorted(document["number"] for document in found.values()) == [0, 1, 2]


def test_what_is_no_report_is_told_in_a_line_and_the_others_go_on(folder, tmp_path, capsys):
    for name, content in {
        "list.json": b"[]",
        "nan.json": b'{"task": {"nbRequest": NaN}}',
        "other.json": b'{"a": 1}',
        "zip.json": b"PK\x03\x04",
        "deep.json": b'{"task":' * 500 + b"1" + b"}" * 500,
        "latin.json": b'{"task": {"taskStage": "\xe9"}}',
    }.items():
        (folder / name).write_bytes(content)
    assert table(folder, folder / "gone.json", "-o", tmp_path / "t.csv") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 8 and lines[-1].endswith("t.csv (3 reports; 7 left out)")
    assert len(rows(tmp_path / "t.csv")) == 3


def test_without_any_report_an_older_table_stays(folder, tmp_path):
    assert table(folder, "-o", tmp_path / "t.csv") == 0
    older = (tmp_path / "t.csv").read_text()
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput):
        table(tmp_path / "empty", "-o", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == older


FORMS = ["csv", "jsonl", "parquet"]


@pytest.mark.parametrize("form", FORMS)
def test_an_older_table_is_replaced_also_where_its_lists_were_longer(folder, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    longer = full_document()
    longer["task"]["dataset"] *= 12
    (folder / "report_c.json").write_text(json.dumps(longer))
    for relational in ([], ["--relational", "--as", form]):
        output = tmp_path / "tables" if relational else tmp_path / f"t.{form}"
        assert table(folder, "-o", output, *relational) == 0
        assert table(folder / "report_a.json", "-o", output, *relational) == 0


OTHERS = {
    "a report.jsonl": b'{"task": {}, "measures": []}\n',
    "nothing.csv": b"",
    "names.csv": b"name,value\na,1\n",
    "no text.csv": b"\xff\xfe\x00",
    "a column more.csv": b"file,task.taskStage,my notes,rest\n",
    "no object.jsonl": b"[1]\n",
    "none.parquet": b"PAR1",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_older_table_is_replaced_when_forced_alone(folder, tmp_path, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / name).write_bytes(OTHERS[name])
    with pytest.raises(BadInput, match="--force"):
        table(folder, "-o", tmp_path / name)
    assert (tmp_path / name).read_bytes() == OTHERS[name]
    assert table(folder, "-o", tmp_path / name, "--force") == 0
    assert table(folder, "-o", tmp_path / name) == 0


def test_a_file_among_the_relational_tables_is_not_replaced_unasked(folder, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "measures.csv").write_text("mine")
    with pytest.raises(BadInput, match=r"measures\.csv"):
        table(folder, "-o", tmp_path / "tables", "--relational")
    assert [each.name for each in (tmp_path / "tables").iterdir()] == ["measures.csv"]
    assert table(folder, "-o", tmp_path / "tables", "--relational", "--force") == 0


def test_an_error_while_writing_leaves_the_older_table(folder, tmp_path, monkeypatch):
    assert table(folder, "-o", tmp_path / "t.csv") == 0
    older = (tmp_path / "t.csv").read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ai_power_export.report.flat.tables.to_row", full)
    with pytest.raises(BadInput, match="No space left"):
        table(folder, "-o", tmp_path / "t.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports", "t.csv"]
    assert (tmp_path / "t.csv").read_text() == older


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "t.xlsx"], r"end it in \.csv"),
        (["-o", "t.csv", "--as", "jsonl"], "--as is for --relational"),
        (["-o", "t", "--relational", "--back"], "exclude each other"),
    ],
)
def test_bad_use_is_refused_before_anything_is_read(tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=said):
        table("gone", *options)
    assert not list(tmp_path.iterdir())


def test_parquet_without_pyarrow_tells_how_to_get_it(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadInput, match=r"pip install 'ai-power-export\[table\]'"):
        table(folder, "-o", tmp_path / "t.parquet")


def test_older_versions_are_converted_and_what_got_lost_is_told(tmp_path, capsys):
    samples = official_folder() / "examples"
    assert table(samples, "-o", tmp_path / "t.csv") == 0
    told = capsys.readouterr().err
    assert "converted to boamps: 2 of boamps-2024, 2 of orange-0.0.1; left out, with no place there: " in told
    assert "$hash" in told
    by_file = {row["file"]: row for row in rows(tmp_path / "t.csv")}
    row = by_file["2024-08-example-1.json"]
    assert row["measures.0.powerConsumption"] == "0.351"  # 351 Wh
    assert row["task.algorithms.0.algorithmName"] == "randomForest"


def test_back_never_writes_among_other_files(folder, tmp_path):
    table(folder, "-o", tmp_path / "t.csv")
    with pytest.raises(BadInput, match="is not empty"):
        table(tmp_path / "t.csv", "--back", "-o", folder)


def test_rows_left_out_on_the_way_back_are_told(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("task.taskStage,task.nbRequest\ntraining,1\ntraining,some\n")
    assert table(tmp_path / "t.csv", "--back", "-o", tmp_path / "again") == 1
    assert "t.csv:3: task.nbRequest: 'some' is no number" in capsys.readouterr().err
    assert json.loads((tmp_path / "again" / "report_training.json").read_text()) == {
        "task": {"taskStage": "training", "nbRequest": 1}
    }


def test_a_table_without_a_report_makes_no_folder(tmp_path):
    (tmp_path / "t.csv").write_text("quality\n")
    with pytest.raises(BadInput):
        table(tmp_path / "t.csv", "--back", "-o", tmp_path / "again")
    (tmp_path / "t.csv").write_text("score\n1\n")
    with pytest.raises(BadInput):
        table(tmp_path / "t.csv", "--back", "-o", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_terminal_sees_progress_and_nothing_of_it_stays_in_the_lines(folder, tmp_path):
    (folder / "other.json").write_text("[]")
    master, slave = pty.openpty()
    done = subprocess.Popen([AIPOWER, "table", folder, "-o", tmp_path / "t.csv"], stderr=slave)
    os.close(slave)
    seen = b""
    while chunk := _read(master):
        seen += chunk
    assert done.wait() == 1
    assert b"other.json" in seen and b"(3 reports; 1 left out)" in seen


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way to say that nobody writes any more
        return b""
