"""A path may name anything: it is read, or one line says what it is."""

import os
import sys

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.report.reading.file import LARGEST, read_bytes, read_json

linux = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")


def refusal(path) -> str:
    with pytest.raises(BadInput) as caught:
        read_json(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_read_as_it_is(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf[1]\r\n")
    assert read_bytes(tmp_path / "a.json") == b"\xef\xbb\xbf[1]\r\n"
    assert read_json(tmp_path / "a.json") == [1]


def test_what_is_no_file_is_named(tmp_path):
    (tmp_path / "link.json").symlink_to("nowhere.json")
    (tmp_path / "folder.json").mkdir()
    assert refusal(tmp_path / "no.json").endswith("no.json: there is no such file")
    assert refusal(tmp_path / "link.json").endswith("link.json: is a link to nothing")
    assert refusal(tmp_path / "folder.json").endswith("folder.json: is a folder, not a file")
    assert "cannot be read" in refusal(tmp_path / ("x" * 300))
    assert "cannot be read" in refusal(tmp_path / "a\0b")


@linux
def test_nobody_waits_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    assert "pipe or a device" in refusal(tmp_path / "pipe.json")
    assert "pipe or a device" in refusal(type(tmp_path)("/dev/null"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user who may not read all")
def test_what_may_not_be_read_is_named(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.json").chmod(0)
    assert "cannot be read: Permission denied" in refusal(tmp_path / "a.json")


def test_no_more_is_read_than_a_report_can_have(tmp_path):
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(100 * 2**20)
    assert "is too large: 100 MB, and at most 16 MB are read" in refusal(tmp_path / "large.json")
    (tmp_path / "just.json").write_bytes(b"[" + b" " * (LARGEST - 2) + b"]")
    assert read_json(tmp_path / "just.json") == []
