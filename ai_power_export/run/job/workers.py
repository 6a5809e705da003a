"""What the workers of a measured run leave of what they saw, and what becomes of it."""

from __future__ import annotations

import json
import time
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ai_power_export.facts import Notice
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.ranks import own_rank
from ai_power_export.observe.observation import Doing, Observation
from ai_power_export.observe.ranks import of_all_ranks
from ai_power_export.project import JOURNALS
from ai_power_export.run.arguments import told_arguments
from ai_power_export.run.caller import main_script
from ai_power_export.run.folder import output_folder
from ai_power_export.run.record import Record, Scope, Stretch

READS_PARALLEL = 0.05
"""Seconds by which the clocks of two processes' observations may differ."""


def folder_of_workers(record: Record) -> Path:
    """Return where the workers of a run leave what they saw."""
    return output_folder(Path(record.folder), record.settings) / JOURNALS / record.run_id


def leave_seen(
    folder: Path, begin: float, seen: list[Observation], wholly_seen: list[str], warnings: list[Notice]
) -> None:
    """Write down what a worker saw since `begin` (s since the epoch), if it saw anything or is a rank.

    Raises:
        OSError: The folder cannot be written.
    """
    rank, script = own_rank(), main_script()
    told = [each.to_json() for each in seen if each.place or each.parts]
    if not told and rank is None:
        return
    interval = Interval(begin, time.time() - begin, 0.0, 0.0, 0.0, 0.0, 0.0, None, None)
    record = Record(
        str(uuid.uuid4()), str(folder), script, told_arguments(), rank=rank, wholly_seen=wholly_seen
    )
    record.stretches = [Stretch(Scope(script), interval, told)]
    record.warnings = [[notice.code, notice.text] for notice in warnings]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"worker-{record.run_id}"
    path.write_text(json.dumps(record.to_json()), encoding="utf-8")
    path.replace(path.with_suffix(".json"))


def left_by_workers(record: Record) -> list[Record]:
    """Return what the workers of a run have left, and remove it."""
    folder, found = folder_of_workers(record), []
    for path in sorted(folder.glob("worker-*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(Record.from_json(json.loads(path.read_text(encoding="utf-8"))))
        with suppress(OSError):
            path.unlink()
    for empty in (folder, folder.parent):
        with suppress(OSError):
            empty.rmdir()
    return found


def with_workers(record: Record, workers: list[Record]) -> Record:
    """Return the record of a run with what its workers saw."""
    if not workers:
        return record
    record = record.worked_elsewhere()
    own = [_observations(each) for each in record.stretches]
    calls = [call for each in own for call in each if call.does is not Doing.LOADS]
    seen = [[each for each in _observations(w.stretches[0]) if not _is_inside(each, calls)] for w in workers]
    for index, stretch in enumerate(record.stretches):
        here = [[each for each in one if _place(each, record.stretches) == index] for one in seen]
        together = of_all_ranks([own[index], *(each for each in here if each)])
        stretch.observations = [each.to_json() for each in together]
    warnings = dict.fromkeys(tuple(each) for one in (record, *workers) for each in one.warnings)
    return replace(record, warnings=[list(each) for each in warnings])


def as_ranks(launcher: Record, workers: list[Record]) -> list[Record]:
    """Return the records of the ranks that a measured launcher has started, lowest first.

    The lowest one has what the launcher measured. Empty where no worker is a rank.
    """
    ranks = sorted((each for each in workers if each.rank), key=_number)
    if not ranks:
        return []
    first = ranks[0]
    seen = first.stretches[0]
    launcher = launcher.worked_elsewhere()
    measured = replace(
        launcher,
        script=first.script,
        arguments=first.arguments,
        stretches=[
            replace(each, scope=seen.scope, observations=seen.observations) for each in launcher.stretches[:1]
        ],
        warnings=[*launcher.warnings, *first.warnings],
        wholly_seen=first.wholly_seen,
        rank=first.rank,
    )
    others = [replace(each, folder=launcher.folder, settings=launcher.settings) for each in ranks[1:]]
    return [measured, *others]


def _number(record: Record) -> int:
    return record.rank.number or 0 if record.rank else 0


def _observations(stretch: Stretch) -> list[Observation]:
    return [Observation.from_json(each) for each in stretch.observations]


def _is_inside(seen: Observation, calls: list[Observation]) -> bool:
    """Tell whether a worker did its part of calls that were observed where they were made."""
    return _is_during(seen.begin, calls) and _is_during(seen.end, calls)


def _is_during(moment: float, calls: list[Observation]) -> bool:
    return any(each.begin - READS_PARALLEL <= moment <= each.end + READS_PARALLEL for each in calls)


def _place(seen: Observation, stretches: list[Stretch]) -> int:
    """Return the number of the stretch in which most of an observation lies."""

    def shared(index: int) -> float:
        interval = stretches[index].interval
        return min(seen.end, interval.begin + interval.seconds) - max(seen.begin, interval.begin)

    return max(range(len(stretches)), key=shared)
