"""Result tables of others: rows of a CSV rated under a scheme, whatever their number.

A table is read once to find what its groups are measured by, where the table itself tells it (reference
models, best values, quantiles), and once to rate it. Of a table under a frozen scheme only a stretch of
rows is in memory at a time; under others its numbers are, not its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.label.cells import Stretch, numbers_of, stretches_of
from ai_power_export.label.grading import Graded, grade
from ai_power_export.label.runs import Runs
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.yardstick import GroupKey, yardstick_of
from ai_power_export.report.reading.places import one_line

Array = Any
"""A numpy array; its shape is told where it matters."""


@dataclass(frozen=True)
class RatedRows:
    """Some rows of a table with what they got."""

    stretch: Stretch
    graded: Graded


def rate_table(path: Path, scheme: Scheme) -> Iterator[RatedRows]:
    """Yield the rows of a result table rated under a scheme, some at a time, in their order.

    Cells that say there is no value are not rated, nor those that are no number above zero.

    Args:
        path: A CSV in UTF-8 with a header; metrics are the scheme's columns.
        scheme: The rules; groups, stages and reference models are in the columns that it names.

    Raises:
        BadInput: The table cannot be read, lacks columns that the scheme needs, or tells the reference of
            a group twice; one line.
    """
    reader = _Reader(scheme, path.name)
    found: dict[int, Array] = {}
    if scheme.is_frozen and not reader.names_references:
        for stretch in stretches_of(path):
            runs = reader.runs(stretch)
            yield RatedRows(stretch, grade(scheme, runs, yardstick_of(scheme, reader.keys)))
        return
    parts = []
    for stretch in stretches_of(path):
        runs = reader.runs(stretch)
        reader.find_references(stretch, runs, found)
        if not scheme.is_frozen:
            parts.append(runs)
    keys = reader.keys
    yardstick = yardstick_of(scheme, keys, reader.references(found), _joined(parts))
    for place, stretch in enumerate(stretches_of(path)):
        runs = parts[place] if place < len(parts) else reader.runs(stretch)
        if len(runs.groups) != len(stretch.rows) or len(reader.keys) != len(keys):
            raise BadInput("changed while it was read", path.name)
        yield RatedRows(stretch, grade(scheme, runs, yardstick))


def _joined(parts: Sequence[Runs]) -> Runs | None:
    import numpy as np

    if not parts:
        return None
    return Runs(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "applies", "groups"))
    )


@dataclass
class _Reader:
    """Reads rows as runs; remembers the groups that it met."""

    scheme: Scheme
    table: str
    numbers: dict[GroupKey, int] = field(default_factory=dict)
    """Of groups, in the order in which they were met."""

    @property
    def keys(self) -> list[GroupKey]:
        """The groups that were met, by their number."""
        return list(self.numbers)

    @property
    def names_references(self) -> bool:
        """Tell whether reference models are rows of the table."""
        return bool(self.scheme.index.reference or self.scheme.index.references)

    def runs(self, stretch: Stretch) -> Runs:
        """Return rows as runs.

        Raises:
            BadInput: Columns are lacking.
        """
        import numpy as np

        self._check(stretch.columns)
        metrics = self.scheme.rated_metrics
        values: Array = np.full((len(stretch.rows), len(metrics)), np.nan)
        applies: Array = np.ones(values.shape, dtype=bool)
        stage = self.scheme.table.stage
        words = stretch.column(stage) if stage else [self.scheme.stage] * len(stretch.rows)
        stages = np.array(words, dtype=np.str_)
        for place, metric in enumerate(metrics):
            if metric.in_table in stretch.columns:
                values[:, place] = numbers_of(stretch.column(metric.in_table))
            if metric.stage:
                applies[:, place] = stages == metric.stage
            if self.scheme.stage:
                applies[:, place] &= stages == self.scheme.stage
        return Runs(values, applies, self._groups(stretch))

    def _groups(self, stretch: Stretch) -> Array:
        import numpy as np

        columns = [stretch.column(name) for name in self.scheme.group]
        keys = zip(*columns, strict=True) if columns else iter([()] * len(stretch.rows))
        numbers = self.numbers
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.intp)

    def _check(self, columns: Sequence[str]) -> None:
        scheme = self.scheme
        needed = [*scheme.group, scheme.table.stage]
        if self.names_references:
            needed += [scheme.table.run, scheme.index.by]
        for name in filter(None, needed):
            if name not in columns:
                near = get_close_matches(name, columns, 1)
                raise BadInput(
                    f"lacks the column {name!r} that scheme {scheme.name!r} needs",
                    self.table,
                    f"is it {near[0]!r}?" if near else one_line(f"it has {', '.join(columns[:12])}"),
                )
        counting = [metric.in_table for metric in scheme.rated_metrics if metric.weight]
        if not set(counting) & set(columns):
            raise BadInput(f"has none of the scheme's columns: {', '.join(counting)}", self.table)

    def find_references(self, stretch: Stretch, runs: Runs, found: dict[int, Array]) -> None:
        """Put the values of reference models into `found`, by the number of their group.

        Raises:
            BadInput: A group has two, with different values.
        """
        import numpy as np

        if not self.names_references:
            return
        models, index = stretch.column(self.scheme.table.run), self.scheme.index
        theirs = stretch.column(index.by) if index.by else None
        for row, model in enumerate(models):
            name = index.references.get(theirs[row], index.reference) if theirs else index.reference
            if not name or model != name:
                continue
            group, values = int(runs.groups[row]), runs.values[row]
            if group in found and not np.array_equal(found[group], values, equal_nan=True):
                raise BadInput(f"has two runs of the reference {name!r} in {self.keys[group]}", self.table)
            found[group] = values

    def references(self, found: dict[int, Array]) -> Array | None:
        """Return the values of reference models, NaN where a group has none; shape (groups, metrics)."""
        import numpy as np

        if not found:
            return None
        lacking: Array = np.full(len(self.scheme.rated_metrics), np.nan)
        return np.stack([found.get(group, lacking) for group in range(len(self.numbers))])
