"""No energy leaves twice: of runs and stages within each other, one level is published."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace

from ai_power_export.deliver.prepare import Prepared
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.rating.subject import Entry, number, text

LEFT_OUT = 0.1
"""Share of a run's energy that its stages may leave out and still tell of it."""


def once(prepared: Sequence[Prepared], *, others_leave: bool = False) -> list[Prepared]:
    """Return reports with `doubled` said of those whose energy others that leave hold.

    The evidence says which runs of a program began while another of it was measured, and links the reports
    of one run. Of runs within each other the outermost leaves. Of a run with stages these do, for whoever
    compares runs compares stages; its own report leaves instead where stages overlap, some of them do not
    leave, or much of the run was in none of them.

    Args:
        prepared: Reports that leave together.
        others_leave: Whether the other runs of their programs leave, too, each by itself.
    """
    runs: dict[str, list[Prepared]] = defaultdict(list)
    for each in prepared:
        run_id = text(_run(each), "id")
        if each.leaves and run_id:
            runs[run_id].append(each)
    doubled = {
        each.saved.path: f"its energy is in {holder} (named alone it leaves)"
        for of_run in runs.values()
        for each, holder in (_within(of_run, None if others_leave else runs.keys()) or _doubled(of_run))
    }
    return [replace(each, doubled=doubled.get(each.saved.path, "")) for each in prepared]


def _within(of_run: list[Prepared], leaving: Container[str] | None) -> list[tuple[Prepared, str]]:
    """Return the reports of a run if one around it leaves, each with where its energy is."""
    around = _run(of_run[0]).get("around")
    known = around if isinstance(around, list) else []
    if not (known if leaving is None else any(str(each) in leaving for each in known)):
        return []
    return [(each, "the report of the run around it") for each in of_run]


def _doubled(of_run: list[Prepared]) -> list[tuple[Prepared, str]]:
    """Return the report of a run or those of its stages, each with where its energy is."""
    stages = [each for each in of_run if text(_run(each), "stage")]
    wholes = [each for each in of_run if not text(_run(each), "stage")]
    if not (stages and wholes):
        return []
    if _tell_all(_run(wholes[0]), {text(_run(each), "stage") for each in stages}):
        return [(each, "the reports of its stages") for each in wholes]
    return [(each, "the report of its run") for each in stages]


def _tell_all(run: Entry, leaving: set[str]) -> bool:
    """Tell whether the stages that leave hold nearly all energy of their run, and each part of it once."""
    measured = {text(each, "name"): _kwh(each) for each in entries_of(run, "stages")}
    needed = {name for name, kwh in measured.items() if kwh > 0}
    if not needed <= leaving or entries_of(run, "overlaps") or len(entries_of(run, "intervals")) > 1:
        return False
    return math.fsum(measured.values()) >= (1 - LEFT_OUT) * _kwh(run)


def _run(prepared: Prepared) -> Entry:
    evidence = prepared.saved.evidence
    return evidence.run if evidence else {}


def _kwh(measured: Entry) -> float:
    return number(measured, "interval.kwh") or 0.0
