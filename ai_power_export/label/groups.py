"""Which runs are comparable: of one kind of task, stage, data and machine, and counted alike.

Words are brought to one spelling (`text-classification` is `textClassification`), and tokens, words and text
are one kind of data. The hardware is of the class of what is listed under `infrastructure.components`:

| class | what computes |
|---|---|
| edge | processors, and GPUs if any, that draw at most 64 W each by their makers' figures |
| cpu | processors alone |
| gpu | one GPU |
| gpus | several GPUs |
| accelerator, accelerators | one or several TPUs or NPUs, with or without GPUs |

A component of another kind, or a count that is not told, has no class. Nor has a service that is asked over
a network (`cloudService`): on what it ran nobody tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.label.rated import Words
from ai_power_export.label.stages import stages_of
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.rating.subject import COMPONENTS, Entry, number, text
from ai_power_export.vocabulary.families import FAMILY_OF_TASK
from ai_power_export.vocabulary.naming import camel_case
from ai_power_export.vocabulary.power import kind_of, most_watts

EDGE = 64.0
"""W: the most that laptop processors of the low-power lines draw; a phone's or a board's draw less."""

DATA_KINDS = {"token": "text", "word": "text", "boolean": "tabular"}
"""Types of data that are of the kind of another."""

COMPUTES = ("cpu", "gpu", "tpu", "npu")
BESIDES = ("ram", "disk")

TOLD_BY = {
    "task_family": Words("task.taskFamily", "task.taskFamily"),
    "stage": Words("task.taskStage", "task.taskStage"),
    "data_type": Words("task.dataset.dataType of the input", "task.dataset.dataType en entrée"),
    "hardware_class": Words("infrastructure.components", "infrastructure.components"),
    "functional_unit": Words("what its energy is counted by", "par quoi compter son énergie"),
}
"""Names that a scheme's `group` may have, and what of a report tells them."""


def key_of(document: Mapping[str, Any], unit: str) -> dict[str, str]:
    """Return what comparable runs have in common with a report of the current version.

    Args:
        document: The report.
        unit: The name of its functional unit.

    Returns:
        A word for each name of `TOLD_BY`, empty where the report does not tell it.
    """
    return {
        "task_family": _family(text(document, "task.taskFamily")),
        "stage": "+".join(stages_of(document)),
        "data_type": _data_kinds(document),
        "hardware_class": hardware_class(document),
        "functional_unit": unit,
    }


def hardware_class(document: Mapping[str, Any]) -> str:
    """Return the class of a report's hardware, empty where it is not to be told."""
    counts: dict[str, float] = {}
    watts: list[float] = []
    for component in entries_of(document, COMPONENTS):
        kind, count = kind_of(text(component, "componentType")), number(component, "nbComponent")
        if kind in BESIDES:
            continue
        if kind not in COMPUTES or count is None or count <= 0:
            return ""
        counts[kind] = counts.get(kind, 0.0) + count
        watts.append(_most_of_one(kind, component))
    if not counts or text(document, "infrastructure.cloudService"):
        return ""
    return _class(counts, max(watts), has_gpu=_followed_gpu(document))


def _class(counts: Mapping[str, float], most: float, *, has_gpu: bool) -> str:
    accelerators, gpus = counts.get("tpu", 0.0) + counts.get("npu", 0.0), counts.get("gpu", 0.0)
    if accelerators:
        return "accelerator" if accelerators == 1 else "accelerators"
    if has_gpu and not gpus:
        return ""
    if most <= EDGE:
        return "edge"
    return "cpu" if not gpus else "gpu" if gpus == 1 else "gpus"


def _followed_gpu(document: Mapping[str, Any]) -> bool:
    """Tell whether a meter followed a GPU, which is then there though nobody lists it."""
    return any(text(measure, "gpuTrackingMode") for measure in entries_of(document, "measures"))


def _most_of_one(kind: str, component: Entry) -> float:
    names = (text(component, name) for name in ("componentName", "manufacturer", "family", "series"))
    return most_watts(kind, " ".join(filter(None, names))) or EDGE + 1


def _family(told: str) -> str:
    return FAMILY_OF_TASK.get(told) or FAMILY_OF_TASK.get(told.lower()) or camel_case(told)


def _data_kinds(document: Mapping[str, Any]) -> str:
    """Return the kinds of the inputs, joined by +; of the outputs where nothing comes in."""
    for usage in ("input", "output"):
        entries = entries_of(document, "task.dataset")
        told = {text(each, "dataType") for each in entries if text(each, "dataUsage") == usage}
        if told:
            return "+".join(sorted({DATA_KINDS.get(kind, kind) for kind in told}))
    return ""
