"""Makes the reports of runs that died from what they left: their journals and live logs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.measure.interval import Interval, emitting, together
from ai_power_export.project import JOURNALS, REPORTS
from ai_power_export.report.publish import Written
from ai_power_export.run.job.conclude import DIED, conclude, left_in, write_job
from ai_power_export.run.journal import UNREADABLE, Kept, read_journal, settle
from ai_power_export.run.live_log import log_path, read_rows
from ai_power_export.run.record import Record, Scope, Stage
from ai_power_export.run.rows import clock_of
from ai_power_export.settings import load_settings


@dataclass(frozen=True)
class Recovered:
    """What came of one journal."""

    journal: Path
    written: tuple[Written, ...] = ()
    why_not: str = ""
    """Why no report was made; empty if some were."""


def journals(folder: Path) -> list[Path]:
    """Return the journals in a folder of reports, or in a working folder or folder of journals.

    Raises:
        BadInput: No such folder.
    """
    if not folder.is_dir():
        raise BadInput("no such folder", str(folder), f"give the folder of the reports, {REPORTS}")
    places = (folder / JOURNALS, folder / REPORTS / JOURNALS, folder)
    for place in places[: 3 if folder.name == JOURNALS else 2]:
        found = [*sorted(place.glob("*.json")), *jobs_that_died(place)]
        if found:
            return found
    return []


def jobs_that_died(place: Path) -> list[Path]:
    """Return the folders of distributed jobs whose report was not written, because rank 0 has died."""
    folders = sorted({path.parent for path in place.glob("*/rank-*.json")})
    return [folder for folder in folders if not _has_its_report(left_in(folder))]


def _has_its_report(ranks: list[Kept]) -> bool:
    """Tell whether rank 0 has ended; where it was elsewhere, whether all that were here have."""
    first = [each for each in ranks if each.record.rank and each.record.rank.is_first]
    return all(each.ended for each in first or ranks)


def recover(journal: Path) -> Recovered:
    """Write the draft reports of one run or job that died; those of a run that goes on are left to it.

    Args:
        journal: A journal, or the folder of a job.
    """
    if journal.is_dir():
        return _recover_job(journal)
    try:
        kept = read_journal(journal)
    except UNREADABLE as error:
        return Recovered(journal, why_not=f"not readable as a journal: {type(error).__name__}: {error}")
    if kept.goes_on:
        return Recovered(journal, why_not="its program is still running")
    record = _made_ready(kept, journal.parent.parent)
    if not record.stretches and not record.stages:
        return Recovered(journal, why_not="nothing was measured before it died")
    try:
        written = conclude(record, wait=0.0)
    except (OSError, BadInput) as error:
        return Recovered(journal, why_not=str(error))
    settle(journal)
    return Recovered(journal, tuple(written))


def _recover_job(folder: Path) -> Recovered:
    ranks = left_in(folder)
    if any(each.goes_on for each in ranks):
        return Recovered(folder, why_not="some of its ranks are still running")
    output = folder.parent.parent
    ready = [replace(each, record=_made_ready(each, output)) for each in ranks]
    if not any(each.record.stretches for each in ready):
        return Recovered(folder, why_not="nothing was measured before it died")
    if not any(each.record.rank and each.record.rank.is_first for each in ready):
        why = "rank 0 of its job has left nothing here; aipower merge makes a report of the others"
        return Recovered(folder, why_not=why)
    try:
        settings = load_settings(Path(ready[0].record.folder), ready[0].record.settings)
        written = write_job(ready, settings)
    except (OSError, BadInput) as error:
        return Recovered(folder, why_not=str(error))
    return Recovered(folder, tuple(written))


def _made_ready(kept: Kept, output: Path) -> Record:
    """Return a record as far as it goes, with the stages that had ended."""
    record = kept.record
    if not kept.ended:
        record.cut_short = record.cut_short or DIED
    # The folder may have been moved since: reports go where the journal was.
    record.settings = {**record.settings, "output": str(output.resolve())}
    _add_logged_stages(record, log_path(output, record.run_id))
    return record


def _add_logged_stages(record: Record, log: Path) -> None:
    """Take the energies of stages from the live log: it has them when they end, the journal now and then."""
    try:
        rows = [row for row in read_rows(log) if row.get("run") == record.run_id]
    except OSError:
        return
    known = {stage.name: stage for stage in record.stages}
    for name, periods in _periods(rows).items():
        intervals = [interval for interval in periods if interval is not None]
        total = together(sorted(intervals, key=lambda each: each.begin))
        if len(intervals) < len(periods):
            text = (
                f"a part of stage {name!r} was over before the meter was read again: its energy is not known"
            )
            record.warnings.append(["stage-not-measured", text])
        if total is None:
            continue
        stage = known.get(name) or Stage(name, Scope(lines=(0, 0)), total)
        if not stage.ended and stage.periods > len(intervals):
            continue  # one more period was running, and is in the journal as far as it went
        stage.interval = emitting(total, like=stage.interval)
        stage.periods, stage.ended = len(intervals), True
        known[name] = stage
    record.stages = list(known.values())


def _periods(rows: list[dict[str, Any]]) -> dict[str, list[Interval | None]]:
    """Return the periods of each stage; of two rows about one period the later one holds."""
    found: dict[str, dict[int, Interval | None]] = {}
    for row in rows:
        if row.get("row") == "stage":
            found.setdefault(str(row["stage"]), {})[int(row["period"])] = _interval(row)
    return {name: list(periods.values()) for name, periods in found.items()}


def _interval(row: dict[str, Any]) -> Interval | None:
    try:
        numbers = {name: float(row[name]) for name in ("seconds", "kwh", "cpu_kwh", "gpu_kwh", "ram_kwh")}
        if numbers["seconds"] <= 0:
            return None
        return Interval(
            begin=clock_of(row["begin"]),
            **numbers,
            co2_kg=0.0,
            cpu_utilization=row.get("cpu_utilization"),
            gpu_utilization=row.get("gpu_utilization"),
            meters=row.get("meters", {}),
            unmeasured=float(row.get("unmeasured", 0.0)),
        )
    except (KeyError, TypeError, ValueError):
        return None
