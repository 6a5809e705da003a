"""What the arithmetic of result tables gives for one report beside its comparable runs.

The report is three rows there: as it is, with its energies at the good end of their error, and at the bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.label import amounts
from ai_power_export.label.comparable import Run
from ai_power_export.label.grading import Graded, grade
from ai_power_export.label.groups import TOLD_BY
from ai_power_export.label.index import FEW
from ai_power_export.label.metrics import BY_UNIT, UNCERTAIN, Measured
from ai_power_export.label.runs import Runs
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.yardstick import Yardstick, yardstick_of

Array = Any
"""A numpy array; its shape is told where it matters."""


def needs_runs(scheme: Scheme) -> bool:
    """Tell whether a rating under a scheme depends on other runs: best values, quantiles, a reference."""
    return not scheme.is_frozen or bool(scheme.index.reference or scheme.index.references)


def check_for_reports(scheme: Scheme) -> None:
    """Refuse a scheme that is for result tables.

    Raises:
        BadInput: It names groups or metrics that no report has; one line.
    """
    strange = [name for name in scheme.group if name not in TOLD_BY]
    if strange:
        what = f"scheme {scheme.name!r} groups by {strange[0]!r}, which no report tells"
        raise BadInput(what, mend="it is for result tables: --table FILE.csv")
    if scheme.faults or any(metric.stage for metric in scheme.metrics):
        keeps = f"keeps faults of another system, such as {scheme.faults[0]}" if scheme.faults else ""
        what = f"scheme {scheme.name!r} {keeps or 'has metrics of single stages'}"
        raise BadInput(what, mend="it is for result tables: --table FILE.csv")
    try:
        for metric in scheme.metrics:
            amounts.factor(metric.name, metric.unit)
    except BadInput as error:
        raise BadInput(f"scheme {scheme.name!r}: {error.what}", mend=error.mend) from None
    counted = scheme.functional_unit or "functional_unit" in scheme.group
    if not counted and any(metric.name in BY_UNIT for metric in scheme.rated_metrics):
        what = f"scheme {scheme.name!r} says no functional unit"
        raise BadInput(what, mend="give `functional_unit`, or put it into `group`")


@dataclass(frozen=True)
class Judged:
    """What the arithmetic gives for a report."""

    graded: Graded
    """Three rows: as it is, at the good end of its error, at the bad end."""
    yardstick: Yardstick
    members: Runs
    """The comparable runs."""


def _too_few(yardstick: Yardstick) -> Yardstick:
    import numpy as np

    return replace(
        yardstick,
        why_not=np.full_like(yardstick.why_not, FEW),
        compound_why_not=np.full_like(yardstick.compound_why_not, FEW),
    )


def rows_of(scheme: Scheme, runs: Sequence[Run], groups: Sequence[int]) -> Runs:
    """Return runs as columns in the units of a scheme.

    Args:
        scheme: The rules.
        runs: With the values of reports.
        groups: The number of each run's group.
    """
    import numpy as np

    values: Array = np.full((len(runs), len(scheme.rated_metrics)), np.nan)
    for place, metric in enumerate(scheme.rated_metrics):
        one = amounts.factor(metric.name, metric.unit)
        for row, run in enumerate(runs):
            if metric.name in run.values:
                values[row, place] = run.values[metric.name] / one
    return Runs(values, np.ones(values.shape, dtype=bool), np.array(groups, dtype=np.intp))


def references_of(scheme: Scheme, runs: Runs, titles: Sequence[str], key: Mapping[str, str]) -> Array | None:
    """Return the values of the reference model of one group, shape (1, metrics); None where it has none.

    Of several runs of the model the median counts.
    """
    import numpy as np

    index = scheme.index
    name = index.references.get(key.get(index.by, ""), index.reference)
    rows = [row for row, title in enumerate(titles) if name and title == name]
    if not rows:
        return None
    theirs = runs.values[rows]
    columns = [column[~np.isnan(column)] for column in theirs.T]
    return np.array([[np.median(column) if len(column) else np.nan for column in columns]])


def is_alike(scheme: Scheme, run: Run, key: Mapping[str, str]) -> bool:
    """Tell whether a run is comparable with those of a group: what is not told is like nothing."""
    if run.key == key:  # most schemes tell groups by all of it
        return all(key[name] for name in scheme.group)
    return all(key[name] and run.key[name] == key[name] for name in scheme.group)


def judge(scheme: Scheme, measured: Measured, key: Mapping[str, str], members: Sequence[Run]) -> Judged:
    """Return what a report gets.

    Args:
        scheme: The rules, for reports.
        measured: What the report tells.
        key: What comparable runs have in common with it.
        members: The comparable runs.
    """
    import numpy as np

    theirs = rows_of(scheme, members, [0] * len(members))
    found = references_of(scheme, theirs, [run.title for run in members], key)
    place = tuple(key[name] for name in scheme.group)
    yardstick = yardstick_of(scheme, [place], found, theirs)
    if needs_runs(scheme) and len(members) < scheme.needed:
        yardstick = _too_few(yardstick)
    own = rows_of(scheme, [Run("", "", "", key, measured.values)], [0])
    rows = np.repeat(own.values, 3, axis=0)
    uncertain = [metric.name in UNCERTAIN for metric in scheme.rated_metrics]
    rows[1, uncertain] *= 1 - measured.error
    rows[2, uncertain] *= 1 + measured.error
    runs = Runs(rows, np.ones(rows.shape, dtype=bool), np.zeros(3, dtype=np.intp))
    return Judged(grade(scheme, runs, yardstick), yardstick, theirs)
