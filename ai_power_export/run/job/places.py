"""Merges what ranks left in places that the user names: folders of reports, reports, or single files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.project import JOURNALS, REPORTS
from ai_power_export.report.publish import Written
from ai_power_export.run.job.conclude import as_it_ended, left_in, write_job
from ai_power_export.run.journal import UNREADABLE, Kept, read_journal
from ai_power_export.settings import load_settings

EVIDENCE = ".evidence.json"


def merge_places(places: Sequence[Path]) -> list[Written]:
    """Write the reports of the jobs whose ranks have left something in the places, beside the first one.

    Raises:
        BadInput: Nothing was left in a place, or what was is not of different ranks of the same jobs.
        OSError: A folder cannot be written.
    """
    found = [_by_job(place) for place in places]
    for place, jobs in zip(places[1:], found[1:], strict=True):
        if jobs.keys() != found[0].keys():
            raise BadInput(f"{places[0]} and {place} are of different runs: nothing was merged")
    return [report for job in found[0] for report in _merge([kept for jobs in found for kept in jobs[job]])]


def _merge(kept: Sequence[Kept]) -> list[Written]:
    folder = kept[0].path.parent
    output = folder.parent.parent if folder.parent.name == JOURNALS else folder
    for each in kept:
        # They come from other machines: what the report says is settled where it is written.
        each.record.settings = {**each.record.settings, "output": str(output.resolve())}
        if not Path(each.record.folder).is_dir():
            each.record.folder = str(Path.cwd())
    return write_job(kept, load_settings(Path(kept[0].record.folder), kept[0].record.settings))


def _by_job(place: Path) -> dict[str, list[Kept]]:
    """Return what ranks have left in a place, by job.

    Raises:
        BadInput: There is nothing.
    """
    found: dict[str, list[Kept]] = {}
    for kept in _kept_in(place):
        if kept.record.rank is not None:
            found.setdefault(kept.record.rank.job, []).append(kept)
    if not found:
        raise BadInput("no rank of a distributed job has left anything here", str(place))
    return found


def _kept_in(place: Path) -> list[Kept]:
    if place.is_file():
        return [_read(place)] if place.name.startswith("rank-") else left_in(_folder_by_report(place))
    for folder in (place, place / JOURNALS, place / REPORTS / JOURNALS):
        jobs = {path.parent for path in (*folder.glob("rank-*.json"), *folder.glob("*/rank-*.json"))}
        if jobs:
            return [kept for job in sorted(jobs) for kept in left_in(job)]
    return []


def _read(path: Path) -> Kept:
    try:
        return as_it_ended(read_journal(path))
    except UNREADABLE as error:
        raise BadInput(f"not readable: {type(error).__name__}: {error}", str(path)) from None


def _folder_by_report(path: Path) -> Path:
    """Return where the ranks are kept that belong to a report.

    Raises:
        BadInput: It has no evidence that can be read.
    """
    evidence = path if path.name.endswith(EVIDENCE) else path.with_suffix(EVIDENCE)
    try:
        job = json.loads(evidence.read_text(encoding="utf-8"))["run"].get("job")
    except (*UNREADABLE, AttributeError):
        raise BadInput("has no evidence that can be read", str(path)) from None
    return path.parent / JOURNALS / str(job)
