"""What the running program shows of its data, where the source cannot know it: a name that comes as an argument."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytestmark = pytest.mark.slow
pandas = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

ROWS = 120
NUMBERS = np.random.default_rng(0).normal(size=(ROWS, 4))
TABLE = pandas.DataFrame(NUMBERS, columns=list("abcd")).assign(target=(NUMBERS[:, 0] > 0).astype(int))


@pytest.fixture
def folder(tmp_path):
    """A folder of the user's, beside the one that the program runs in."""
    folder = tmp_path / "nobodys-business"
    folder.mkdir()
    return folder


def input_of(said):
    return next(data for data in said.report["task"]["dataset"] if data["dataUsage"] == "input")


@pytest.mark.parametrize(("file_format", "write"), [("csv", "to_csv"), ("parquet", "to_parquet")])
def test_a_table_named_by_an_argument(said, folder, file_format, write):
    if file_format == "parquet":
        pytest.importorskip("pyarrow")
    file = folder / f"customers.{file_format}"
    getattr(TABLE, write)(file, index=False)

    run = said("data_from_argument.py", str(file))
    assert input_of(run) == {
        "dataUsage": "input",
        "dataType": "tabular",
        "dataFormat": file_format,
        "dataQuantity": 90,
        "shape": "(90, 4)",
        "dataSize": 90 * 4 * 8 / 1e9,
    }
    assert run.value("task.taskFamily") == "tabularClassification"
    told = json.dumps([run.report, run.evidence])
    assert "nobodys-business" not in told
    assert "customers" not in told


def test_tables_read_in_a_loop(said, folder):
    for index in range(3):
        TABLE.to_json(folder / f"part-{index}.json")

    data = input_of(said("data_in_a_loop.py", str(folder)))
    assert (data["dataFormat"], data["dataQuantity"], data["shape"]) == ("json", 360, "(360, 4)")


def test_pictures_of_a_folder(said, folder):
    pillow = pytest.importorskip("PIL.Image")
    for index in range(10):
        pillow.new("RGB", (16, 12), (20 * index, 0, 0)).save(folder / f"{index}.png")

    run = said("data_of_pictures.py", str(folder))
    data = input_of(run)
    assert (data["dataType"], data["dataFormat"], data["dataQuantity"]) == ("image", "png", 10)
    assert run.value("task.taskFamily") == "clustering"


def test_a_file_read_by_the_datasets_library(said, folder):
    pytest.importorskip("datasets")
    texts = [f"word{index % 7} word{index % 3} text" for index in range(ROWS)]
    TABLE.assign(text=texts)[["text", "target"]].to_csv(folder / "texts.csv", index=False)

    data = input_of(said("data_from_the_hub_library.py", str(folder / "texts.csv")))
    assert (data["dataType"], data["dataFormat"], data["dataQuantity"]) == ("text", "csv", ROWS)
    assert data.get("source") is data.get("sourceUri") is None


def test_a_table_of_a_program_without_a_model(said, folder):
    TABLE.to_csv(folder / "table.csv", index=False)

    data = input_of(said("data_without_model.py", str(folder / "table.csv")))
    assert (data["dataType"], data["dataFormat"], data["shape"]) == ("tabular", "csv", f"({ROWS}, 5)")
