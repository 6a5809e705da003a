"""Writes the reports of a run from its record: gather, reconcile, assemble, check, write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.facts import Facts, Origin
from ai_power_export.reconcile import Decision, Verdict, reconcile
from ai_power_export.report.assemble import assemble
from ai_power_export.report.boamps import FIELDS, Report
from ai_power_export.report.evidence import evidence, filled_fields
from ai_power_export.report.validate import problems
from ai_power_export.report.write import report_name, write_json
from ai_power_export.run.describe import describe
from ai_power_export.run.gather import Surroundings, gather, look_around
from ai_power_export.run.record import Record, Stage, Stretch
from ai_power_export.run.split import split
from ai_power_export.run.stage_reports import stage_facts, stages_of, stretch_of
from ai_power_export.settings import Settings, load_settings

SHORTEST_EDGE = 1.0
"""Seconds: CodeCarbon samples power once a second; a shorter edge has no power of its own."""


STATUS = "header.reportStatus"
DRAFT = "draft"


@dataclass(frozen=True)
class Written:
    """One report that was written."""

    report: Report
    path: Path
    filled: int
    """How many of the format's fields have a value."""
    status: str
    """Its `reportStatus`: the user's own word, else whether it is complete."""
    missing: tuple[str, ...]
    """What it lacks; empty for a valid report of a complete run."""

    @property
    def lacks(self) -> str:
        """Say in one line what is missing, and what that makes of the report; empty if nothing is."""
        if not self.missing:
            return ""
        status = "a draft" if self.status == DRAFT else f"incomplete, though settled as {self.status}"
        return f"{status}: {'; '.join(self.missing)}"

    @property
    def line(self) -> str:
        """Say in one line what was written and what is missing."""
        lacks = f"; {self.lacks}" if self.lacks else ""
        return f"{self.path} ({self.filled} of {len(FIELDS)} fields{lacks})"


def finish(record: Record) -> list[Written]:
    """Write the reports of a run, each with its evidence.

    Raises:
        BadInput: The project's settings cannot be used.
        OSError: The output folder cannot be written.
    """
    settings = load_settings(Path(record.folder), record.settings)
    around = look_around(record, settings)
    record = split(record) if record.per_stage else record
    written = [_write(record, stretch, around) for stretch in reported(record)]
    measured = [stage for stage in record.stages if stage.interval.seconds > 0]
    return written + [_write(record, stretch_of(record, stage), around, stage) for stage in measured]


def reported(record: Record) -> list[Stretch]:
    """Return the stretches that deserve a report of their own.

    A run that was split by itself has those of its stages only: theirs would count energy twice.
    The edges of a flushed run (from start to the first flush, from the last
    flush to stop) do so only if something ran in them.
    """
    if any(stage.observed for stage in record.stages):
        return []
    return [each for each in record.stretches if not each.edge or each.observations or _did_something(each)]


def _did_something(edge: Stretch) -> bool:
    return edge.interval.seconds >= SHORTEST_EDGE and _has_statements(edge)


def _has_statements(stretch: Stretch) -> bool:
    """Tell whether any code stands between the two calls; unknown lines count as none."""
    if stretch.scope.lines is None:
        return False
    first, last = stretch.scope.lines
    text = Path(stretch.scope.path).read_text(encoding="utf-8", errors="replace").splitlines()
    between = (line.strip() for line in text[first : last - 1])
    return any(line and not line.startswith("#") for line in between)


def _write(record: Record, stretch: Stretch, around: Surroundings, stage: Stage | None = None) -> Written:
    facts = gather(record, stretch, around)
    facts.extend(stage_facts(record, stage))
    verdict = reconcile(facts)
    _describe(verdict)
    document = assemble(verdict)
    missing = _incomplete(record, document, stage)
    status = _status(verdict, complete=not missing)
    document = assemble(verdict)
    path = _folder(record, around.settings) / f"{report_name(document)}.json"
    write_json(path, document)
    write_json(path.with_suffix(".evidence.json"), evidence(verdict, document, _run(record, stretch, stage)))
    return Written(Report.draft(document), path, len(filled_fields(document)), status, missing)


def _describe(verdict: Verdict) -> None:
    if "task.taskDescription" not in verdict.fields:
        _derive(verdict, "task.taskDescription", describe(verdict), "made of the facts")


def _status(verdict: Verdict, *, complete: bool) -> str:
    """Decide the status: the user's own word stands."""
    said = verdict.value(STATUS)
    if said is not None:
        return str(said)
    status = "final" if complete else DRAFT
    _derive(verdict, STATUS, status, "validation against the schema")
    return status


def _derive(verdict: Verdict, path: str, value: str | None, place: str) -> None:
    facts = Facts()
    facts.add(path, value, Origin.DERIVED, place)
    verdict.fields.update({fact.field: Decision(fact) for fact in facts.found})


def _incomplete(record: Record, document: dict[str, Any], stage: Stage | None) -> tuple[str, ...]:
    is_whole = not record.cut_short or (stage is not None and stage.ended)
    cut = () if is_whole else (record.cut_short,)
    return (*cut, *(f"{problem.path} {problem.what}" for problem in problems(document)))


def _folder(record: Record, settings: Settings) -> Path:
    return Path(record.folder) / settings.output


def _run(record: Record, stretch: Stretch, stage: Stage | None) -> dict[str, Any]:
    return {
        "id": record.run_id,
        "interval": stretch.interval.to_json(),
        "intervals": [each.interval.to_json() for each in record.stretches],
        "cutShort": record.cut_short,
        **(stages_of(record, stage) if record.stages else {}),
    }
