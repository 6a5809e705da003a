"""Rows of CodeCarbon with too few cells, put under their columns again.

Some versions from 3.2.9 on, before 3.3.2, append a row without its empty cells below a header that has them:
what stands behind is then under the wrong column. Only some columns can be empty; the row is believed where
the cells fit the columns in one way, and refused where they fit in none or several.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

from ai_power_export.importers.imported import Senseless
from ai_power_export.importers.table import Row

CAN_BE_EMPTY = ("country_name", "region", "cpu_model", "gpu_model", "longitude", "latitude")
"""Columns that CodeCarbon may fill with None, which its writer left out."""


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell.strip(), re.IGNORECASE) is not None


def _words(cell: str) -> bool:
    return not _number(cell)


def _version(cell: str) -> bool:
    return re.match(r"\d+\.\d+\.", cell.strip()) is not None


FITS: dict[str, Callable[[str], bool]] = {
    "country_name": _words,
    "country_iso_code": lambda cell: re.fullmatch(r"[A-Z]{3}", cell.strip()) is not None,
    "region": _words,
    "cloud_provider": _words,
    "cloud_region": _words,
    "os": lambda cell: re.match(r"Linux|Windows|macOS|Darwin", cell) is not None,
    "python_version": _version,
    "codecarbon_version": _version,
    "cpu_count": str.isdigit,
    "cpu_model": _words,
    "gpu_count": lambda cell: cell == "" or cell.isdigit(),
    "gpu_model": lambda cell: re.match(r"\d+ x ", cell) is not None or cell == "",
    "longitude": lambda cell: _number(cell) and abs(float(cell)) <= 180,
    "latitude": lambda cell: _number(cell) and abs(float(cell)) <= 90,
    "ram_total_size": lambda cell: _number(cell) and float(cell) > 0,
    "tracking_mode": lambda cell: cell in ("machine", "process"),
    "on_cloud": lambda cell: cell in ("Y", "N"),
}
"""What can stand in a column, where words and numbers tell; all other columns hold numbers."""

FREE = ("timestamp", "project_name", "run_id", "experiment_id")
"""Columns at the beginning, which nothing can have shifted."""


def mended(row: Row) -> Row:
    """Return the row with its empty cells put back.

    Raises:
        Senseless: They can stand in no place, or in several.
    """
    names = row.header.names
    lacking = len(names) - len(row.cells)
    empty = [name for name in CAN_BE_EMPTY if name in names]
    fitting = [
        cells
        for chosen in combinations(empty, lacking)
        if (cells := _with_empty(row, chosen)) and _all_fit(names, cells, chosen)
    ]
    if len(fitting) != 1:
        raise Senseless(f"has {len(row.cells)} cells under {len(names)} columns: it is cut off or shifted")
    return Row(row.line, fitting[0], row.header, row.ended)


def _with_empty(row: Row, chosen: tuple[str, ...]) -> list[str]:
    cells = iter(row.cells)
    return ["" if name in chosen else next(cells, "") for name in row.header.names]


def _all_fit(names: tuple[str, ...], cells: list[str], chosen: tuple[str, ...]) -> bool:
    return all(
        FITS.get(name, _number)(cell)
        for name, cell in zip(names, cells, strict=True)
        if name not in chosen and name not in FREE
    )
