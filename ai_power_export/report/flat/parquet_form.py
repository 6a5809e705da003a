"""Tables as Parquet, by pyarrow: the columns have their types in the file itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.flat.cells import Senseless
from ai_power_export.report.flat.columns import Column
from ai_power_export.report.flat.rows import Row

ROW_GROUP = 5_000
"""Rows that are written at a time, which bounds memory (some 30 MB)."""
BATCH = 500
"""Rows that are read at a time."""


def need_pyarrow() -> Any:
    """Return pyarrow.

    Raises:
        BadInput: It is not installed, or broken.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadInput(
            "Parquet needs pyarrow, which is not installed", mend="pip install 'ai-power-export[table]'"
        ) from None
    return pyarrow


@contextmanager
def parquet_writer(path: Path | RawIOBase, columns: Sequence[Column]) -> Iterator[Callable[[Row], object]]:
    """Make a new file, or write to an open one; yield what writes a row; errors as in `need_pyarrow`."""
    pyarrow = need_pyarrow()
    types = {"string": pyarrow.string(), "int64": pyarrow.int64(), "float64": pyarrow.float64()}
    schema = pyarrow.schema([(column.name, types[column.type]) for column in columns])
    rows: list[Row] = []
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            rows.clear()

        def write(row: Row) -> None:
            rows.append(row)
            if len(rows) == ROW_GROUP:
                flush()

        yield write
        if rows:
            flush()


def parquet_names(path: Path) -> list[str]:
    """Return the names of the columns of any Parquet file.

    Raises:
        ValueError: It is none.
        BadInput: pyarrow is missing.
        OSError: It cannot be read.
    """
    pyarrow = need_pyarrow()
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            return list(file.schema_arrow.names)
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from None


def parquet_rows(path: Path) -> Iterator[tuple[str, Row | Senseless]]:
    """Yield the rows of a table with their places.

    Raises:
        BadInput: It is no Parquet file, or pyarrow is missing.
        OSError: It cannot be read.
    """
    pyarrow = need_pyarrow()
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield f"{path.name}, row {number}", row
    except (pyarrow.ArrowException, ValueError) as error:
        raise BadInput(f"cannot be read as Parquet: {error}", path.name) from None
