"""Where the data came from is said as far as it was seen, and nobody's files are named."""

from __future__ import annotations

import gc
import io
import json
import os
import threading
import weakref
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from ai_power_export.facts import Certainty
from ai_power_export.observe import recorder
from ai_power_export.observe.gather import observed_facts
from ai_power_export.vocabulary.addresses import public_address

pandas = pytest.importorskip("pandas")

DATASET = "task.dataset"
ROWS = 60
TABLE = pandas.DataFrame(np.random.default_rng(0).normal(size=(ROWS, 3)), columns=list("abc"))
TABLE["y"] = (TABLE.a > 0).astype(int)


@pytest.fixture
def file(tmp_path):
    TABLE.to_csv(tmp_path / "secret-customers.csv", index=False)
    return tmp_path / "secret-customers.csv"


def facts_of(watch):
    return observed_facts(watch.cut(), measured_seconds=10.0)


def said(facts, field):
    """Return what is said first and surest of a field of the input, and how sure it is."""
    claims = sorted(
        facts.about(f"{DATASET}.{field}"), key=lambda fact: fact.certainty is not Certainty.CERTAIN
    )
    return (claims[0].value, claims[0].certainty.value) if claims else None


def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def train(frame):
    train, _ = train_test_split(frame, random_state=0)
    return LogisticRegression().fit(train[["a", "b", "c"]], train["y"])


# ---- the one thing that was loaded ----------------------------------------------------------


@pytest.mark.parametrize("as_argument", [str, Path, io.FileIO])
def test_the_only_file_read_is_likely_the_data(watch, file, as_argument):
    train(pandas.read_csv(as_argument(file)))

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "likely")
    assert said(facts, "dataQuantity") == (45, "certain")
    assert said(facts, "source") is None
    assert [fact.place for fact in facts.about(f"{DATASET}.dataFormat")] == [
        _line("train(pandas.read_csv(as")
    ]


def test_no_name_of_a_file_is_kept(watch, file):
    train(pandas.read_csv(file))
    np.load(_saved(file.with_name("secret-array.npy")))

    observations = watch.cut()
    told = json.dumps([seen.to_json() for seen in observations])
    told += json.dumps(observed_facts(observations, measured_seconds=1.0).to_json())
    assert "secret" not in told
    assert str(file.parent) not in told


def test_the_very_object_that_was_loaded_is_certainly_the_data(watch):
    data, target = load_digits(return_X_y=True)
    LogisticRegression(max_iter=20).fit(data[:200], target[:200])

    facts = facts_of(watch)
    assert said(facts, "dataType") == ("image", "certain")
    assert said(facts, "source") == ("public", "certain")
    assert said(facts, "sourceUri")[0].startswith("https://archive.ics.uci.edu/dataset/80")
    assert facts.value("task.taskFamily") == "imageClassification"


def test_a_scaled_copy_is_of_the_type_of_what_was_loaded_and_of_no_known_source(watch):
    iris = load_iris()
    data = StandardScaler().fit_transform(iris.data)
    LogisticRegression().fit(data, iris.target)

    facts = facts_of(watch)
    assert said(facts, "source") is None
    assert said(facts, "sourceUri") is None
    assert said(facts, "dataType") == ("tabular", "likely")


def test_data_made_by_a_function_are_of_no_public_source(watch):
    LogisticRegression().fit(*make_classification(random_state=0))

    assert said(facts_of(watch), "source") == ("other", "certain")


@pytest.mark.parametrize(
    ("write", "read", "name", "file_format"),
    [
        ("to_csv", "read_csv", "a.txt", "csv"),
        ("to_csv", "read_csv", "a.csv.gz", "csv"),
        ("to_json", "read_json", "a.json", "json"),
        ("to_parquet", "read_parquet", "a.parquet", "parquet"),
    ],
)
def test_formats(watch, tmp_path, write, read, name, file_format):
    if "parquet" in write:
        pytest.importorskip("pyarrow")
    getattr(TABLE, write)(tmp_path / name)
    train(getattr(pandas, read)(tmp_path / name))

    assert said(facts_of(watch), "dataFormat") == (file_format, "likely")


def test_a_text_in_memory_was_no_file_with_an_address(watch):
    train(pandas.read_csv(io.StringIO(TABLE.to_csv(index=False))))

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "likely")
    assert said(facts, "sourceUri") is None


def test_arrays_of_numbers_in_a_text_file(watch, tmp_path):
    np.savetxt(tmp_path / "a.csv", TABLE.to_numpy(), delimiter=",")
    data = np.genfromtxt(tmp_path / "a.csv", delimiter=",")
    LogisticRegression().fit(data[:, :3], data[:, 3])

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "certain")
    assert said(facts, "dataType") == ("tabular", "certain")


def test_pictures_opened_one_by_one(watch, tmp_path):
    pillow = pytest.importorskip("PIL.Image")
    for index in range(4):
        pillow.new("RGB", (12, 10), (index, 0, 0)).save(tmp_path / f"{index}.png")
    pictures = [np.asarray(pillow.open(tmp_path / f"{index}.png")) for index in range(4)]
    LogisticRegression().fit(np.stack(pictures).reshape(4, -1), [0, 1, 0, 1])

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("png", "likely")
    assert said(facts, "dataType") == ("image", "likely")


