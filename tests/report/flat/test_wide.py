"""The wide form: what a row holds, and that the same report comes back from every kind of file."""

import csv
import json

import pytest
from boamps_documents import full_document, mutated_documents, valid_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.columns import MOST_ENTRIES, list_lengths, wide_columns
from ai_power_export.report.flat.tables import reports_of, write_wide

SUFFIXES = ("csv", "jsonl", "parquet")


@pytest.fixture(params=SUFFIXES)
def suffix(request):
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    return request.param


def exactly(document) -> str:
    """Tells 1 from 1.0 and from true, and 0.0 from -0.0."""
    return json.dumps(document, sort_keys=True)


def lengths_of(documents):
    lengths = {}
    for document in documents:
        lengths = list_lengths(lengths, document)
    return lengths


def write(path, documents, lengths=None):
    files = [(f"report_{number}.json", document) for number, document in enumerate(documents)]
    lengths = lengths_of(documents) if lengths is None else lengths
    assert write_wide(iter(files), lengths, path) == len(documents)
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assert_same(path, documents):
    back = list(reports_of(path))
    assert [name for name, _ in back] == [f"report_{number}.json" for number in range(len(documents))]
    assert [exactly(document) for _, document in back] == [*map(exactly, documents)]


@pytest.mark.slow
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents=st.lists(valid_documents | mutated_documents(), min_size=1, max_size=3), fewer=st.booleans())
def test_any_document_comes_back_exactly_from_every_kind_of_file(tmp_path_factory, documents, fewer):
    folder = tmp_path_factory.mktemp("tables")
    lengths = {"task.algorithms": 1} if fewer else None
    for suffix in SUFFIXES:
        if suffix == "parquet":
            pytest.importorskip("pyarrow")
        assert_same(write(folder / f"reports.{suffix}", documents, lengths), documents)


TEXTS = [
    "=1+1", "+33", "-", "@cmd", "'=1+1", "''@", " =1", "\t=1", "\r", "\n", "\uff1d1", "'", "007", "1.10", "NA", "null",
    "", " ", 'a"b', "a,b;c", "two\nlines", "old\rmac", "dos\r\nline", "\u2028", "\ufeff", "naïve 模型 🔋", "\0", "\ud800",
    "x" * 200_000,
]  # fmt: skip


def test_hostile_texts_come_back(tmp_path, suffix):
    documents = [{"task": {"taskStage": text}} for text in TEXTS]
    assert_same(write(tmp_path / f"reports.{suffix}", documents), documents)


def test_numbers_come_back_with_their_type(tmp_path, suffix):
    numbers = [
        0,
        1,
        1.0,
        -0.0,
        12.5,
        1e22,
        10**22,
        2**53,
        2**53 + 1,
        10**400,
        5e-324,
        True,
        "1",
        None,
        [],
        {},
    ]
    documents = [{"task": {"nbRequest": each}} for each in numbers]
    counts = [
        {"infrastructure": {"components": [{"nbComponent": each}]}} for each in (*numbers, 2**63, -(2**63))
    ]
    assert_same(write(tmp_path / f"reports.{suffix}", documents + counts), documents + counts)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"header": {}},
        {"header": None, "task": [], "measures": {}, "infrastructure": "none"},
        {"task": {"algorithms": [], "dataset": [{}, None, [], {"dataUsage": {"deep": [1]}}]}},
        {"task": {"algorithms": {"0": {"classPath": "a"}}}, "measures": [[{"version": "1"}]]},
        {
            "a.b": 1,
            "": {"": None},
            "~1/": "é",
            "task": {"task.taskStage": 2, "a/b": [3]},
            "file": "x",
            "rest": "y",
        },
    ],
)
def test_what_the_format_does_not_know_comes_back(tmp_path, suffix, document):
    assert_same(write(tmp_path / f"reports.{suffix}", [document]), [document])


def test_a_column_for_each_field_and_entry_in_the_order_of_the_format():
    names = [column.name for column in wide_columns({"task.algorithms": 2})]
    assert names[0] == "file" and names[-1] == "rest"
    first, second = "task.algorithms.0.quantization", "task.algorithms.1.trainingType"
    assert names.index("task.taskStage") < names.index(first) == names.index(second) - 1
    assert names.index(second) < names.index("task.dataset.0.dataUsage") < names.index("quality")
    assert "task.dataset.1.dataUsage" not in names


def test_columns_do_not_depend_on_what_is_filled():
    full = full_document()
    assert wide_columns(lengths_of([full])) == wide_columns(lengths_of([{}]))


def test_entries_beyond_the_columns_go_into_rest(tmp_path, suffix):
    document = {"measures": [{"powerConsumption": number} for number in range(MOST_ENTRIES + 3)]}
    path = write(tmp_path / f"reports.{suffix}", [document])
    assert len(wide_columns(lengths_of([document]))) < 800
    assert_same(path, [document])


