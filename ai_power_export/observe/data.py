"""Describes data that goes into a model, by its container's attributes alone.

Nothing is iterated, computed, copied or kept, and only known containers are
asked: a mock, a proxy or a lazy frame says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from importlib import import_module
from typing import Any

BYTES_PER_GB = 1e9
"""`dataSize` is in GB of 10^9 bytes."""

Describe = Callable[[str, Any], "DataShape | None"]
"""Describes a container, given its class path and itself."""

NUMBER_KINDS = frozenset("biuf")
"""numpy's `dtype.kind` of booleans, integers and floating-point numbers."""


@dataclass(frozen=True)
class DataShape:
    """What the container of some data says of it; None where it says nothing."""

    container: str
    """Class path of the container."""
    data_type: str | None = None
    """The format's `dataType`: `tabular` or `text`."""
    certain: bool = False
    """False where the numbers could also be something else, such as flattened images."""
    rows: float | None = None
    """Items: rows, texts, images, tokens; of several pieces of data perhaps their mean."""
    shape: str | None = None
    """As `X.shape` prints: `(1347, 64)`."""
    nbytes: float | None = None
    """Bytes held in memory."""
    dtype: str | None = None
    file_format: str | None = None
    """The format's `dataFormat`, of data that came from a file."""
    source: str | None = None
    """The format's `source`: `public`, `private` or `other`."""
    source_uri: str | None = None
    owner: str | None = None

    @property
    def gigabytes(self) -> float | None:
        """Size in memory in GB (10^9 bytes)."""
        return None if self.nbytes is None else self.nbytes / BYTES_PER_GB

    def common(self, other: DataShape | None) -> DataShape | None:
        """Return what holds for both of two pieces of data."""
        if other is None or self == other:
            return self if other is not None else None
        if self.container != other.container:
            return None
        same = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) == getattr(other, each.name)
        }
        return DataShape(**same)

    def to_json(self) -> dict[str, Any]:
        """Return the description as a JSON object without its empty parts."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DataShape:
        """Rebuild a description written by `to_json`."""
        return cls(**data)


def class_path(cls: type) -> str:
    """Return module and qualified name of a class, as Python has them."""
    return f"{cls.__module__}.{cls.__qualname__}"


def describe_data(data: object) -> DataShape | None:
    """Describe data of a known container; None for anything else."""
    path = class_path(type(data))
    describe = _KNOWN.get(path)
    if describe is None and path.startswith("scipy.sparse."):
        describe = _sparse
    if describe is None:
        describe = _from_elsewhere(type(data))
    return describe(path, data) if describe else None


def extent(data: object) -> tuple[int, ...] | None:
    """Return the shape of data of a known container, None for anything else."""
    path = class_path(type(data))
    if path in ("builtins.list", "builtins.tuple"):
        return (len(data),)  # type: ignore[arg-type]
    if path in _KNOWN or path.startswith("scipy.sparse."):
        return tuple(data.shape)  # type: ignore[attr-defined]
    return None


def _from_elsewhere(cls: type) -> Describe | None:
    """Return how another module of this room describes a container, or one that it inherits from."""
    for base in cls.__mro__:
        where = ELSEWHERE.get(class_path(base))
        if where is not None:
            module, _, name = where.partition(":")
            describe: Describe = getattr(import_module(f"{__package__}.{module}"), name)
            return describe
    return None


def _array(path: str, array: Any) -> DataShape:
    is_text = array.ndim == 1 and array.size > 0 and array.dtype.kind == "O" and type(array[0]) is str
    return _array_shape(path, array.shape, array.dtype, array.nbytes, is_text)


@lru_cache(maxsize=64)
def _array_shape(path: str, shape: tuple[int, ...], dtype: Any, nbytes: int, is_text: bool) -> DataShape:
    """Describe an array; the same one often comes again, and numpy takes long to name a dtype."""
    is_text = is_text or (len(shape) == 1 and dtype.kind == "U")
    is_table = len(shape) == 2 and dtype.kind in NUMBER_KINDS
    return DataShape(
        path,
        "text" if is_text else "tabular" if is_table else None,
        certain=is_text,
        rows=shape[0] if shape else None,
        shape=str(shape),
        nbytes=None if dtype.kind == "O" else nbytes,
        dtype=str(dtype),
    )


def _sparse(path: str, matrix: Any) -> DataShape:
    held: list[Any] = [getattr(matrix, name, None) for name in ("data", "indices", "indptr")]
    nbytes = sum(int(part.nbytes) for part in held) if all(_is_array(part) for part in held) else None
    shape = tuple(int(size) for size in matrix.shape)
    data_type = "tabular" if len(shape) == 2 else None
    return DataShape(path, data_type, False, shape[0], str(shape), nbytes, str(matrix.dtype))


def _is_array(part: Any) -> bool:
    return class_path(type(part)) == "numpy.ndarray" and part.dtype.kind != "O"


def _pandas_frame(path: str, frame: Any) -> DataShape:
    rows, columns = frame.shape
    # The blocks know their size at once; the public `memory_usage` walks over all columns.
    manager = getattr(frame, "_mgr", None)
    blocks = [block.values for block in getattr(manager, "blocks", ())]
    dtypes = {str(block.dtype) for block in blocks}
    nbytes = None if not blocks or "object" in dtypes else sum(int(block.nbytes) for block in blocks)
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    return DataShape(path, "tabular", True, int(rows), f"({rows}, {columns})", nbytes, dtype)


def _pandas_series(path: str, series: Any) -> DataShape:
    dtype, rows = str(series.dtype), int(series.shape[0])
    is_text = dtype in ("str", "string") or (dtype == "object" and rows > 0 and type(series.array[0]) is str)
    nbytes = None if dtype == "object" else int(series.nbytes)
    return DataShape(path, "text" if is_text else None, is_text, rows, f"({rows},)", nbytes, dtype)


def _polars_frame(path: str, frame: Any) -> DataShape:
    rows, columns = frame.shape
    return DataShape(path, "tabular", True, int(rows), f"({rows}, {columns})")


def _sequence(path: str, items: Any) -> DataShape:
    first = type(items[0]) if items else None
    if first is str:
        return DataShape(path, "text", True, len(items))
    return DataShape(path, "tabular" if first in (list, tuple) else None, False, len(items))


_KNOWN: dict[str, Describe] = {
    "builtins.list": _sequence,
    "builtins.tuple": _sequence,
    "numpy.ma.MaskedArray": _array,
    "numpy.matrix": _array,
    "numpy.memmap": _array,
    "numpy.ndarray": _array,
    "pandas.DataFrame": _pandas_frame,
    "pandas.Series": _pandas_series,
    "pandas.core.frame.DataFrame": _pandas_frame,
    "pandas.core.series.Series": _pandas_series,
    "polars.dataframe.frame.DataFrame": _polars_frame,
}
"""How to describe a container, by its class path."""

ELSEWHERE: dict[str, str] = {}
"""Where the containers of a framework are described: `module:function` of this room by class path.

A subclass of such a container is described as its base is.
"""