def test_polars(watch, file):
    polars = pytest.importorskip("polars")
    frame = polars.read_csv(file)
    LogisticRegression().fit(frame.select("a", "b", "c").to_numpy(), frame["y"].to_numpy())

    assert said(facts_of(watch), "dataFormat") == ("csv", "likely")


def test_hugging_face_files(watch, file, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    library = pytest.importorskip("datasets")
    loaded = library.load_dataset("csv", data_files=str(file), cache_dir=str(tmp_path), split="train")
    train(loaded.to_pandas())

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "likely")
    assert said(facts, "source") is None


# ---- several --------------------------------------------------------------------------------


def test_of_several_files_what_they_agree_in_is_said(watch, tmp_path):
    TABLE.to_csv(tmp_path / "train.csv", index=False)
    TABLE.to_csv(tmp_path / "test.csv", index=False)
    model = train(pandas.read_csv(tmp_path / "train.csv"))
    test = pandas.read_csv(tmp_path / "test.csv")
    model.predict(test[["a", "b", "c"]])

    assert said(facts_of(watch), "dataFormat") == ("csv", "likely")


def test_of_several_files_nothing_is_said_that_only_one_of_them_is(watch, file):
    TABLE.to_json(file.with_suffix(".json"))
    frame = pandas.read_csv(file)
    other = pandas.read_json(file.with_suffix(".json"))
    train(pandas.concat([frame, other]).iloc[::2])

    assert said(facts_of(watch), "dataFormat") is None


def test_files_too_small_for_the_data_are_not_them(watch, file):
    pandas.read_csv(file)
    LogisticRegression().fit(np.eye(500), [0, 1] * 250)

    assert said(facts_of(watch), "dataFormat") is None


def test_a_table_of_labels_does_not_hold_the_pictures(watch, file):
    labels = pandas.read_csv(file)

    class Network(LogisticRegression):
        def fit(self, X, y):
            return self

    Network().fit(np.zeros((ROWS, 16, 16, 3), "uint8"), labels["y"])

    facts = facts_of(watch)
    assert said(facts, "dataFormat") is None
    assert said(facts, "dataType") == ("image", "likely")


def test_each_model_has_the_data_set_with_its_columns(watch):
    iris, digits = load_iris(), load_digits()
    small = digits.data[::2].copy()
    LogisticRegression(max_iter=5).fit(small, digits.target[::2])
    assert iris.data.shape == (150, 4)

    assert said(facts_of(watch), "dataType") == ("image", "likely")


def test_what_went_into_another_model_is_not_taken_for_the_data_of_this_one(watch, file):
    frame = pandas.read_csv(file)
    StandardScaler().fit(frame)
    LogisticRegression().fit(np.eye(30)[:, :4], [0, 1] * 15)

    assert said(facts_of(watch), "dataFormat") is None


def test_a_table_with_many_more_columns_does_not_hold_the_data(watch, tmp_path):
    np.savetxt(tmp_path / "wide.csv", np.eye(20), delimiter=",")
    pandas.read_csv(tmp_path / "wide.csv")
    LogisticRegression().fit(np.eye(10)[:, :3], [0, 1] * 5)

    assert said(facts_of(watch), "dataFormat") is None


def test_a_call_that_failed_has_loaded_nothing(watch):
    with pytest.raises(FileNotFoundError):
        pandas.read_csv("absent.csv")
    LogisticRegression().fit(TABLE[["a", "b", "c"]], TABLE["y"])

    assert said(facts_of(watch), "dataFormat") is None


def test_loaders_that_gave_nothing_are_known_and_no_others(watch, file):
    with pytest.raises(FileNotFoundError):
        pandas.read_json("absent.json")
    pandas.read_csv(file)

    assert {"pandas.read_json", "pandas.read_parquet", "sklearn.datasets.load_iris"} <= watch.unloaded
    assert "pandas.read_csv" not in watch.unloaded


def test_a_child_may_have_loaded_what_was_not_loaded_here(watch):
    assert watch.unloaded
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

    assert watch.unloaded == set()


def test_the_very_object_counts_among_several(watch, file, tmp_path):
    frame, other = pandas.read_csv(file), pandas.read_json(io.StringIO(TABLE.to_json()))
    LogisticRegression().fit(frame, other["y"])

    assert said(facts_of(watch), "dataFormat") == ("csv", "certain")


def test_a_program_without_a_model_works_on_the_one_file_that_it_reads(watch, file):
    pandas.read_csv(file).describe()

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "likely")
    assert said(facts, "dataType") == ("tabular", "likely")
    assert said(facts, "dataQuantity") == (ROWS, "likely")
    assert said(facts, "shape") == (f"({ROWS}, 4)", "likely")


def meters_reader(folder):
    """Return a function of CodeCarbon's, as far as its file tells, that reads a table."""
    file = folder / "site-packages" / "codecarbon" / "input.py"
    own = {"pandas": pandas}
    exec(compile("def read(file): return pandas.read_csv(file)", str(file), "exec"), own)
    return own["read"]


