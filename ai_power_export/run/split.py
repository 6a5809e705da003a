"""Splits a run by what was observed in it: preparing data, training, inference, and the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ai_power_export.measure.energies import difference, summed
from ai_power_export.measure.interval import Interval, emitting, together
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Doing, Observation
from ai_power_export.observe.uses import use_of
from ai_power_export.run.record import Part, Record, Scope, Stage
from ai_power_export.run.shares import Key, key_of
from ai_power_export.vocabulary.entries import Role

PREPARING, TRAINING, FINETUNING, INFERENCE = "preprocessing", "training", "finetuning", "inference"
REST = ""

BY_DOING = {
    Doing.TRAINS: TRAINING,
    Doing.FINETUNES: FINETUNING,
    Doing.ANSWERS: INFERENCE,
    Doing.EVALUATES: INFERENCE,
    Doing.MEASURES: INFERENCE,
    Doing.LOADS: PREPARING,
}
"""The stage that calls belong to; computing a metric belongs to the answers that it judges."""


def split(record: Record) -> Record:
    """Return the record with stages made of what was observed; unchanged where the user named some."""
    if record.stages or not record.shares:
        return record
    seen = merged(Observation.from_json(each) for one in record.stretches for each in one.observations)
    stage_of = _stages(seen)
    intervals: dict[str, list[Interval]] = defaultdict(list)
    for key, interval in record.shares:
        intervals[stage_of.get(key, REST)].append(interval)
    sums = {name: together(sorted(each, key=lambda one: one.begin)) for name, each in intervals.items()}
    found = {name: interval for name, interval in sums.items() if name and interval}
    whole = record.whole
    if not found or whole is None:
        return record
    shares = {name: emitting(each, like=whole) for name, each in found.items()}
    parts = [
        Part((name,), interval, [each.to_json() for each in seen if stage_of[key_of(each)] == name])
        for name, interval in shares.items()
    ]
    nowhere = Scope(record.script, lines=(0, 0))
    stages = [
        Stage(name, nowhere, each, ended=not record.cut_short, observed=True) for name, each in shares.items()
    ]
    stages.sort(key=lambda stage: stage.interval.begin)
    return replace(record, stages=stages, parts=[*parts, Part((), _rest(whole, list(shares.values())))])


def _stages(seen: list[Observation]) -> dict[Key, str]:
    """Return the stage of each kind of call; where one kind did several things, that which took longest."""
    seconds: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    has_model = any(_is_of_model(each) for each in seen)
    for each in seen:
        seconds[key_of(each)][_stage(each, has_model=has_model)] += each.seconds
    return {key: max(by_stage, key=lambda name: by_stage[name]) for key, by_stage in seconds.items()}


def _stage(seen: Observation, *, has_model: bool) -> str:
    use = use_of(seen)
    if seen.does is None or (use is None and seen.parts):
        return REST
    # What reduces dimensions in front of a model prepares data for it; alone it is the model.
    prepares = use is not None and use.role is not Role.MODEL and (use.role is not Role.REDUCER or has_model)
    return PREPARING if prepares else BY_DOING.get(seen.does, REST)


def _is_of_model(seen: Observation) -> bool:
    use = use_of(seen)
    return use is not None and use.role is Role.MODEL


def _rest(whole: Interval, stages: list[Interval]) -> Interval:
    """Return what of the run is no stage's: the difference, so that all add up to the run."""
    names = ("seconds", "kwh", "cpu_kwh", "gpu_kwh", "ram_kwh", "co2_kg")
    left = {name: getattr(whole, name) - sum(getattr(each, name) for each in stages) for name in names}
    meters = difference(summed(each.meters for each in stages), whole.meters)
    return replace(whole, **left, cpu_utilization=None, gpu_utilization=None, meters=meters)
