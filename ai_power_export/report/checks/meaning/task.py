"""What the format says of a field only under a condition, and which condition does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Part, Reading
from ai_power_export.report.checks.meaning.wording import plain, quoted, warning
from ai_power_export.report.format.versions import CURRENT, ORANGE
from ai_power_export.vocabulary.families import NO_MODEL
from ai_power_export.vocabulary.power import kind_of
from ai_power_export.vocabulary.report_words import HARDWARE_METERS, METHODS
from ai_power_export.vocabulary.stages import STAGE_WORDS

TRAININGS = frozenset({"training", "retraining", "finetuning"})
INFERENCE = "inference"
NAMES = ("algorithmName", "foundationModelName", "algorithmUri", "foundationModelUri", "classPath")

_TIMES = re.compile(r"(?:^|[,;+]\s*)(\d{1,5}) ?x (?=\D)", re.IGNORECASE)


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield fields that have no place in such a report, and what such a report needs."""
    if reading.stages and reading.stages <= STAGE_WORDS:
        yield from _by_stage(reading)
    if reading.version == CURRENT:
        yield from _data_of_inference(reading)
        for part in reading.many("algorithms"):
            yield from _names(part, reading)
    yield from _accuracy(reading.one("task"))
    if reading.version != ORANGE:
        yield from _cloud(reading.one("infrastructure"))
        yield from _meters(reading)
    for part in reading.components:
        yield from _times(part)


def _by_stage(reading: Reading) -> Iterator[Finding]:
    task = reading.one("task")
    requests = task.number("nbRequest")
    if INFERENCE in reading.stages and requests == 0:
        mend = "give the number of requests that the measure covers"
        yield warning(task.spot("nbRequest").path, "requests-zero", "is 0 for an inference", mend)
    if INFERENCE not in reading.stages and requests is not None and requests > 0:
        mend = "leave it out, or name the stage inference"
        yield warning(
            task.spot("nbRequest").path, "requests-without-inference", "counts requests of no inference", mend
        )
    if reading.stages & TRAININGS:
        return
    for part in reading.many("algorithms"):
        for name in ("epochsNumber", "trainingType"):
            if part.has(name):
                what = f"is for trainings, but the stage is {'+'.join(sorted(reading.stages))}"
                yield warning(
                    part.spot(name).path, "training-field", what, "leave it out, or check taskStage"
                )


def _data_of_inference(reading: Reading) -> Iterator[Finding]:
    data = reading.many("dataset")
    usages = {part.text("dataUsage") for part in data}
    if reading.stages != {INFERENCE} or not data or not all(usages):
        return
    for usage, sent in (("input", "what is sent to the model"), ("output", "what it answers")):
        if usage not in usages:
            path = f"{reading.one('task').path}.dataset"
            mend = f"add {sent} for one request on average, with dataUsage {usage}"
            yield warning(path, "inference-data", f"has no {usage}, which an inference has", mend)


def _names(part: Part, reading: Reading) -> Iterator[Finding]:
    name, foundation = part.text("algorithmName"), part.text("foundationModelName")
    if name and name.casefold() == foundation.casefold():
        what = "is the same as foundationModelName"
        mend = "leave it out: a foundation model used as it is has its name there alone"
        yield warning(part.spot("algorithmName").path, "named-twice", what, mend)
    if not any(part.text(each) for each in NAMES) and part.text("algorithmType") != NO_MODEL:
        mend = "add algorithmName, or foundationModelName for a foundation model"
        yield warning(part.path, "algorithm-unnamed", "says nowhere which algorithm it is", mend)


def _accuracy(task: Part) -> Iterator[Finding]:
    if task.has("measuredAccuracy") and task.has("estimatedAccuracy"):
        mend = "leave the estimate out: it is for accuracies that were not measured"
        yield warning(
            task.spot("estimatedAccuracy").path, "accuracy-twice", "stands beside measuredAccuracy", mend
        )


def _cloud(infrastructure: Part) -> Iterator[Finding]:
    kind = infrastructure.text("infraType")
    for name in ("cloudProvider", "cloudInstance") if kind == "onPremise" else ():
        if infrastructure.text(name):
            path = infrastructure.spot(name).path
            yield warning(path, "cloud-on-premise", "is for clouds, but infraType is onPremise", "check both")
    if kind == "publicCloud" and not infrastructure.text("cloudProvider"):
        path = infrastructure.spot("infraType").path
        yield warning(
            path, "cloud-unnamed", "is publicCloud, but cloudProvider is missing", "name the provider"
        )


def _meters(reading: Reading) -> Iterator[Finding]:
    kinds = {kind_of(part.text("componentType")) for part in reading.components}
    for measure in reading.measures:
        part = measure.part
        method = part.text("measurementMethod")
        if part.has("manufacturer") and method in METHODS - HARDWARE_METERS:
            what = f"is for wattmeters, but measurementMethod is {quoted(method)}"
            yield warning(
                part.spot("manufacturer").path, "manufacturer-without-wattmeter", what, "leave it out"
            )
        followed = part.text("gpuTrackingMode") not in ("", "none") or part.number("averageUtilizationGpu")
        if followed and kinds and "gpu" not in kinds and "" not in kinds:
            name = "gpuTrackingMode" if part.text("gpuTrackingMode") else "averageUtilizationGpu"
            mend = "list the GPU among the components, or leave it out"
            yield warning(part.spot(name).path, "gpu-not-listed", "is of a GPU, but none is listed", mend)


def _times(part: Part) -> Iterator[Finding]:
    """Compare the count with the one that CodeCarbon's names of GPUs begin with: `2 x Tesla V100`."""
    number = part.number("nbComponent")
    said = sum(int(count) for count in _TIMES.findall(part.text("componentName")[:200]))
    if number and number > 0 and said and said != number:
        what = f"is {plain(number)}, though componentName says {said}"
        yield warning(
            part.spot("nbComponent").path, "count-against-name", what, "give the count of such components"
        )