def test_csv_holds_no_formula_and_nothing_that_hides_one(tmp_path):
    path = write(tmp_path / "reports.csv", [{"task": {"taskStage": text, text: text}} for text in TEXTS])
    for row in rows(path):
        for cell in row.values():
            assert not cell.strip().startswith(
                ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
            ), cell[:20]


def test_a_cell_shows_the_number_where_only_rest_is_exact(tmp_path):
    path = write(tmp_path / "reports.csv", [{"task": {"nbRequest": 12.0, "measuredAccuracy": 1}}])
    (row,) = rows(path)
    assert (row["task.nbRequest"], row["task.measuredAccuracy"]) == ("12.0", "1.0")
    assert json.loads(row["rest"]) == {"/task/nbRequest": 12.0}


def test_an_ordinary_report_has_no_rest(tmp_path):
    (row,) = rows(write(tmp_path / "reports.csv", [full_document()]))
    assert row["rest"] == "" and all(cell for name, cell in row.items() if name != "rest")


@pytest.mark.parametrize(
    ("document", "edited"),
    [
        ({"task": {"nbRequest": 12.0}}, {"task.nbRequest": 13.0}),
        ({"task": {"nbRequest": 12.0}}, {"task.nbRequest": None}),
        ({"task": {"taskStage": ""}}, {"task.taskStage": "training"}),
        ({"task": {"taskStage": None}}, {"task.taskStage": "training"}),
        ({"measures": []}, {"measures.0.version": "3"}),
        ({"task": 5}, {"task.nbRequest": 1.0}),
    ],
)
def test_a_cell_that_was_edited_against_rest_is_no_report(tmp_path, document, edited):
    path = write(tmp_path / "reports.jsonl", [document])
    path.write_text(json.dumps({**json.loads(path.read_text()), **edited}) + "\n")
    ((_, why),) = reports_of(path)
    assert "something else in rest than in its cell" in str(why)


def test_cells_may_be_edited(tmp_path):
    path = write(
        tmp_path / "reports.jsonl", [{"task": {"taskStage": "training", "nbRequest": 1, "own": 2.0}}]
    )
    row = json.loads(path.read_text())
    edited = {**row, "task.taskStage": "inference", "task.nbRequest": None, "quality": "low"}
    path.write_text(json.dumps(edited) + "\n")
    ((_, document),) = reports_of(path)
    assert document == {"task": {"taskStage": "inference", "own": 2.0}, "quality": "low"}


def test_rows_that_make_no_sense_are_named_and_the_others_go_on(tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text(
        "file,task.nbRequest,rest\n"
        "a.json,many,\n"
        "b.json,1.0,\n"
        "c.json\n"
        'd.json,1,"{""task"": 1}"\n'
        'e.json,1,"{""/task/nbRequest/x"": 1}"\n'
        'f.json,1,"{""/measures/first/version"": 1}"\n'
        "g.json,1e999,\n"
        "h.json,1,{NaN}\n"
        f'i.json,1,"{{""/measures/{"9" * 5000}/version"": 1}}"\n'
    )
    found = dict(reports_of(path))
    assert found.pop("b.json") == {"task": {"nbRequest": 1}}
    assert list(found) == [f"reports.csv:{line}" for line in (2, *range(4, 11))]
    assert all("\n" not in str(why) for why in found.values())


@pytest.mark.parametrize(
    "content",
    [
        "",
        "task.nbRequests\n1\n",
        "file,score\na,1\n",
        "file,file\na,b\n",
        "measures.00.version\n1\n",
        'file\n"a\n',
        b"file\n\xff\n",
        "file;quality\n",
    ],
)
def test_tables_of_something_else_are_refused(tmp_path, content):
    path = tmp_path / "reports.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadInput):
        list(reports_of(path))


def test_a_misspelt_column_is_told_what_may_be_meant(tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text("task.nbRequests\n1\n")
    with pytest.raises(BadInput, match=r"did you mean task\.nbRequest\?"):
        list(reports_of(path))


def test_names_in_a_table_lead_into_no_other_folder(tmp_path):
    names = [
        "../a.json",
        "/etc/a.json",
        "a/b.json",
        "..\\a.json",
        ".a.json",
        "a.evidence.json",
        "C:a.json",
        "a",
        "é.json",
    ]
    path = tmp_path / "reports.jsonl"
    path.write_text(
        "".join(json.dumps({"file": name, "task.taskStage": "training"}) + "\n" for name in names)
    )
    assert [name for name, _ in reports_of(path)] == ["report_training.json"] * 8 + ["é.json"]
