"""Data is described by its container alone: nothing is computed, copied, iterated or kept."""

from __future__ import annotations

import gc
import weakref
from unittest import mock

import numpy as np
import pytest
from scipy import sparse

from ai_power_export.observe.data.origins import MOST_REMEMBERED, Loaded, origin_of, remember
from ai_power_export.observe.data.shape import DataShape, describe_data

TABLE = np.dtype([("age", "i4"), ("name", "U8")])
CSV = Loaded("pandas.read_csv", "csv")


@pytest.mark.parametrize(
    ("data", "data_type", "rows", "shape", "nbytes"),
    [
        (np.zeros((5, 3)), "tabular", 5, "(5, 3)", 120),
        (np.zeros((5, 3), bool), "tabular", 5, "(5, 3)", 15),
        (np.zeros((5, 3), complex), None, 5, "(5, 3)", 240),
        (np.zeros((5, 8, 8), "float32"), None, 5, "(5, 8, 8)", 1280),
        (np.zeros(5), None, 5, "(5,)", 40),
        (np.zeros(5, TABLE), "tabular", 5, "(5,)", 5 * 36),
        (np.array(["a", "b"]), "text", 2, "(2,)", 8),
        (np.array(["a", "b"], dtype=object), "text", 2, "(2,)", None),
        (np.array([["a", 1], ["b", 2]], dtype=object), "tabular", 2, "(2, 2)", None),
        (np.array([["a"], ["b"]]), None, 2, "(2, 1)", 8),
        (np.array([b"a", b"b"]), None, 2, "(2,)", 2),
        (np.array(["1.png", "2.png"]), None, 2, "(2,)", 40),
        (np.array(3.0), None, None, "()", 8),
        (np.broadcast_to(np.zeros(3), (5, 3)), "tabular", 5, "(5, 3)", None),
        (sparse.csr_matrix(np.eye(4)), "tabular", 4, "(4, 4)", 4 * 8 + 4 * 4 + 5 * 4),
        (sparse.coo_matrix(np.eye(4)), "tabular", 4, "(4, 4)", 4 * 8 + 4 * 4 + 4 * 4),
        (sparse.lil_matrix(np.eye(4)), "tabular", 4, "(4, 4)", None),
        (["a text", "another"], "text", 2, None, None),
        ([[1, 2], [3, 4], [5, 6]], "tabular", 3, None, None),
        ([["the", "words"], ["of", "a", "text"]], None, 2, None, None),
        (["cat.jpg", "dog.jpg"], None, 2, None, None),
        ([b"bytes"], None, 1, None, None),
        ([{"role": "user"}], None, 1, None, None),
        ([0, 1, 1], None, 3, None, None),
        ([], None, 0, None, None),
    ],
)
def test_known_containers(data, data_type, rows, shape, nbytes):
    described = describe_data(data)

    assert (described.data_type, described.rows, described.shape) == (data_type, rows, shape)
    assert described.nbytes == nbytes
    assert DataShape.from_json(described.to_json()) == described


@pytest.mark.parametrize(
    ("shape", "dtype", "data_type"),
    [
        ((10, 28, 28, 1), "float32", "image"),
        ((10, 3, 32, 48), "float32", "image"),
        ((10, 84, 84, 4), "uint8", "image"),
        ((10, 28, 28), "uint8", "image"),
        ((224, 224, 3), "uint8", "image"),
        ((10, 28, 28), "float32", None),  # perhaps steps and features of a series
        ((10, 28, 28, 1), "int64", None),
        ((10, 128, 9, 1), "float32", None),  # sensors
        ((10, 3, 3, 3), "float32", None),
        ((10, 28, 28, 16), "float32", None),  # features inside a network
        ((2, 16, 64, 64, 3), "uint8", "video"),
        ((2, 3, 16, 64, 64), "float32", "video"),
        ((2, 32, 64, 64, 1), "float32", None),  # a scanner's volumes
    ],
)
def test_pictures_and_films_are_known_by_their_channels(shape, dtype, data_type):
    described = describe_data(np.zeros(shape, dtype))

    assert (described.data_type, described.certain) == (data_type, False)
    is_one = len(shape) == 3 and shape[2] == 3
    assert described.rows == (None if is_one else shape[0])


def test_a_list_of_pictures():
    pillow = pytest.importorskip("PIL.Image")
    image = pillow.new("RGB", (20, 10))

    assert describe_data([np.zeros((10, 20, 3), "uint8")] * 4).data_type == "image"
    assert describe_data([np.zeros(16000, "float32")]).data_type is None
    assert (describe_data([image, image]).data_type, describe_data([image, image]).rows) == ("image", 2)
    assert (describe_data(image).data_type, describe_data(image).rows) == ("image", 1)


def test_size_is_in_decimal_gigabytes():
    assert describe_data(np.zeros((1000, 125))).gigabytes == 0.001


