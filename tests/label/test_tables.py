"""Result tables in and out: what their cells say, what is refused, and what is added."""

import csv
import io
import tracemalloc

import pytest
from result_tables import elex_table, rated_rows, written

from ai_power_export.errors import BadInput
from ai_power_export.label import cells
from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.index import (
    BAD_REFERENCE,
    FEW,
    NO_BOUNDARIES,
    NO_NUMBER,
    NO_REFERENCE,
    ZERO,
)
from ai_power_export.label.schemes import load, made
from ai_power_export.label.tables import rate_table
from ai_power_export.label.tables_out import write_rated, write_rows

METRIC = {"name": "energy", "title": "Energy", "better": "lower", "weight": 1}
RAW = METRIC | {"boundaries": [1, 2, 5, 10]}


def scheme(**changes):
    content = {
        "name": "s",
        "version": "1",
        "date": "2026-11-22",
        "index": {"against": "none"},
        "compound": {"mode": "optimistic median"},
        "metrics": [RAW, RAW | {"name": "time", "weight": 0.25}],
    }
    return made(content | changes, "s")


def output(table, rules):
    """The rated table as rows, and its summary."""
    file = io.StringIO()
    summary = write_rows(rate_table(table, rules), rules, file)
    return list(csv.DictReader(io.StringIO(file.getvalue()))), summary


@pytest.mark.parametrize(
    ("cell", "letter", "why_not"),
    [
        ("0.5", "A", ""),
        (" 1 ", "A", ""),
        ("1e1", "D", ""),
        ("10.000000000000002", "E", ""),
        ("", "", "energy: no value"),
        ("n/a", "", "energy: no value"),
        ("NaN", "", "energy: no value"),
        ("0", "", "energy: the value is zero"),
        ("-3", "", "energy: the value is negative"),
        ("inf", "", "energy: the value is no finite number"),
        ("3 kWh", "", "energy: the value is no finite number"),
        ("1_000", "", "energy: the value is no finite number"),
        ("1,5", "", "energy: the value is no finite number"),
        ("0x10", "", "energy: the value is no finite number"),
    ],
)
def test_a_cell_is_a_number_or_has_a_reason(tmp_path, cell, letter, why_not):
    rows, _ = output(written(tmp_path / "t.csv", [{"model": "m", "energy": cell, "time": "2"}]), scheme())
    assert (rows[0]["energy_letter"], rows[0]["why_not"]) == (letter, why_not)
    assert rows[0]["letter"] == (letter or "B"), "the other metric is rated all the same"
    assert rows[0]["uncovered_weight"] == ("0.0" if letter else "0.8")


def test_a_run_without_any_letter_has_none_and_says_why(tmp_path):
    table = written(
        tmp_path / "t.csv",
        [{"model": "m", "energy": "0", "time": ""}, {"model": "n", "energy": "1", "time": "1"}],
    )
    rows, summary = output(table, scheme())
    assert rows[0]["letter"] == ""
    assert (
        rows[0]["why_not"]
        == "no metric with a weight got a letter; energy: the value is zero; time: no value"
    )
    assert (summary.rows, summary.letters["A"], sum(summary.letters.values())) == (2, 1, 1)
    assert dict(summary.why_not) == {"no metric with a weight got a letter": 1}


def test_the_table_comes_back_as_it_was_with_columns_beside_it(tmp_path):
    row = {"model": 'é,"x"\n=1+1', "note": "  ", "energy": "0.50", "time": "7", "energy_letter": "Z"}
    out = tmp_path / "rated.csv"
    write_rated(written(tmp_path / "t.csv", [row]), scheme(), out)
    with out.open(encoding="utf-8", newline="") as file:
        (rated,) = csv.DictReader(file)
    assert list(rated) == [
        "model",
        "note",
        "energy",
        "time",
        "energy_letter",
        "time_letter",
        "letter",
        "uncovered_weight",
        "why_not",
    ]
    assert {name: rated[name] for name in row} == row | {"energy_letter": "A"}


