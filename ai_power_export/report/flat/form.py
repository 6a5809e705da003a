"""The kinds of files that tables are written to; in a module of its own because commands name them."""

from __future__ import annotations

from enum import Enum


class Form(str, Enum):
    """A kind of file; the value is its suffix."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
