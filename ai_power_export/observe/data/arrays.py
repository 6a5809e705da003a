"""Describes arrays of numpy and scipy, and tells pictures and films by their dimensions.

Each function is handed an object of exactly the class that it is for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.vocabulary.formats import format_of

NUMBER_KINDS = frozenset("biuf")
"""numpy's `dtype.kind` of booleans, integers and floating-point numbers."""

SMALLEST_SIDE = 8
"""Pixels: fewer, and the numbers are rather a few features than a picture."""
LONGEST_ASPECT = 4
"""Ratio of the sides beyond which rows of numbers are rather a series than a picture."""
TEXT, SCALAR = "text", "scalar"
"""What an item may be."""


def array(path: str, data: Any) -> DataShape:
    """Describe a numpy array."""
    is_held = not data.dtype.hasobject and 0 not in data.strides
    return _array(path, data.shape, data.dtype, data.nbytes if is_held else None, _first_item(data))


def _first_item(data: Any) -> str:
    """Tell what the first item of an array of objects, or of texts, is."""
    if data.dtype.kind not in "OUT" or not 1 <= data.ndim <= 2 or not data.size:
        return ""
    return kind_of(data[(0,) * data.ndim])


def kind_of(item: object) -> str:
    """Tell whether an item is a text, another scalar or, with an empty answer, something else."""
    if type(item) is str or class_path(type(item)) == "numpy.str_":
        return "" if _names_file(str(item)) else TEXT
    return SCALAR if type(item) in (bool, int, float) or item is None else ""


def _names_file(text: str) -> bool:
    """Tell whether a text is the name of a data file: what goes in is what the file holds."""
    return len(text) < 1000 and " " not in text and bool(format_of(text))


@lru_cache(maxsize=64)
def _array(path: str, shape: tuple[int, ...], dtype: Any, nbytes: int | None, first: str) -> DataShape:
    """Describe an array; the same one often comes again, and numpy takes long to name a dtype."""
    data_type, certain = _type_of_array(shape, dtype, first)
    is_one_picture = data_type == "image" and len(shape) == 3 and shape[2] in (3, 4)
    rows = shape[0] if shape and not is_one_picture else None
    return DataShape(path, data_type, certain, rows, str(shape), nbytes, str(dtype))


def _type_of_array(shape: tuple[int, ...], dtype: Any, first: str) -> tuple[str | None, bool]:
    """Return the type of what an array holds, and whether that is certain."""
    rank = len(shape)
    if dtype.names:
        return "tabular", True
    if rank == 1:
        return ("text", True) if first == TEXT else (None, False)
    if rank == 2:
        # One column of objects may be texts, or categories of a table.
        is_table = dtype.kind in NUMBER_KINDS or (bool(first) and shape[1] > 1)
        return ("tabular" if is_table else None), False
    if is_pictures(shape, one_byte=str(dtype) == "uint8", real=dtype.kind == "f"):
        return "image", False
    if rank == 5 and (str(dtype) == "uint8" or dtype.kind == "f") and _is_film(shape):
        return "video", False
    return None, False


def is_pictures(shape: tuple[int, ...], *, one_byte: bool, real: bool) -> bool:
    """Tell whether numbers of a shape are most likely pictures, by their channels.

    Numbers of one byte are pictures also without channels, and whatever the
    ratio of their sides; a single channel of real numbers only in a square:
    other ones are rather series or spectra.

    >>> is_pictures((60000, 28, 28), one_byte=True, real=False)
    True
    >>> is_pictures((100, 128, 9, 1), one_byte=False, real=True)
    False
    """
    if len(shape) == 3:
        return one_byte and (_is_frame(shape[1:]) or (shape[2] in (3, 4) and _is_frame(shape[:2])))
    if len(shape) != 4 or not (one_byte or real):
        return False
    for channels, sides in ((shape[3], shape[1:3]), (shape[1], shape[2:])):
        if _is_frame(sides) and (
            channels in (3, 4) or (channels == 1 and (one_byte or sides[0] == sides[1]))
        ):
            return True
    return False


def _is_frame(sides: tuple[int, ...]) -> bool:
    return min(sides) >= SMALLEST_SIDE and max(sides) <= LONGEST_ASPECT * min(sides)


def _is_film(shape: tuple[int, ...]) -> bool:
    """Tell whether five dimensions are films in colour; volumes of a scanner have one channel."""
    return (
        (shape[4] == 3 and _is_frame(shape[2:4]))
        or (shape[2] == 3 and _is_frame(shape[3:]))
        or (shape[1] == 3 and _is_frame(shape[3:]))
    )


@lru_cache(maxsize=64)
def name_of_dtype(dtype: Any) -> str:
    """Return the name of a numpy type, which takes numpy long to tell."""
    return str(dtype)


def sparse(path: str, matrix: Any) -> DataShape:
    """Describe a sparse matrix or array of scipy."""
    shape = tuple(int(size) for size in matrix.shape)
    data_type = "tabular" if len(shape) == 2 else None
    return DataShape(
        path, data_type, False, shape[0], str(shape), _sparse_bytes(matrix), name_of_dtype(matrix.dtype)
    )


_PARTS_OF_SPARSE = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "bsr": ("data", "indices", "indptr"),
    "coo": ("data", "row", "col"),
    "dia": ("data", "offsets"),
}
"""The arrays that hold a sparse matrix, by its format; others are held by Python objects."""


def _sparse_bytes(matrix: Any) -> int | None:
    names = _PARTS_OF_SPARSE.get(matrix.format, ())
    held: list[Any] = [getattr(matrix, name, None) for name in names] if len(matrix.shape) == 2 else []
    if not held or not all(is_array(part) for part in held):
        return None
    return sum(int(part.nbytes) for part in held)


def is_array(part: Any) -> bool:
    """Tell whether something is a plain numpy array of numbers or texts, not of objects."""
    return class_path(type(part)) == "numpy.ndarray" and not part.dtype.hasobject