def test_indices_are_written_to_the_last_bit(tmp_path):
    table, rules = elex_table("imagenet-reference-mode"), load("elex-imagenet")
    rows, _ = output(table, rules)
    theirs = [row["row"] for row in rated_rows(table, rules)]
    compared = 0
    for ours, row in zip(rows, theirs, strict=True):
        for metric in rules.metrics:
            if ours[f"{metric.name}_index"]:
                assert ours[f"{metric.name}_index"] == repr(float(row[f"{metric.name}_index"]))
                compared += 1
    assert compared == 1232 + 470 - 13


def test_stretches_change_nothing(tmp_path, monkeypatch):
    for name in ("elex-imagenet", "strep-imagenet"):
        table, rules = elex_table("imagenet-reference-mode"), load(name)
        whole = output(table, rules)
        with monkeypatch.context() as patched:
            patched.setattr(cells, "STRETCH", 7)
            assert output(table, rules) == whole


def test_memory_does_not_grow_with_the_rows_of_a_frozen_scheme(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "STRETCH", 200)
    peaks = []
    for rows in (1_000, 20_000):
        table = written(
            tmp_path / "t.csv", [{"model": f"m{n}", "energy": n % 13, "time": 1} for n in range(rows)]
        )
        tracemalloc.start()
        write_rated(table, scheme(), tmp_path / "out.csv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0], "twenty times the rows"


REFERENCE = {
    "index": {"against": "reference", "reference": "base"},
    "group": ["task"],
    "metrics": [METRIC | {"boundaries": [2, 1, 0.5, 0.25]}],
}


def test_the_reference_is_looked_up_in_each_group(tmp_path):
    rows = [
        {"model": "a", "task": "x", "energy": "2"},
        {"model": "base", "task": "x", "energy": "4.1"},
        {"model": "a", "task": "y", "energy": "1"},
        {"model": "base", "task": "y", "energy": "0"},
        {"model": "a", "task": "z", "energy": "1"},
        {"model": "a", "task": "w", "energy": "1"},
        {"model": "base", "task": "w", "energy": "4 kWh"},
    ]
    got = [
        one["why_not"]["energy"] or one["grade"]["energy"]
        for one in rated_rows(written(tmp_path / "t.csv", rows), scheme(**REFERENCE))
    ]
    assert got == [0, 2, BAD_REFERENCE, ZERO, NO_REFERENCE, BAD_REFERENCE, NO_NUMBER]


def test_two_references_in_a_group_are_refused_where_they_differ(tmp_path):
    rows = [{"model": "base", "task": "x", "energy": value} for value in ("2", "2.0", "3")]
    assert len(list(rated_rows(written(tmp_path / "t.csv", rows[:2]), scheme(**REFERENCE)))) == 2
    with pytest.raises(BadInput, match=r"t.csv: has two runs of the reference 'base' in"):
        list(rate_table(written(tmp_path / "t.csv", rows), scheme(**REFERENCE)))


def test_frozen_groups_have_their_own_boundaries_and_need_their_members(tmp_path):
    rules = scheme(
        group=["task"],
        needed=5,
        metrics=[METRIC],
        groups=[
            {"key": {"task": "x"}, "members": 9, "boundaries": {"energy": [1, 2, 5, 10]}},
            {"key": {"task": "y"}, "members": 9, "boundaries": {"energy": [0.1, 0.2, 0.5, 1]}},
            {"key": {"task": "z"}, "members": 4, "boundaries": {"energy": [1, 2, 5, 10]}},
        ],
    )
    table = written(tmp_path / "t.csv", [{"task": task, "energy": "1"} for task in "xyzw"])
    got = list(rated_rows(table, rules))
    assert [one["grade"]["energy"] for one in got] == [0, 3, UNRATED, UNRATED]
    assert [one["why_not"]["energy"] for one in got] == [0, 0, FEW, NO_BOUNDARIES]
    rows, _ = output(table, rules)
    assert rows[2]["why_not"] == "fewer than 5 comparable runs; energy: fewer than 5 comparable runs"


@pytest.mark.parametrize(("better", "grades"), [("lower", "ABBBBCDDEE"), ("higher", "EEDDCBBBBA")])
def test_quantiles_of_values_are_shares_of_runs_that_are_worse(tmp_path, better, grades):
    """The best tenth is A, what is better than half B, two fifths C, one fifth D."""
    metric = METRIC | {"better": better}
    rules = scheme(metrics=[metric], boundaries={"quantiles": [0.9, 0.5, 0.4, 0.2], "on_boundary": "below"})
    table = written(tmp_path / "t.csv", [{"energy": value} for value in range(1, 11)])
    rows, _ = output(table, rules)
    assert "".join(row["energy_letter"] for row in rows) == grades


def test_runs_of_another_stage_are_not_rated(tmp_path):
    rules = scheme(stage="training", table={"stage": "stage"})
    table = written(
        tmp_path / "t.csv",
        [{"stage": stage, "energy": "1", "time": "1"} for stage in ("training", "inference")],
    )
    assert [one["compound"] for one in rated_rows(table, rules)] == [0, UNRATED]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "t.csv: is empty: it has no header"),
        (b"model,energy,energy\n", "t.csv: has two columns 'energy'"),
        (b"model;energy\na;1\n", "t.csv: its cells are not separated by commas"),
        (b"model,task,cost\n1,x,2\n", "t.csv: has none of the scheme's columns: energy"),
        (b"model,taks,energy\n1,2,3\n", "lacks the column 'task' that scheme 's' needs .is it 'taks'"),
        (b"task,energy\nx,1\n", "lacks the column 'model'"),
        (b"model,task,energy\na,x,1\nb,x\n", "t.csv: row 2 has 2 cells, and the header 3"),
        (b"model,task,energy\na,x,\xff\n", "t.csv: is not UTF-8"),
        (b'model,task,energy\na,x,"1\n', "t.csv:2: cannot be read as CSV"),
    ],
)  # fmt: skip
def test_one_line_for_each_table_that_cannot_be_rated(tmp_path, content, said):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(BadInput, match=said) as error:
        write_rated(tmp_path / "t.csv", scheme(**REFERENCE), tmp_path / "out.csv")
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"], "nothing half-written stays"