def test_pandas():
    pandas = pytest.importorskip("pandas")
    numbers = describe_data(pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))
    mixed = describe_data(pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4]}))
    objects = describe_data(pandas.DataFrame({"a": [1.0], "b": [object()]}))
    classes = describe_data(pandas.DataFrame({"a": [1.0, 2.0], "b": pandas.Categorical([7, 8])}))

    assert (numbers.data_type, numbers.shape, numbers.nbytes) == ("tabular", "(2, 2)", 32)
    assert not numbers.certain, "columns of one type may be the pixels of pictures"
    assert (mixed.data_type, mixed.certain, mixed.nbytes) == ("tabular", True, 32)
    assert (objects.shape, objects.nbytes) == ("(1, 2)", None)
    assert classes.nbytes == 2 * 8 + 2 * 1 + 2 * 8


def test_texts_of_pandas():
    pandas = pytest.importorskip("pandas")
    texts = describe_data(pandas.Series(["a text", "another"]))
    names = describe_data(pandas.Series(["a.wav", "b.wav"]))
    column = describe_data(pandas.DataFrame({"a": ["a text", "another"]}))
    columns = describe_data(pandas.DataFrame({"a": ["x", "y"], "b": ["u", "v"]}))
    numbers = describe_data(pandas.Series([1.0, 2.0]))

    assert (texts.data_type, texts.certain, texts.rows) == ("text", True, 2)
    assert names.data_type is None
    assert column.data_type is None, "texts, or one column of categories"
    assert (columns.data_type, columns.certain) == ("tabular", False)
    assert (numbers.data_type, numbers.nbytes) == (None, 16)


def test_texts_held_by_python_objects_have_no_known_size():
    pandas = pytest.importorskip("pandas")

    assert describe_data(pandas.Series(["a", "b"], dtype="string[python]")).nbytes is None
    assert describe_data(pandas.Series(["a", "b"], dtype=object)).nbytes is None
    pytest.importorskip("pyarrow")
    assert describe_data(pandas.Series([1, 2], dtype="int64[pyarrow]")).nbytes == 16
    assert describe_data(pandas.Series(["a", "b"], dtype="string[pyarrow]")).nbytes > 2


def test_a_frame_with_columns_named_like_methods_is_a_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"fit": [1], "shape": [2.0], "_mgr": ["x"], "dtypes": [True]})

    assert describe_data(frame).shape == "(1, 4)"


def test_polars():
    polars = pytest.importorskip("polars")
    frame = describe_data(polars.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    texts = describe_data(polars.Series(["a text", "another"]))

    assert (frame.data_type, frame.certain, frame.shape, frame.nbytes) == ("tabular", True, "(2, 2)", None)
    assert (texts.data_type, texts.rows) == ("text", 2)
    assert describe_data(polars.DataFrame({"a": ["x"]})).data_type is None
    assert describe_data(polars.DataFrame({"a": [1]}).lazy()) is None


def test_arrow():
    pyarrow = pytest.importorskip("pyarrow")
    table = describe_data(pyarrow.table({"a": [1, 2], "b": ["x", "y"]}))

    assert (table.data_type, table.shape, table.nbytes) == ("tabular", "(2, 2)", 16 + 12 - 2)


def test_what_two_pieces_have_in_common():
    one, other = describe_data(np.zeros((5, 3))), describe_data(np.zeros((7, 3)))

    assert one.common(other).rows is None
    assert one.common(other).data_type == "tabular"
    assert one.common(describe_data(["text"])) is None


class Forbidden(np.ndarray):
    """An array whose attributes are code of the user's."""

    @property
    def shape(self):
        raise RuntimeError("user code was run")


class LazyFrame:
    """Computes when anything is asked of it, as frames of other packages do."""

    __module__ = "dask.dataframe.dask_expr._collection"

    def __getattribute__(self, name):
        raise RuntimeError("computed")


@pytest.mark.parametrize("make", [mock.MagicMock, LazyFrame, lambda: Forbidden(3), lambda: iter([1]), dict])
def test_what_is_not_surely_known_says_nothing(make):
    data = make()

    assert describe_data(data) is None


# ---- where data were loaded -----------------------------------------------------------------


def test_what_was_loaded_is_known_again_and_not_kept():
    data, target = np.zeros((5, 3)), np.zeros(5)
    remember((data, target), CSV)
    gone = weakref.ref(data)

    assert describe_data(data).loaded == CSV
    assert DataShape.from_json(describe_data(data).to_json()).loaded == CSV
    assert describe_data(data[1:]).loaded == CSV, "a part of its memory"
    assert describe_data(data.copy()).loaded is None
    del data
    gc.collect()
    assert gone() is None
    assert all(origin_of(np.zeros((5, 3))) is None for _ in range(50)), "a new array may get the old id"


def test_frames_are_known_again():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2]})
    remember(frame, CSV)

    assert describe_data(frame).loaded == CSV
    assert describe_data(frame.copy()).loaded is None


def test_what_cannot_be_known_again_is_forgotten():
    remember(["a"], CSV)
    remember({"a": 1}, CSV)

    assert describe_data(["a"]).loaded is None


def test_no_more_is_remembered_than_has_a_limit():
    many = [np.zeros(1) for _ in range(MOST_REMEMBERED + 10)]
    for each in many:
        remember(each, CSV)

    assert sum(origin_of(each) is not None for each in many) <= MOST_REMEMBERED
