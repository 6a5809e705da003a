"""Describes data that goes into a model, by its container's attributes alone.

Nothing is iterated, computed, copied or kept, and only known containers are
asked: a mock, a proxy or a lazy frame says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from importlib import import_module
from typing import Any

from ai_power_export.observe.data.origins import Loaded, origin_of

BYTES_PER_GB = 1e9
"""`dataSize` is in GB of 10^9 bytes."""

Describe = Callable[[str, Any], "DataShape | None"]
"""Describes a container, given its class path and itself."""


@dataclass(frozen=True)
class Sharing:
    """What tells of the data of several processes whether they are the same, or parts of a whole."""

    replicas: int | None = None
    """Among how many processes a sampler shares the items out; None where none does."""
    mark: str | None = None
    """A hash of some of the values: the same in processes that have the same data in the same order."""
    whole: float | None = None
    """Items of the data set that these are a part of."""


@dataclass(frozen=True)
class DataShape:
    """What the container of some data says of it; None where it says nothing."""

    container: str
    """Class path of the container."""
    data_type: str | None = None
    """The format's `dataType`: `tabular`, `text`, `image`, ..."""
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
    loaded: Loaded | None = None
    """Where this very object was loaded, if that was seen."""
    sharing: Sharing | None = field(default=None, compare=False)
    """Of data that are served for a training."""

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
        loaded, sharing = data.get("loaded"), data.get("sharing")
        held = {
            "loaded": Loaded(**loaded) if loaded else None,
            "sharing": Sharing(**sharing) if sharing else None,
        }
        return cls(**{**data, **held})


def class_path(cls: type) -> str:
    """Return module and qualified name of a class, as Python has them.

    A worker that imports the main script again calls it otherwise.
    """
    module = "__main__" if cls.__module__ == "__mp_main__" else cls.__module__
    return f"{module}.{cls.__qualname__}"


def describe_data(data: object) -> DataShape | None:
    """Describe data of a known container; None for anything else."""
    where = _where(type(data))
    if where is None:
        return None
    described = _describe(where)(class_path(type(data)), data)
    loaded = origin_of(data)
    return described if described is None or loaded is None else replace(described, loaded=loaded)


def as_table(shape: DataShape | None) -> DataShape | None:
    """Return the same of data that is a table, or a column of one, whatever else such numbers could be."""
    return None if shape is None else replace(shape, data_type="tabular", certain=True)


def extent(data: object) -> tuple[int, ...] | None:
    """Return the shape of data of a known container, None for anything else."""
    path = class_path(type(data))
    if path in ("builtins.list", "builtins.tuple"):
        return (len(data),)  # type: ignore[arg-type]
    if _KNOWN.get(path) in _WITH_SHAPE or path.startswith("scipy.sparse."):
        return tuple(data.shape)  # type: ignore[attr-defined]
    return None


def _where(cls: type) -> str | None:
    """Return who describes objects of a class: `module:function` of this room."""
    path = class_path(cls)
    if path in _KNOWN:
        return _KNOWN[path]
    if path.startswith("scipy.sparse."):
        return "arrays:sparse"
    paths = (class_path(base) for base in cls.__mro__)
    return next((ELSEWHERE[path] for path in paths if path in ELSEWHERE), None)


@lru_cache(maxsize=64)
def _describe(where: str) -> Describe:
    module, _, name = where.partition(":")
    describe: Describe = getattr(import_module(f"{__package__}.{module}"), name)
    return describe


_KNOWN: dict[str, str] = {
    **dict.fromkeys(("builtins.list", "builtins.tuple"), "containers:sequence"),
    **dict.fromkeys(
        ("numpy.ndarray", "numpy.memmap", "numpy.matrix", "numpy.ma.MaskedArray"), "arrays:array"
    ),
    **dict.fromkeys(("pandas.DataFrame", "pandas.core.frame.DataFrame"), "containers:pandas_frame"),
    **dict.fromkeys(("pandas.Series", "pandas.core.series.Series"), "containers:pandas_series"),
    **dict.fromkeys(("pyarrow.lib.Table", "pyarrow.lib.RecordBatch"), "containers:arrow_table"),
    "polars.dataframe.frame.DataFrame": "containers:polars_frame",
    "polars.series.series.Series": "containers:polars_series",
}
"""Who describes a container of exactly this class, `module:function` of this room:
of a subclass, asking for the shape might run the user's code."""

_WITH_SHAPE = frozenset(
    {"arrays:array", "containers:pandas_frame", "containers:pandas_series", "containers:polars_frame"}
)

ELSEWHERE: dict[str, str] = {
    "PIL.Image.Image": "containers:picture",
    "torch.Tensor": "torch:tensor",
    "torch.utils.data.dataset.ConcatDataset": "torch:concatenated",
    "torch.utils.data.dataset.Subset": "torch:subset",
    "torch.utils.data.dataset.TensorDataset": "torch:tensor_dataset",
    "datasets.arrow_dataset.Dataset": "hugging_face:dataset",
    "datasets.iterable_dataset.IterableDataset": "hugging_face:dataset",
    "keras.src.legacy.preprocessing.image.Iterator": "keras:image_iterator",
    "catboost.core.Pool": "boosting:catboost_pool",
    "lightgbm.basic.Dataset": "boosting:lightgbm_dataset",
    "xgboost.core.DMatrix": "boosting:xgboost_matrix",
}
"""Who describes a container of this class, or of one below it, `module:function` of this room."""
