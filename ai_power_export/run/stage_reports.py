"""What the report of a stage says differently from that of its run, and what links them."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from ai_power_export.facts import Facts, Origin
from ai_power_export.measure.interval import Interval, together
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.pass_times import Models
from ai_power_export.run.record import Record, Stage, Stretch
from ai_power_export.vocabulary.stages import STAGE_WORDS


def stretch_of(record: Record, stage: Stage) -> Stretch:
    """Return a stage as a stretch of the run, with what was observed while it was running."""
    seen = [
        Observation.from_json(each)
        for part in record.parts
        if stage.name in part.stages
        for each in part.observations
    ]
    silent = set.intersection(*(set(each.silent) for each in record.stretches))
    observations = [each.to_json() for each in merged(seen)]
    return Stretch(stage.scope, stage.interval, observations, silent=sorted(silent))


def stage_facts(record: Record, stage: Stage | None) -> Facts:
    """Return what the stages of a run add to the report of one of them, or to that of the run (None)."""
    facts = Facts()
    if stage is None:
        if record.stages:
            names = ", ".join(each.name for each in record.stages)
            text = f"the energy of its stages, which have reports of their own, is counted in: {names}"
            facts.warn("stages-counted-in", text)
        return facts
    if stage.observed:
        weight = stage.interval.seconds
        facts.add("task.taskStage", stage.name, Origin.OBSERVED, "split of the run", weight=weight)
        text = "where it began and ended within a reading of the meter, energy is shared by time"
        facts.warn("split-by-observed-calls", text)
    elif set(stage.name.split("+")) <= STAGE_WORDS:
        facts.add("task.taskStage", stage.name, Origin.USER, f"stage {stage.name!r}")
    beside = sorted({name for part in record.parts if stage.name in part.stages for name in part.stages})
    others = [name for name in beside if name != stage.name]
    if others:
        text = f"ran at the same time as {', '.join(others)}: that energy is counted in each of them"
        facts.warn("stages-overlap", text)
    return facts


def stages_of(record: Record, stage: Stage | None) -> dict[str, Any]:
    """Return what the evidence keeps of a run's stages: they, their overlaps, and the rest.

    Of a run that died the parts may end before its last stage does: then only the stages are told.
    """
    parts = record.parts if _are_whole(record) else []
    rest = together(part.interval for part in parts if not part.stages)
    return {
        "stage": stage.name if stage else None,
        "stages": [
            {
                "name": each.name,
                "interval": each.interval.to_json(),
                "periods": each.periods,
                "iterations": each.iterations,
                "ended": each.ended,
                **models_shown(each.models, each.interval),
            }
            for each in record.stages
        ],
        "overlaps": [
            {"stages": list(part.stages), "interval": part.interval.to_json()}
            for part in parts
            if len(part.stages) > 1
        ],
        "rest": rest.to_json() if rest else None,
    }


def models_shown(models: Models, interval: Interval) -> dict[str, Any]:
    """Return how long the passes of models took, and what energy that is if it went evenly with the time.

    Where models ran in several threads at once they may have taken more time than there was: then the
    energy cannot be told by it.
    """
    shown = {name: asdict(times) for name, times in models.items()}
    spent = math.fsum(times.forward + times.backward for times in models.values())
    if 0 < spent <= interval.seconds:
        for name, times in models.items():
            for kind in ("forward", "backward"):
                shown[name][f"{kind}KwhByTime"] = interval.kwh * getattr(times, kind) / interval.seconds
    return {"models": shown} if shown else {}


def _are_whole(record: Record) -> bool:
    """Tell whether the parts of a run add up to it."""
    parts = math.fsum(part.interval.seconds for part in record.parts)
    whole = math.fsum(stretch.interval.seconds for stretch in record.stretches)
    return math.isclose(parts, whole, rel_tol=1e-6)
