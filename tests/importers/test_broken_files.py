"""Files as they come out of spreadsheets, editors, other systems and crashes."""

from __future__ import annotations

import gzip
import pickle

import pytest
from codecarbon_files import VERSION_1, VERSION_2, table

RUNS = [{**VERSION_2, "run_id": f"{number}{VERSION_2['run_id'][1:]}"} for number in range(1, 4)]
TEXT = table(*RUNS)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        gzip.compress(TEXT.encode()),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        ("sep=;\n" + TEXT.replace(",", ";")).encode(),
        ("# my runs\n\n" + TEXT.replace("\n", "\n\n")).encode(),
        TEXT.replace("digits", '"digits"').encode(),
    ],
    ids=[
        "crlf",
        "bom",
        "utf16",
        "utf16-le",
        "utf16-be",
        "gzip",
        "semicolon",
        "tab",
        "sep",
        "comments",
        "quoted",
    ],
)
def test_the_same_in_other_clothes(load, content):
    done = load(content)
    assert not done.refused
    assert [measure["powerConsumption"] for measure in done.measures] == [1.0] * 3
    assert done.reports[0]["header"]["publisher"]["projectName"] == "digits"


def test_decimal_commas(load):
    numbers = {"duration": "1234,5", "energy_consumed": "1,0", "cpu_energy": "0,075", "gpu_energy": "9,0E-01"}
    row = {**RUNS[0], **numbers, "ram_energy": "0,025", "ram_power": "72,9"}
    (measure,) = load(table(row, separator=";")).measures
    assert (measure["measurementDuration"], measure["powerConsumption"]) == (1234.5, 1.0)


def test_commas_and_line_breaks_inside_quotes(load):
    row = {**RUNS[0], "cpu_model": '"Intel(R) Xeon(R), 8 cores"', "project_name": '"two\nlines, ""quoted"""'}
    done = load(table(row, RUNS[1]))
    assert done.reports[0]["infrastructure"]["components"][0]["componentName"] == "Intel(R) Xeon(R), 8 cores"
    assert done.reports[0]["header"]["publisher"]["projectName"] == 'two\nlines, "quoted"'
    assert [each["run"]["imported"]["line"] for each in done.evidence] == [2, 4]


def test_a_quote_that_is_never_closed_costs_its_row_alone(load):
    many = [{**RUNS[0], "run_id": f"{number:08}-2222-3333-4444-555555555555"} for number in range(40)]
    many[0] = {**many[0], "project_name": '"digits'}
    done = load(table(*many))
    assert [line for line, _ in done.refused] == [2]
    assert len(done.reports) == 39


def test_a_truncated_file(load):
    done = load(TEXT[:-150])
    assert [line for line, _ in done.refused] == [4]
    assert len(done.reports) == 2


def test_a_last_line_without_its_end_may_be_cut(load):
    done = load(TEXT.rstrip("\n"))
    assert ["line-not-ended" in codes for codes in done.warnings] == [False, False, True]


def test_headers_that_come_again(load):
    lines = TEXT.splitlines()
    done = load("\n".join([*lines[:2], lines[0], *lines[2:]]) + "\n" + table(VERSION_1))
    assert len(done.reports) == 4
    assert not done.refused


def test_columns_of_others_do_no_harm(load):
    row = {"": "0", **RUNS[0], "my note": "hello"}
    assert load(table(row)).measures[0]["powerConsumption"] == 1.0


def test_a_column_that_is_there_twice(load):
    lines = TEXT.splitlines()
    (outcome,) = load("\n".join([lines[0] + ",duration", lines[1] + ",7"]) + "\n").outcomes
    assert outcome.is_file
    assert outcome.why_not == "the column 'duration' is there 2 times (leave one of them)"


def test_rows_of_too_many_cells(load):
    lines = TEXT.splitlines()
    done = load("\n".join([lines[0], lines[1] + ",1,2", lines[2] + ",,,"]) + "\n")
    assert done.refused == [(2, "has 33 cells under 31 columns")]
    assert len(done.reports) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (TEXT.splitlines()[0].encode(), "holds no rows below its header"),
        (bytes(range(256)) * 9, "is no text file"),
        (pickle.dumps({"gpu_info": list(range(1000))}), "is no text file"),
        (b"a,b,c\n1,2,3\n", "no tool is known that writes such a file; tried codecarbon, eco2ai"),
        (b'{"some": "json"}', "no tool is known that writes such a file"),
        (TEXT.splitlines()[0].encode() + b"\n" + b"x" * 3_000_000, "line 2 is longer than"),
        (b"\x1f\x8bno gzip", "cannot be read"),
    ],
    ids=["empty", "blank", "header", "binary", "pickle", "table", "json", "line", "gzip"],
)
def test_files_that_cannot_be_used_at_all(load, content, why):
    (outcome,) = load(content).outcomes
    assert outcome.is_file
    assert outcome.why_not.startswith(why)


def test_a_file_that_is_not_there(load, tmp_path):
    (outcome,) = load(tmp_path / "none.csv").outcomes
    assert outcome.is_file
    assert outcome.why_not == "cannot be read: No such file or directory"


def test_a_gzip_that_is_cut_gives_the_rows_before(load):
    rows = [{**RUNS[0], "run_id": f"{number:08}-2222-3333-4444-{number * 7919:012}"} for number in range(300)]
    done = load(gzip.compress(table(*rows).encode())[:-300])
    assert 100 < len(done.reports) < 300
    assert done.outcomes[-1].is_file
    assert "cannot be read beyond line" in done.outcomes[-1].why_not


def test_the_tool_can_be_forced(load):
    text = "timestamp,tag,duration,watts\n2024-11-21 12:00:00,a,1,360\n2024-11-21 12:00:10,a,1,360\n"
    assert load(text, tool="wattmeter").measures[0]["powerConsumption"] == pytest.approx(0.001)
    (outcome,) = load(TEXT, tool="zeus").outcomes
    assert outcome.why_not.startswith("has no column elapsed_time, start_time, window_name")
