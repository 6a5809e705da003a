"""Whatever lies in a folder, `aipower validate` says one line of it and goes on, in little memory."""

import gzip
import json
import os
import subprocess
import sys
import tracemalloc
import zipfile

import pytest
from boamps_documents import full_document
from running import AIPOWER

from ai_power_export.report.checks.files import check_places

REPORT = json.dumps(full_document())

HOSTILE = {
    "archive.json": (gzip.compress(REPORT.encode()), "gzip archive"),
    "array.json": (f"[{REPORT}, {REPORT}]", "is a list of 2"),
    "array_of_nothing.json": ("[]", "is a list of 0"),
    "constant.json": (REPORT.replace("0.5", "NaN", 1), "NaN in line 1"),
    "deep.json": ('{"task": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested more than"),
    "digits.json": (REPORT.replace("0.5", "9" * 5000, 1), "thousands of digits"),
    "empty.json": ("", "is empty"),
    "huge.json": (b" " * 20 * 2**20, "is too large: 20 MB"),
    "infinite.json": (REPORT.replace("0.5", "1e999", 1), "beyond all numbers"),
    "latin.json": (REPORT.replace("boamps", "").replace('"a"', '"é"').encode("latin-1"), "is not UTF-8"),
    "null.json": ("null", "is no JSON object"),
    "other.json": ('{"name": "package"}', "is no report"),
    "truncated.json": (REPORT[:1000], "is not JSON"),
    "twice.json": (REPORT.replace("{", '{"task": 1, ', 1), "has task twice"),
    "utf16.json": (REPORT.encode("utf-16"), "is UTF-16"),
}


@pytest.fixture
def hostile(tmp_path):
    """A folder with all of these, a link to nothing, a pipe, and between them a report in good order."""
    for name, (content, _) in HOSTILE.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with zipfile.ZipFile(tmp_path / "zip.json", "w") as archive:
        archive.writestr("report.json", REPORT)
    (tmp_path / "link.json").symlink_to("nowhere")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json" / "good.json").write_text(REPORT)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.json")
    return tmp_path


def test_each_is_told_in_one_line_and_the_others_go_on(hostile):
    done = subprocess.run([AIPOWER, "validate", "."], cwd=hostile, capture_output=True, text=True, timeout=60)
    lines = dict(line.removeprefix("./").split(": ", 1) for line in done.stdout.splitlines())
    for name, (_, text) in HOSTILE.items():
        assert text in lines[name]
    assert "zip archive" in lines["zip.json"]
    assert "link to nothing" in lines["link.json"]
    assert "folder.json/good.json" in lines
    assert ("Traceback" in done.stderr, done.returncode) == (False, 2)


def test_a_reader_that_has_seen_enough_is_no_error(hostile):
    command = f"'{AIPOWER}' validate . --json | head -c 1"
    done = subprocess.run(command, shell=True, cwd=hostile, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is full")
@pytest.mark.parametrize("to", ["/dev/full", "&-"])
def test_findings_that_cannot_be_written_end_in_one_line(hostile, to):
    command = f"'{AIPOWER}' validate folder.json >{to}"
    done = subprocess.run(command, shell=True, cwd=hostile, capture_output=True, text=True, timeout=60)
    assert "cannot be written" in done.stderr
    assert (len(done.stderr.splitlines()), done.returncode) == (1, 2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_many_files_have_a_progress_line_on_a_terminal(tmp_path):
    import pty

    (tmp_path / "0.json").write_text(REPORT)
    for number in range(1, 210):
        os.link(tmp_path / "0.json", tmp_path / f"{number}.json")
    ours, theirs = pty.openpty()
    with open(tmp_path / "out", "wb") as out:
        process = subprocess.Popen(
            [AIPOWER, "validate", ".", "--json"], cwd=tmp_path, stdout=out, stderr=theirs
        )
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        process.wait(60)
    assert b"files checked" in shown
    assert json.loads((tmp_path / "out").read_text())["summary"]["files"] == 210


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_files(tmp_path):
    (tmp_path / "0.json").write_text('{"task": {}, "measures": []}')
    for number in range(1, 220):
        os.link(tmp_path / "0.json", tmp_path / f"{number}.json")
    peaks = []
    files = check_places([str(tmp_path)])
    for _ in range(20):  # what is imported and cached is there from now on
        next(files)
    tracemalloc.start()
    for number, _ in enumerate(files):
        if number in (40, 190):
            peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2
