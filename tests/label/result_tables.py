"""The result tables of ELEx, which lie beside the checkout and are no part of it, and small ones of our own."""

import csv
import os
from pathlib import Path

import pytest

from ai_power_export.label.tables import rate_table


def elex_table(folder: str) -> Path:
    """The table `rated.csv` of a folder of `shared/labels` beside the checkout, or of `ELEX_TABLES`; skips without."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "labels"
    table = Path(os.environ.get("ELEX_TABLES") or beside) / folder / "rated.csv"
    if not table.is_file():
        pytest.skip(
            f"no result tables of ELEx in {table.parent}: set ELEX_TABLES to the folder that holds them"
        )
    return table


def rated_rows(table: Path, scheme):
    """Each row of a table as a dictionary, with its indices, grades and reasons by metric, and its compound."""
    names = [metric.name for metric in scheme.rated_metrics]
    for part in rate_table(table, scheme):
        graded = part.graded
        for place, row in enumerate(part.stretch.rows):
            yield {
                "row": dict(zip(part.stretch.columns, row, strict=True)),
                "index": dict(zip(names, graded.indices[place].tolist(), strict=True)),
                "grade": dict(zip(names, graded.grades[place].tolist(), strict=True)),
                "why_not": dict(zip(names, graded.why_not[place].tolist(), strict=True)),
                "compound": int(graded.compound[place]),
                "uncovered": float(graded.uncovered[place]),
                "compound_why_not": int(graded.compound_why_not[place]),
            }


def with_mode(scheme, mode: str):
    return scheme.model_copy(update={"compound": scheme.compound.model_copy(update={"mode": mode})})


def written(path: Path, rows: list[dict]) -> Path:
    """A table of rows that share their columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