def test_tables_that_the_meter_reads_are_no_data_of_the_program(watch, file, tmp_path):
    TABLE.to_csv(tmp_path / "power.csv", index=False)
    read = meters_reader(tmp_path)
    read(tmp_path / "power.csv")
    in_thread(partial(read, tmp_path / "power.csv"))
    train(pandas.read_csv(file))

    (loads, _) = watch.snapshot()
    assert loads.count == 1
    assert said(facts_of(watch), "dataFormat") == ("csv", "likely")


def test_files_read_in_a_loop_are_counted_together(watch, tmp_path):
    for index in range(3):
        TABLE.to_csv(tmp_path / f"{index}.csv", index=False)
    train(pandas.concat([pandas.read_csv(tmp_path / f"{index}.csv") for index in range(3)]))

    facts = facts_of(watch)
    assert said(facts, "dataFormat") == ("csv", "likely")
    assert said(facts, "dataQuantity") == (135, "certain")


# ---- what goes wrong, and what it costs -----------------------------------------------------


def test_nothing_loaded_is_kept_alive(watch, file):
    frame, digits = pandas.read_csv(file), load_digits()
    gone = weakref.ref(frame), weakref.ref(digits.data), weakref.ref(digits.images)
    del frame, digits
    gc.collect()

    assert [each() for each in gone] == [None, None, None]


def test_a_file_that_is_not_there_is_the_users_problem_alone(watch, file):
    for name in ("absent.csv", str(file)):
        try:
            frame = pandas.read_csv(name)
        except FileNotFoundError:
            continue
    train(frame)

    facts = facts_of(watch)
    assert said(facts, "dataQuantity") == (45, "certain")
    assert watch.warnings == []


class Hostile:
    def __getattribute__(self, name):
        raise RuntimeError("hands off")


def test_arguments_of_any_kind_do_no_harm(watch):
    for argument in (Hostile(), None, 7, b"a.csv", [], {}, ["a.csv", Hostile()], "x" * 10**6, "\0.csv"):
        with pytest.raises(Exception):
            pandas.read_csv(argument)

    assert watch.warnings == []


def test_of_a_thousand_tiny_tables_most_are_let_pass(watch):
    for _ in range(1000):
        pandas.read_csv(io.StringIO("a,b\n1,2\n"))

    assert watch._observers["loaders"].calls < 300
    assert watch.warnings == []
    (seen,) = watch.stop()
    assert (seen.count, seen.fed.rows) == (1000, 1000)


def test_who_hears_too_often_of_files_gives_up_alone(watch, monkeypatch):
    model = LogisticRegression().fit(TABLE[["a"]], TABLE["y"])
    monkeypatch.setattr(recorder, "GRACE_S", 0.0)
    monkeypatch.setattr(recorder, "LARGEST_SHARE", 0.0)
    pandas.read_csv(io.StringIO("a"))
    monkeypatch.undo()
    model.fit(TABLE[["a", "b"]], TABLE["y"])

    assert [(warning.code, warning.text.split()[0]) for warning in watch.warnings] == [
        ("observer-off", "loaders")
    ]
    assert facts_of(watch).value("task.algorithms.classPath") == "sklearn.linear_model.LogisticRegression"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/data/iris.csv", "https://example.org/data/iris.csv"),
        ("https://example.org:8443/iris.csv?raw=true#top", "https://example.org:8443/iris.csv"),
        ("http://example.org/0123456789abcdef0123456789abcdef01234567/a.csv",) * 2,
        ("https://me:secret@example.org/iris.csv", ""),
        ("https://token@example.org/iris.csv", ""),
        ("https://example.org/iris.csv?sv=1&sig=abc", ""),
        ("https://bucket.s3.amazonaws.com/a.csv?X-Amz-Signature=abc", ""),
        ("https://example.org/a.csv?access_token=abc", ""),
        ("https://example.org/Zk3vT9sQx81LmN0pRrYbCwEaHdJfKgUi/a.csv", ""),
        ("http://nas/iris.csv", ""),
        ("http://nas.local/iris.csv", ""),
        ("https://files.mycompany.internal/iris.csv", ""),
        ("https://files.mycompany.corp/iris.csv", ""),
        ("http://10.1.2.3/iris.csv", ""),
        ("http://192.168.0.7:8080/iris.csv", ""),
        ("http://127.0.0.1/iris.csv", ""),
        ("http://[::1]/iris.csv", ""),
        ("http://localhost:8000/iris.csv", ""),
        ("s3://bucket/iris.csv", ""),
        ("file:///home/me/iris.csv", ""),
        ("/home/me/iris.csv", ""),
        ("http://[broken", ""),
        ("http://example.org:port/", ""),
    ],
)
def test_only_addresses_of_the_public_web_are_told(text, address):
    assert public_address(text) == address


def _saved(path):
    np.save(path, np.zeros(3))
    return path


def _line(start):
    lines = Path(__file__).read_text().splitlines()
    return f"{Path(__file__).name}:{next(i for i, line in enumerate(lines, 1) if line.strip().startswith(start))}"
