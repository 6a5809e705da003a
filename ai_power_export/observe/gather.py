"""Turns observations into facts of the task: stage and family, algorithms, data, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ai_power_export.facts import Certainty, Facts, Origin
from ai_power_export.observe.accuracies import say_accuracy
from ai_power_export.observe.algorithms import (
    Algorithm,
    algorithms_in,
    main_algorithms,
    say_algorithm,
    say_what_failed,
)
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.data.sources import DATASET, INPUT, say_only_load, say_source
from ai_power_export.observe.observation import Doing, Observation
from ai_power_export.observe.uses import Use, attempt_in, use_of
from ai_power_export.vocabulary.families import task_family

OUTPUT = "output"


def observed_facts(observations: Sequence[Observation], *, measured_seconds: float) -> Facts:
    """Return what was observed of a run, or of a stretch of it, as facts.

    Args:
        observations: What a `Watch` returned.
        measured_seconds: Wall time of the run or stretch in seconds.
    """
    facts = Facts()
    if not _saw_most(observations, measured_seconds):
        facts.lack("task.algorithms", "observing was switched off before most of the run was seen")
        return facts
    say_what_failed(filter(None, map(attempt_in, observations)), facts)
    uses = [use for use in map(use_of, observations) if use is not None and use.works]
    found = algorithms_in(uses)
    if not found:
        facts.lack("task.algorithms", "no call that trains or uses a model was observed")
        _say_preprocessing(uses, observations, facts)
        return facts
    _say_stage(found, facts)
    for algorithm in main_algorithms(found, facts):
        say_algorithm(algorithm, facts, measured_seconds)
    _say_data(found[0].defining_uses, uses, observations, facts)
    _say_family(found[0], facts)
    say_accuracy(observations, found[0], facts)
    return facts


def _saw_most(observations: Sequence[Observation], measured_seconds: float) -> bool:
    """Tell whether what was seen can stand for the whole: what came after a switch-off may have been more."""
    seen = sum(each.seconds for each in observations)
    return all(each.complete for each in observations) or seen >= measured_seconds / 2


def _say_stage(found: Sequence[Algorithm], facts: Facts) -> None:
    """Name the stage: evaluating what was trained belongs to its training.

    Where answers took more time than training did, both are named.
    """
    uses = [use for algorithm in found for use in algorithm.uses]
    training = [use for use in uses if use.trains]
    answers = [use for use in uses if use.infers]
    finetuning = [use for use in training if use.seen.does is Doing.FINETUNES]
    stage = "finetuning" if finetuning else "training" if training else "inference"
    if training and _seconds(answers) > _seconds(training):
        stage += "+inference"
    facts.add("task.taskStage", stage, Origin.OBSERVED, found[0].place, weight=_seconds(uses))
    if not training:
        requests = sum(use.seen.count for use in answers)
        facts.add(
            "task.nbRequest", requests or None, Origin.OBSERVED, found[0].place, weight=_seconds(answers)
        )


def _say_preprocessing(uses: Sequence[Use], observations: Sequence[Observation], facts: Facts) -> None:
    if uses:
        longest = max(uses, key=lambda use: use.seen.seconds)
        place, seconds = longest.seen.place, _seconds(uses)
        facts.add("task.taskStage", "preprocessing", Origin.OBSERVED, place, weight=seconds)
        _say_data([longest], uses, observations, facts)
    else:
        say_only_load(observations, facts)


def _say_family(main: Algorithm, facts: Facts) -> None:
    kind = next((use.kind for use in main.defining_uses if use.kind), None)
    data = next(facts.about(f"{DATASET}.dataType", INPUT), None)
    family = task_family(kind, str(data.value) if data else None)
    certainty = Certainty.CERTAIN if data and data.certainty is Certainty.CERTAIN else Certainty.LIKELY
    certainty = Certainty.CERTAIN if family == task_family(kind) else certainty
    facts.add(
        "task.taskFamily", family, Origin.OBSERVED, main.place, certainty=certainty, weight=main.seconds
    )


def _say_data(
    main: Sequence[Use], uses: Sequence[Use], observations: Sequence[Observation], facts: Facts
) -> None:
    """Describe what went into the calls that define the main algorithm, the longest of them."""
    use = main[0]
    # Calls of `partial_fit` get the data in batches, again and again: how much there was is not seen.
    whole = use.seen.method != "partial_fit"
    data = _of_one_request(use.seen.fed, use) if use.infers else use.seen.data
    if data is None:
        facts.lack(DATASET, f"the data of the call in {use.seen.place} could not be described")
    else:
        texts = _texts_behind(use, uses)
        data = replace(data, data_type="text", certain=True) if texts else data
        say_source(data, use.seen, observations, facts)
        _say_dataset(INPUT, data, use, facts, whole=whole)
        if not whole or data.rows is None:
            facts.lack(
                f"{DATASET}.dataQuantity", f"the calls in {use.seen.place} got data of different sizes"
            )
    given = _of_one_request(use.seen.output, use) if use.infers else None
    if given is not None:
        _say_dataset(OUTPUT, given, use, facts, whole=True)


def _of_one_request(data: DataShape | None, use: Use) -> DataShape | None:
    """Return what one request works on, or gives, on average: so the format wants it of an inference."""
    count = use.seen.count
    if data is None or count <= 1:
        return data
    rows = None if data.rows is None else data.rows / count
    return replace(
        data,
        rows=int(rows) if rows is not None and rows.is_integer() else rows,
        nbytes=None if data.nbytes is None else data.nbytes / count,
        shape=use.seen.data.shape if data is use.seen.fed and use.seen.data else None,
    )


def _say_dataset(usage: str, data: DataShape, use: Use, facts: Facts, *, whole: bool) -> None:
    """Say what is known of what went in, or came out."""
    said = {
        "dataUsage": usage,
        "dataType": data.data_type,
        "dataFormat": data.file_format,
        "dataQuantity": data.rows if whole else None,
        "shape": data.shape if whole else None,
        "dataSize": data.gigabytes if whole else None,
        "source": data.source,
        "sourceUri": data.source_uri,
        "owner": data.owner,
    }
    for name, value in said.items():
        certain = data.certain or name != "dataType"
        facts.add(
            f"{DATASET}.{name}",
            value,
            Origin.OBSERVED,
            use.seen.place,
            certainty=Certainty.CERTAIN if certain else Certainty.LIKELY,
            subject=usage,
            weight=use.seen.seconds,
        )


def _texts_behind(use: Use, uses: Sequence[Use]) -> bool:
    """Tell whether the rows that went into a model were made from as many texts by another call before."""
    rows = use.seen.data.rows if use.seen.data else None
    return rows is not None and any(
        other.seen.data is not None and other.seen.data.data_type == "text" and other.seen.data.rows == rows
        for other in uses
        if other.seen.begin <= use.seen.end
    )


def _seconds(uses: Sequence[Use]) -> float:
    return sum(use.seen.seconds for use in uses)
