"""Data is described by its container alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ai_power_export.observe.data import DataShape, describe_data


@pytest.mark.parametrize(
    ("data", "data_type", "rows", "shape", "nbytes"),
    [
        (np.zeros((5, 3)), "tabular", 5, "(5, 3)", 120),
        (np.zeros((5, 8, 8), "float32"), None, 5, "(5, 8, 8)", 1280),
        (np.zeros(5), None, 5, "(5,)", 40),
        (np.array(["a", "b"]), "text", 2, "(2,)", 8),
        (np.array(["a", "b"], dtype=object), "text", 2, "(2,)", None),
        (np.array(3.0), None, None, "()", 8),
        (sparse.csr_matrix(np.eye(4)), "tabular", 4, "(4, 4)", 4 * 8 + 4 * 4 + 5 * 4),
        (["a text", "another"], "text", 2, None, None),
        ([[1, 2], [3, 4], [5, 6]], "tabular", 3, None, None),
        ([], None, 0, None, None),
    ],
)
def test_known_containers(data, data_type, rows, shape, nbytes):
    described = describe_data(data)

    assert (described.data_type, described.rows, described.shape) == (data_type, rows, shape)
    assert described.nbytes == nbytes
    assert DataShape.from_json(described.to_json()) == described


def test_size_is_in_decimal_gigabytes():
    assert describe_data(np.zeros((1000, 125))).gigabytes == 0.001


def test_frames():
    pandas = pytest.importorskip("pandas")
    numbers = describe_data(pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))
    mixed = describe_data(pandas.DataFrame({"a": [1.0], "b": [object()]}))
    texts = describe_data(pandas.Series(["a", "b"]))

    assert (numbers.data_type, numbers.certain, numbers.shape, numbers.nbytes) == (
        "tabular",
        True,
        "(2, 2)",
        32,
    )
    assert (mixed.shape, mixed.nbytes) == ("(1, 2)", None)
    assert (texts.data_type, texts.rows) == ("text", 2)


def test_what_two_pieces_have_in_common():
    one, other = describe_data(np.zeros((5, 3))), describe_data(np.zeros((7, 3)))

    assert one.common(other).rows is None
    assert one.common(other).data_type == "tabular"
    assert one.common(describe_data(["text"])) is None
