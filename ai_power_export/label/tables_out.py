"""Rated tables out: the rows as they came, and beside them indices, letters and reasons, as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.cells import Stretch
from ai_power_export.label.grading import Graded
from ai_power_export.label.index import FEW, OF_ANOTHER, RATED, REASONS
from ai_power_export.label.rated import LETTERS
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.tables import RatedRows, rate_table
from ai_power_export.report.write import whole_file

Array = Any
"""A numpy array; its shape is told where it matters."""

LETTER, UNCOVERED, WHY_NOT = "letter", "uncovered_weight", "why_not"
"""Columns of a run's compound, of the share of weight without letter, and of the reasons for both."""


@dataclass
class Summary:
    """What a table got."""

    rows: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    """How many runs got a compound, by letter."""
    why_not: Counter[str] = field(default_factory=Counter)
    """How many got none, by reason."""


def reason(scheme: Scheme, why_not: int) -> str:
    """Return the words for why there is no letter; empty where there is one."""
    return f"fewer than {scheme.needed} comparable runs" if why_not == FEW else REASONS[why_not]


def write_rated(path: Path, scheme: Scheme, out: Path) -> Summary:
    """Rate a table and write it to a file, whole or not at all; errors as in `rate_table`, and OSError."""
    with (
        whole_file(out, durable=False) as temporary,
        temporary.open("x", encoding="utf-8", newline="") as file,
    ):
        return write_rows(rate_table(path, scheme), scheme, file)


def write_rows(rated: Iterable[RatedRows], scheme: Scheme, file: TextIO) -> Summary:
    """Write rated rows as CSV.

    The table's columns stay as they are; a rated metric adds `<metric>_index`, where the scheme has
    indices, and `<metric>_letter`, a run `letter`, `uncovered_weight` and `why_not`. Columns that had
    these names are replaced.
    """
    summary, writer, added = Summary(), csv.writer(file, lineterminator="\n"), _names(scheme)
    for part in rated:
        stretch = part.stretch
        columns, rows = _without(added, stretch)
        if not summary.rows:
            writer.writerow([*columns, *added])
        writer.writerows([*row, *cells] for row, cells in zip(rows, _cells(scheme, part.graded), strict=True))
        _count(summary, scheme, part.graded)
    return summary


def _without(names: Collection[str], stretch: Stretch) -> tuple[Sequence[str], list[list[str]]]:
    """Return the columns and rows of a table but for columns of some names."""
    kept = [place for place, name in enumerate(stretch.columns) if name not in names]
    if len(kept) == len(stretch.columns):
        return stretch.columns, stretch.rows
    return [stretch.columns[place] for place in kept], [
        [row[place] for place in kept] for row in stretch.rows
    ]


def _has_index(scheme: Scheme) -> bool:
    return scheme.index.against != "none"


def _names(scheme: Scheme) -> list[str]:
    kinds = ("index", "letter") if _has_index(scheme) else ("letter",)
    return [
        *(f"{metric.name}_{kind}" for metric in scheme.rated_metrics for kind in kinds),
        *(LETTER, UNCOVERED, WHY_NOT),
    ]


def _cells(scheme: Scheme, graded: Graded) -> Iterator[tuple[object, ...]]:
    """Yield the cells that each run adds, in the order of `_names`."""
    columns: list[list[object]] = []
    for place in range(graded.grades.shape[1]):
        if _has_index(scheme):
            columns.append([None if cell != cell else cell for cell in graded.indices[:, place].tolist()])
        columns.append(_letters(graded.grades[:, place]))
    columns += [_letters(graded.compound), graded.uncovered.tolist(), _why_not(scheme, graded)]
    return zip(*columns, strict=True)


def _letters(grades: Array) -> list[object]:
    return [None if grade == UNRATED else LETTERS[grade] for grade in grades.tolist()]


def _why_not(scheme: Scheme, graded: Graded) -> list[object]:
    """Return for each run why it has no compound, and which metrics got no letter."""
    told = (graded.why_not != RATED) & (graded.why_not != OF_ANOTHER)
    lines: list[object] = [None] * len(graded.compound)
    for row in ((graded.compound_why_not != RATED) | told.any(axis=1)).nonzero()[0].tolist():
        parts = [reason(scheme, int(graded.compound_why_not[row]))]
        for place in told[row].nonzero()[0].tolist():
            why_not = reason(scheme, int(graded.why_not[row, place]))
            parts.append(f"{scheme.rated_metrics[place].name}: {why_not}")
        lines[row] = "; ".join(filter(None, parts))
    return lines


def _count(summary: Summary, scheme: Scheme, graded: Graded) -> None:
    summary.rows += len(graded.compound)
    for place, letter in enumerate(LETTERS):
        summary.letters[letter] += int((graded.compound == place).sum())
    for why_not, times in Counter(graded.compound_why_not.tolist()).items():
        if why_not != RATED:
            summary.why_not[reason(scheme, why_not)] += times
