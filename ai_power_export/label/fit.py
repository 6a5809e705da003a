"""Freezes a scheme: the quantiles of reports at hand become numbers that no later run changes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.label.comparable import Run, hash_of_runs
from ai_power_export.label.index import RATED
from ai_power_export.label.judge import check_for_reports, is_alike, references_of, rows_of
from ai_power_export.label.rules import INDEX_MEAN
from ai_power_export.label.scheme import Metric, Scheme, content_of
from ai_power_export.label.schemes import made
from ai_power_export.label.yardstick import Yardstick, yardstick_of


@dataclass(frozen=True)
class Fitted:
    """A frozen scheme, and what it has no numbers for."""

    scheme: Scheme
    left_out: tuple[str, ...]
    """Groups without boundaries, each in a line with the reason."""


def fit(scheme: Scheme, runs: Sequence[Run], name: str, version: str, day: datetime.date) -> Fitted:
    """Freeze the boundaries of a scheme, and the best values where it measures against them.

    Args:
        scheme: With quantiles.
        runs: To compute them from.
        name: Of the frozen scheme.
        version: Of the frozen scheme.
        day: On which it is frozen.

    Raises:
        BadInput: The scheme has no quantiles to freeze, or is not for reports.
        CheckFailed: No group has enough runs.
    """
    check_for_reports(scheme)
    if not scheme.boundaries.quantiles:
        raise BadInput(f"scheme {scheme.name!r} has no quantiles: its boundaries are numbers already")
    if scheme.compound.mode == INDEX_MEAN:
        raise BadInput(
            "the boundaries of a mean of indices are not frozen by group", mend="name another mode"
        )
    keys = sorted({tuple(run.key[name] for name in scheme.group) for run in runs})
    groups, left_out = [], []
    for words in keys:
        key = dict(zip(scheme.group, words, strict=True))
        members = [run for run in runs if is_alike(scheme, run, key)]
        group = _frozen(scheme, key, members)
        if isinstance(group, str):
            left_out.append(f"{' · '.join(word or '?' for word in words)}: {group}")
        else:
            groups.append(group)
    if not groups:
        why = f": {left_out[0]}" if left_out else ""
        raise CheckFailed(f"no group has {scheme.needed} comparable runs to freeze boundaries from{why}")
    return Fitted(_with(scheme, groups, runs, name, version, day), tuple(left_out))


def _frozen(scheme: Scheme, key: Mapping[str, str], members: Sequence[Run]) -> dict[str, Any] | str:
    """Return what is frozen for a group, or why nothing is."""
    if not all(key.values()):
        return "its reports do not tell all that makes a group"
    rows = rows_of(scheme, members, [0] * len(members))
    found = references_of(scheme, rows, [run.title for run in members], key)
    yardstick = yardstick_of(scheme, [tuple(key.values())], found, rows)
    frozen: dict[str, Any] = {"key": dict(key), "members": len(members), "boundaries": {}, "references": {}}
    for place, metric in enumerate(scheme.rated_metrics):
        if yardstick.why_not[0, place] != RATED:
            if metric.weight or scheme.index.against != "none":
                return f"{len(members)} comparable runs, {scheme.needed} that differ in {metric.name} needed"
            continue
        frozen["boundaries"][metric.name] = _best_first(scheme, metric, yardstick, place)
        if scheme.index.against != "none":
            frozen["references"][metric.name] = float(yardstick.against[0, place])
    return frozen


def _best_first(scheme: Scheme, metric: Metric, yardstick: Yardstick, place: int) -> list[float]:
    falling = scheme.index.against != "none" or metric.higher_is_better
    return sorted(map(float, yardstick.boundaries[0, place]), reverse=falling)


def _with(
    scheme: Scheme,
    groups: Sequence[dict[str, Any]],
    runs: Sequence[Run],
    name: str,
    version: str,
    day: datetime.date,
) -> Scheme:
    content = content_of(scheme)
    content |= {"name": name, "version": version, "date": day, "groups": groups}
    boundaries = {key: value for key, value in content["boundaries"].items() if key != "quantiles"}
    of = f"quantiles of scheme {scheme.name} {scheme.version}"
    data = f"{len(runs)} reports, sha256 {hash_of_runs(runs)}; {of}"
    content["boundaries"] = {**boundaries, "data": data}
    content["note"] = ""
    if scheme.index.against != "none":
        content["index"] = {"against": "reference"}
    return made(content, name)
