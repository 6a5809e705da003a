"""What is worth asking a person for, most valuable first, and when it makes sense to.

The order is that of a reader who compares the energy of runs: first what was done, with what model, on how
much data; then where and on what; then whether the data may be reused and how good the model was; then the
rest. What the format requires comes before all of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ai_power_export.report.evidence import value_at

Entry = Mapping[str, Any]
Sense = Callable[[Entry, Mapping[str, Any]], bool]
"""Tells of a list's entry (outside lists: nothing) in a report whether a field can have a value there."""


def _always(_: Entry, __: Mapping[str, Any]) -> bool:
    return True


def _stage(*names: str) -> Sense:
    return lambda _, document: any(name in str(value_at(document, "task.taskStage")) for name in names)


def _is(name: str, *words: str) -> Sense:
    return lambda entry, _: str(entry.get(name, "")).lower() in words


def _has(name: str) -> Sense:
    return lambda entry, _: entry.get(name) is not None


def _lacks(path: str) -> Sense:
    return lambda _, document: value_at(document, path) is None


def _all(*senses: Sense) -> Sense:
    return lambda entry, document: all(sense(entry, document) for sense in senses)


def _in_cloud(_: Entry, document: Mapping[str, Any]) -> bool:
    return value_at(document, "infrastructure.infraType") in ("publicCloud", "privateCloud")


def _on_linux(_: Entry, document: Mapping[str, Any]) -> bool:
    return str(value_at(document, "system.os")).lower() == "linux"


_trains = _stage("training", "finetuning")
_infers = _stage("inference")
_founded = _is(
    "algorithmType", "llm", "transformer", "diffusion", "embeddingscreation", "rag", "nlp", "neural network"
)
_neural = _is(
    "algorithmType", "", "neuralnetwork", "neural network", "transformer", "llm", "diffusion",
    "embeddingscreation", "rag", "nlp",
)  # fmt: skip
_of_a_processor = _is("componentType", "cpu", "gpu")
_with_memory = _is("componentType", "gpu", "ram")


def _without_name(entry: Entry, _: Mapping[str, Any]) -> bool:
    return entry.get("foundationModelName") is None


def _not_trained_from_scratch(entry: Entry, document: Mapping[str, Any]) -> bool:
    return _founded(entry, document) and value_at(document, "task.taskStage") != "training"


WORTH: Mapping[str, Sense] = {
    "task.taskFamily": _always,
    "task.taskStage": _always,
    "task.algorithms.algorithmName": _without_name,
    "task.algorithms.foundationModelName": _not_trained_from_scratch,
    "task.dataset.dataUsage": _always,
    "task.dataset.dataType": _always,
    "task.dataset.dataQuantity": _always,
    "task.algorithms.parametersNumber": _neural,
    "task.nbRequest": _infers,
    "task.algorithms.epochsNumber": _all(_trains, _neural),
    "environment.country": _always,
    "infrastructure.infraType": _always,
    "infrastructure.cloudProvider": _in_cloud,
    "infrastructure.cloudInstance": _in_cloud,
    "infrastructure.components.componentType": _always,
    "infrastructure.components.nbComponent": _always,
    "infrastructure.components.componentName": _of_a_processor,
    "infrastructure.components.memorySize": _with_memory,
    "header.licensing": _always,
    "header.publisher.name": _always,
    "header.publisher.confidentialityLevel": _always,
    "task.measuredAccuracy": _always,
    "task.estimatedAccuracy": _lacks("task.measuredAccuracy"),
    "task.dataset.source": _always,
    "task.dataset.sourceUri": _is("source", "public"),
    "task.dataset.owner": _always,
    "task.algorithms.algorithmType": _always,
    "task.algorithms.trainingType": _trains,
    "task.algorithms.framework": _always,
    "task.algorithms.frameworkVersion": _has("framework"),
    "task.algorithms.quantization": _neural,
    "task.algorithms.layersNumber": _neural,
    "task.algorithms.optimizer": _all(_trains, _neural),
    "environment.powerSource": _always,
    "environment.powerSupplierType": _always,
    "environment.location": _always,
    "environment.powerSourceCarbonIntensity": _always,
    "task.dataset.dataFormat": _always,
    "task.dataset.dataSize": _always,
    "task.dataset.shape": _always,
    "task.algorithms.classPath": _always,
    "task.algorithms.algorithmUri": _without_name,
    "task.algorithms.foundationModelUri": _has("foundationModelName"),
    "header.publisher.division": _always,
    "header.publisher.projectName": _always,
    "system.os": _always,
    "system.distribution": _on_linux,
    "system.distributionVersion": _on_linux,
    "software.language": _always,
    "software.version": _always,
    "infrastructure.cloudService": _in_cloud,
    "infrastructure.components.manufacturer": _of_a_processor,
    "infrastructure.components.family": _of_a_processor,
    "infrastructure.components.series": _of_a_processor,
    "infrastructure.components.share": _of_a_processor,
    "measures.manufacturer": _is("measurementMethod", "wattmeter", "watt-meter"),
    "task.taskDescription": _always,
}
"""By the field's path, the most valuable first."""

NOT_ASKED = frozenset(
    {
        "header.formatVersion",
        "header.formatVersionSpecificationUri",
        "header.reportId",
        "header.reportDatetime",
        "header.reportStatus",
        "header.publisher.publicKey",
        "measures.measurementMethod",
        "measures.version",
        "measures.cpuTrackingMode",
        "measures.gpuTrackingMode",
        "measures.averageUtilizationCpu",
        "measures.averageUtilizationGpu",
        "measures.powerCalibrationMeasurement",
        "measures.durationCalibrationMeasurement",
        "measures.powerConsumption",
        "measures.measurementDuration",
        "measures.measurementDateTime",
        "environment.latitude",
        "environment.longitude",
        "quality",
    }
)
"""What a program writes or a meter measures, and exact coordinates, which no open data needs: a person is
asked for it only where the format requires it."""
