"""Writes the reports of a run from its record: which stretches deserve one, and what is known of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ai_power_export.report.publish import Written, publish
from ai_power_export.run.gather import Surroundings, gather, look_around
from ai_power_export.run.record import Record, Stage, Stretch
from ai_power_export.run.scopes import NO_LINES
from ai_power_export.run.split import split
from ai_power_export.run.stage_reports import models_shown, stage_facts, stages_of, stretch_of
from ai_power_export.settings import Settings, load_settings

SHORTEST_EDGE = 1.0
"""Seconds: CodeCarbon samples power once a second; a shorter edge has no power of its own."""

LARGEST_LAPSE = 0.01
"""Share of the time that may be missing from the report of a whole run."""


def finish(record: Record) -> list[Written]:
    """Write the reports of a run, each with its evidence.

    Raises:
        BadInput: The project's settings cannot be used.
        OSError: The output folder cannot be written.
    """
    settings = load_settings(Path(record.folder), record.settings)
    return write_reports_of(record, look_around(record, settings))


def write_reports_of(record: Record, around: Surroundings) -> list[Written]:
    """Write the reports of a run whose surroundings are known.

    Raises:
        OSError: The output folder cannot be written.
    """
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
    scope = stretch.scope
    if not scope.lines or scope.lines == NO_LINES:
        return False
    first, last = scope.lines
    text = Path(scope.path).read_text(encoding="utf-8", errors="replace").splitlines()
    between = (line.strip() for line in text[first : last if scope.open_end else last - 1])
    return any(line and not line.startswith("#") for line in between)


def _write(record: Record, stretch: Stretch, around: Surroundings, stage: Stage | None = None) -> Written:
    facts = gather(record, stretch, around)
    facts.extend(stage_facts(record, stage))
    is_whole = not record.cut_short or (stage is not None and stage.ended)
    cut_short = _lapse(stretch) if is_whole else record.cut_short
    unmeasured = record.job.unmeasured if record.job else ""
    lacks = "; ".join(filter(None, (cut_short, unmeasured)))
    folder, run = _folder(record, around.settings), _run(record, stretch, stage)
    return publish(facts, folder, run, around.private, lacks, version=around.settings.format)


def _lapse(stretch: Stretch) -> str:
    """Say how much of a stretch is not in its energy, if so much that it is no longer that of the work."""
    lost, known = stretch.interval.unmeasured, stretch.interval.seconds
    return f"the meter failed for {lost:.1f} s of it" if lost > LARGEST_LAPSE * (lost + known) else ""


def _folder(record: Record, settings: Settings) -> Path:
    return Path(record.folder) / settings.output


def _run(record: Record, stretch: Stretch, stage: Stage | None) -> dict[str, Any]:
    return {
        "id": record.run_id,
        "interval": stretch.interval.to_json(),
        "intervals": [each.interval.to_json() for each in record.stretches],
        "cutShort": record.cut_short,
        **({"around": record.around} if record.around else {}),
        **({"job": record.rank.job} if record.rank else {}),
        **_models(record),
        **(stages_of(record, stage) if record.stages else {}),
    }


def _models(record: Record) -> dict[str, Any]:
    """Return what the evidence keeps of the models that were timed in the run."""
    whole = record.whole
    return models_shown(record.models, whole) if whole else {}
