"""Ends a run that may be part of a distributed job: each rank leaves what it has, rank 0 makes the report.

Ranks leave their records in `power-reports/.runs/<job>/`. Those of one machine, or of a shared folder,
are found there by rank 0; others are brought together by `aipower merge`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ai_power_export.measure.ranks import this_machine
from ai_power_export.report.publish import Written
from ai_power_export.run.finish import finish, write_reports_of
from ai_power_export.run.folder import output_folder
from ai_power_export.run.gather import Surroundings, look_around
from ai_power_export.run.job.merge import merge, span
from ai_power_export.run.job.workers import as_ranks, left_by_workers, with_workers
from ai_power_export.run.journal import UNREADABLE, Kept, journal_path, leave, read_journal, settle
from ai_power_export.run.processes import tell_once
from ai_power_export.run.record import Record, Scope
from ai_power_export.settings import Settings, load_settings

WAIT_IN_PROGRAM = 2.0
"""Seconds that the user's program waits at most for ranks which have begun and not ended."""
WAIT_OUTSIDE = 10.0
"""The same of a process that the program does not wait for."""
SECONDS_BETWEEN_LOOKS = 0.05

STILL_RUNNING = "it had not ended when the report was written"
DIED = "the program died before the run was stopped"


def conclude(record: Record, wait: float = WAIT_IN_PROGRAM) -> list[Written]:
    """Write the reports of a run; of a rank those of its whole job, if it is the first.

    Args:
        record: What was measured and seen.
        wait: Seconds to wait for other ranks that are still running.

    Raises:
        BadInput: The project's settings cannot be used.
        OSError: The output folder cannot be written.
    """
    workers = left_by_workers(record)
    if record.is_launcher:
        record, *others = as_ranks(record, workers) or [_of_launched(record, workers)]
        for each in others:
            leave(_own_path(each), each, None)
    else:
        record = with_workers(record, workers)
    if record.rank is None:
        return finish(record)
    is_first = record.rank.is_first
    settings = load_settings(Path(record.folder), record.settings)
    own = _own_path(record)
    if record.announced and not is_first and not own.exists():
        tell_once(f"the report of the job was written before {record.rank} had ended")
        return []
    leave(own, record, look_around(record, settings).machine if _asks_machine(own, record) else None)
    if not is_first:
        tell_once(f"no report of {record.rank}: rank 0 writes that of the job")
        return []
    return write_job(_await_others(own, record, wait), settings)


def _own_path(record: Record) -> Path:
    return journal_path(output_folder(Path(record.folder), record.settings), record.run_id, record.rank)


def _of_launched(launcher: Record, workers: list[Record]) -> Record:
    """Return the record of a launcher as that of the one script it has started."""
    script = next((each.script for each in workers if each.script), "")
    launcher = launcher.worked_elsewhere()
    stretches = [replace(each, scope=Scope(script)) for each in launcher.stretches]
    return with_workers(replace(launcher, script=script, arguments=None, stretches=stretches), workers)


def write_job(kept: Sequence[Kept], settings: Settings) -> list[Written]:
    """Write the reports of a job from what its ranks have left, which is removed if it is all there is.

    Raises:
        BadInput: What was left is not of different ranks of one job.
        OSError: The output folder cannot be written.
    """
    record, machine = merge([_with_machine(each, settings) for each in kept])
    written = write_reports_of(record, Surroundings(settings, machine))
    if record.job is not None and not record.job.unmeasured:
        for each in kept:
            settle(each.path)
    return written


def _with_machine(kept: Kept, settings: Settings) -> Kept:
    """Ask this machine what it is, where the rank that measured it had died before it could."""
    rank = kept.record.rank
    if kept.ended or kept.machine is not None or rank is None or this_machine(rank.job) != rank.machine:
        return kept
    return replace(kept, machine=look_around(kept.record, settings).machine)


def left_in(folder: Path) -> list[Kept]:
    """Return what ranks have left in the folder of a job; what cannot be read is passed over."""
    found = []
    for path in sorted(folder.glob("rank-*.json")):
        try:
            found.append(as_it_ended(read_journal(path)))
        except UNREADABLE:
            continue
    return found


def as_it_ended(kept: Kept) -> Kept:
    """Return the record of a rank with a word about why it is not complete, if it is not."""
    why = STILL_RUNNING if kept.goes_on else "" if kept.ended else DIED
    return replace(kept, record=replace(kept.record, cut_short=kept.record.cut_short or why))


# ---- waiting ---------------------------------------------------------------------------------------


def _asks_machine(own: Path, record: Record) -> bool:
    """Tell whether this rank is the one of its machine that says what that is."""
    rank = record.rank
    if rank is None or rank.is_first or not rank.measures:
        return rank is not None and rank.is_first
    others = [each.record.rank for each in left_in(own.parent) if each.path != own]
    return all(
        other is None or other.machine != rank.machine or (other.number or 0) > (rank.number or 0)
        for other in others
    )


def _await_others(own: Path, record: Record, wait: float) -> list[Kept]:
    """Wait until the ranks that have begun have ended; return what they left, and the own record."""
    deadline = time.monotonic() + wait
    while True:
        found = [each for each in left_in(own.parent) if each.path == own or _is_beside(each, record)]
        if time.monotonic() > deadline or not (
            any(each.goes_on for each in found) or _expects_more(found, record)
        ):
            return found
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _expects_more(found: Sequence[Kept], record: Record) -> bool:
    """Tell whether other machines have launchers of the same job, which say so only when they have ended."""
    ranks = record.rank.ranks if record.rank else None
    return record.is_launcher and ranks is not None and len(found) < ranks


def _is_beside(kept: Kept, record: Record) -> bool:
    """Tell whether a rank ran at the same time: what is left of an earlier job is no part of this one."""
    spans = span(kept.record), span(record)
    if spans[0] is None or spans[1] is None:
        return kept.goes_on
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
