"""Describes the containers of data that every framework takes: tables, sequences, pictures.

Each function is handed an object of exactly the class that it is for (of
pictures, or of a class below), and asks it for what it knows without
computing: no column is walked over, nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ai_power_export.observe.data.arrays import TEXT, is_array, is_pictures, kind_of, name_of_dtype
from ai_power_export.observe.data.shape import DataShape, class_path

NAMES_OF_TEXT = frozenset({"str", "string", "object", "String", "large_string", "string_view"})
"""Names of the types of columns that hold texts, or perhaps do."""

MOST_COLUMNS = 64
"""Columns, or blocks of them, that are asked one by one."""


def pandas_frame(path: str, frame: Any) -> DataShape:
    """Describe a pandas frame by its blocks: the public `memory_usage` walks over all columns."""
    rows, columns = (int(size) for size in frame.shape)
    held = _pandas_blocks(frame)
    nbytes = _sum_of(_pandas_bytes(values) for values in held)
    return _table(path, rows, columns, nbytes, {_dtype_name(values.dtype) for values in held})


def pandas_series(path: str, series: Any) -> DataShape:
    """Describe a pandas series."""
    rows, held = int(series.shape[0]), _pandas_blocks(series)
    dtype = _dtype_name(held[0].dtype) if held else None
    is_text = dtype in NAMES_OF_TEXT and rows > 0 and kind_of(held[0][0]) == TEXT
    nbytes = _sum_of(_pandas_bytes(values) for values in held)
    return DataShape(path, "text" if is_text else None, is_text, rows, f"({rows},)", nbytes, dtype)


def _pandas_blocks(data: Any) -> list[Any]:
    """Return what holds the values of a frame or series; nothing if that is too many to look at."""
    blocks = getattr(getattr(data, "_mgr", None), "blocks", ())
    return [block.values for block in blocks] if len(blocks) <= MOST_COLUMNS else []


def _dtype_name(dtype: Any) -> str:
    if type(dtype).__module__.startswith("numpy"):
        return name_of_dtype(dtype)
    return str(dtype) if type(dtype).__module__.startswith("pandas") else ""


def _pandas_bytes(values: Any) -> int | None:
    """Return the bytes that hold some columns; None where they hold Python objects, or are unknown."""
    if is_array(values):
        return int(values.nbytes)
    path = class_path(type(values))
    if not path.startswith("pandas.") or getattr(values.dtype, "storage", "") == "python":
        return None
    if path.endswith(".Categorical"):
        categories = _pandas_bytes(values.categories.array)
        return None if categories is None else int(values.codes.nbytes) + categories
    is_of_objects = getattr(getattr(values.dtype, "numpy_dtype", None), "hasobject", False)
    return None if is_of_objects else int(values.nbytes)


def _sum_of(sizes: Iterable[int | None]) -> int | None:
    found = list(sizes)
    return sum(size for size in found if size is not None) if found and None not in found else None


def polars_frame(path: str, frame: Any) -> DataShape:
    """Describe a polars frame; how much it holds is told only by a walk over its columns."""
    rows, columns = (int(size) for size in frame.shape)
    dtypes = {str(dtype) for dtype in frame.dtypes} if columns <= MOST_COLUMNS else set()
    return _table(path, rows, columns, None, dtypes)


def polars_series(path: str, series: Any) -> DataShape:
    """Describe a polars series."""
    rows, dtype = len(series), str(series.dtype)
    is_text = dtype == "String" and rows > 0 and kind_of(series[0]) == TEXT
    return DataShape(path, "text" if is_text else None, is_text, rows, f"({rows},)", None, dtype)


def arrow_table(path: str, table: Any) -> DataShape:
    """Describe a table, or a batch of rows, of pyarrow."""
    rows, columns = int(table.num_rows), int(table.num_columns)
    if columns > MOST_COLUMNS:
        return _table(path, rows, columns, None, set())
    return _table(path, rows, columns, int(table.nbytes), {str(each) for each in table.schema.types})


def _table(path: str, rows: int, columns: int, nbytes: int | None, dtypes: set[str]) -> DataShape:
    """Describe a table by the types of its columns.

    Columns of different types are surely a table. Columns of one type may be
    flattened pictures, and a single one of texts may be just texts.
    """
    is_table = columns > 1 or not dtypes & NAMES_OF_TEXT
    dtype = next(iter(dtypes)) if len(dtypes) == 1 else None
    shape = f"({rows}, {columns})"
    return DataShape(path, "tabular" if is_table else None, len(dtypes) > 1, rows, shape, nbytes, dtype)


# ---- sequences and pictures ------------------------------------------------------------------


def sequence(path: str, items: Any) -> DataShape:
    """Describe a list or tuple by its length and its first item."""
    data_type, certain = _type_of_item(items[0]) if items else (None, False)
    return DataShape(path, data_type, certain, len(items))


def _type_of_item(item: Any) -> tuple[str | None, bool]:
    """Return the type of data of which some is in a sequence, and whether that is certain."""
    kind = type(item)
    if kind is str:
        return ("text", True) if kind_of(item) == TEXT else (None, False)
    if kind in (list, tuple):
        is_row = bool(item) and type(item[0]) in (bool, int, float)
        return ("tabular" if is_row else None), False
    if class_path(kind) == "numpy.ndarray":
        is_picture = item.ndim in (2, 3) and is_pictures(
            (1, *item.shape), one_byte=str(item.dtype) == "uint8", real=item.dtype.kind == "f"
        )
        return ("image" if is_picture else None), False
    if any(class_path(base) == "PIL.Image.Image" for base in kind.__mro__):
        return "image", True
    return None, False


def picture(path: str, image: Any) -> DataShape:
    """Describe an image of Pillow; its file may not have been read yet."""
    return DataShape(path, "image", True, 1)