def test_a_table_of_no_rows_is_rated_as_that(tmp_path):
    for name in ("elex-imagenet", "strep-imagenet", "gaissalabel"):
        rules = load(name)
        columns = {*rules.group, rules.table.run, rules.table.stage, *(m.in_table for m in rules.metrics)} - {
            ""
        }
        (tmp_path / "t.csv").write_text(",".join(sorted(columns)) + "\n", encoding="utf-8")
        rows, summary = output(tmp_path / "t.csv", rules)
        assert (rows, summary.rows) == ([], 0)


def test_a_missing_table_is_one_line(tmp_path):
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        list(rate_table(tmp_path / "none.csv", scheme()))


def test_the_metrics_of_model_cards_are_rated_by_gaissalabels_intervals(tmp_path):
    card = {
        "modelId": "a/b",
        "co2_eq_emissions": "1.5",
        "downloads": "80",
        "performance_score": "0.97",
        "size_efficency": "2e8",
    }
    rows, _ = output(written(tmp_path / "t.csv", [card]), load("gaissalabel"))
    letters = {name: rows[0][f"{name}_letter"] for name in list(card)[1:]}
    assert letters == {
        "co2_eq_emissions": "B",
        "downloads": "B",
        "performance_score": "A",
        "size_efficency": "C",
    }
    assert (rows[0]["letter"], rows[0]["uncovered_weight"]) == ("B", "0.1")
