"""Describes the data sets of Hugging Face's `datasets`, by what they say of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.vocabulary.formats import format_of

MEDIA = {
    "datasets.features.audio.Audio": "audio",
    "datasets.features.image.Image": "image",
    "datasets.features.video.Video": "video",
}
"""Type of data by the class of a column's feature."""
VALUE = "datasets.features.features.Value"
LABEL = "datasets.features.features.ClassLabel"
TEXTS = frozenset({"string", "large_string"})
TOKENS = "input_ids"
"""The column that tokenizers make of texts."""


def dataset(path: str, data: Any) -> DataShape:
    """Describe a `Dataset`, or an `IterableDataset`, which does not know how much it will give."""
    own = attributes_of(data)
    info = attributes_of(own.get("_info"))
    features = info.get("features")
    columns = features if isinstance(features, dict) else {}
    data_type, certain = _data_type(columns)
    rows = _rows(own)
    return DataShape(
        path,
        data_type,
        certain,
        rows=rows,
        shape=f"({rows}, {len(columns)})" if data_type == "tabular" and rows is not None else None,
        nbytes=None if data_type in MEDIA.values() else _nbytes(own),
        file_format=format_of(f"x.{info.get('builder_name')}") or None,
    )


def _data_type(columns: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Return the type of data that columns hold, and whether it is sure."""
    paths = {name: class_path(type(feature)) for name, feature in columns.items()}
    media = {MEDIA[path] for path in paths.values() if path in MEDIA}
    if media:
        return (media.pop(), True) if len(media) == 1 else (None, False)
    if TOKENS in columns:
        return "text", True
    dtypes = [attributes_of(columns[name]).get("dtype") for name, path in paths.items() if path == VALUE]
    texts = sum(dtype in TEXTS for dtype in dtypes)
    others = len(dtypes) - texts + sum(path == LABEL for path in paths.values())
    if texts + others < len(columns):
        return None, False  # lists and such
    # One number beside texts is their label or their number; more of them are a table.
    return ("text" if texts and others <= 1 else None if texts else "tabular"), False


def _rows(own: Mapping[str, Any]) -> int | None:
    """Return the rows: those that were selected, else those of the table."""
    for name in ("_indices", "_data"):
        if own.get(name) is not None:
            rows = own[name].num_rows
            return rows if type(rows) is int else None
    return None


def _nbytes(own: Mapping[str, Any]) -> int | None:
    """Return the bytes of the table, unless only some of its rows are selected."""
    if own.get("_data") is None or own.get("_indices") is not None:
        return None
    nbytes = own["_data"].nbytes
    return nbytes if type(nbytes) is int else None
