"""Describes the data containers of XGBoost, LightGBM and CatBoost by the counts that they know.

None is built, converted or asked for its values: a data set that its library has
not built yet is described by the data that it was made of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ai_power_export.observe.data.shape import DataShape, as_table, class_path, describe_data
from ai_power_export.observe.frameworks.constructors import attributes_of


def xgboost_matrix(path: str, matrix: Any) -> DataShape | None:
    """Describe a `DMatrix`; its counts come from the library, which answers at once."""
    if attributes_of(matrix).get("handle") is None:
        return None
    return _table(path, matrix.num_row(), matrix.num_col())


def lightgbm_dataset(path: str, dataset: Any) -> DataShape | None:
    """Describe a `Dataset`, which is built when a training begins and by default forgets its data then."""
    held = attributes_of(dataset)
    if held.get("_handle") is not None:
        return _table(path, dataset.num_data(), dataset.num_feature())
    chosen: Any = held.get("used_indices")
    raw = describe_data(held.get("data"))
    if chosen is not None or raw is None:
        rows = len(chosen) if class_path(type(chosen)) in ("builtins.list", "numpy.ndarray") else None
        return DataShape(path, "tabular", True, rows) if rows is not None else None
    return as_table(replace(raw, container=path))


def catboost_pool(path: str, pool: Any) -> DataShape:
    """Describe a `Pool`."""
    return _table(path, pool.num_row(), pool.num_col())


def _table(path: str, rows: int, columns: int) -> DataShape:
    return DataShape(path, "tabular", True, rows, f"({rows}, {columns})")
