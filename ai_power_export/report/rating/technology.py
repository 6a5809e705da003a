"""How exactly the hardware is known that the energy is of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ai_power_export.introspect.cpu_names import read_cpu_name
from ai_power_export.introspect.gpu_names import read_gpu_name
from ai_power_export.report.rating.matrix import BEST, WORST
from ai_power_export.report.rating.subject import (
    CHIPS,
    COMPONENTS,
    Entry,
    Judgement,
    Subject,
    is_filled,
    number,
    text,
)

SEEN, NAMED, OF_A_FAMILY, OF_A_KIND = 1, 2, 3, 4
"""Scores of a chip: its model was seen, is told, only its maker or family is, only its kind is."""


def judge(subject: Subject) -> list[Judgement]:
    """Judge what is told of the components."""
    return [_models(subject), _extent(subject)]


def _models(subject: Subject) -> Judgement:
    if not subject.components:
        return Judgement(WORST, "no hardware is told", "aipower edit: infrastructure.components")
    score, name = max(_chips(subject))
    if score > NAMED and _cloud_machine(subject):
        return Judgement(NAMED, "of a chip only the type of the cloud machine is told")
    words = {
        SEEN: "all models were seen",
        NAMED: f"the model of the {name} is told, who saw it is not",
        OF_A_FAMILY: f"the model of the {name} is not told",
        OF_A_KIND: f"nothing is told of the {name}",
    }
    mend = "aipower edit: infrastructure.components.series, or cloudInstance" if score > NAMED else ""
    return Judgement(score, words[score], mend)


def _chips(subject: Subject) -> Iterator[tuple[int, str]]:
    """Yield score and name of all that computes: what is of no kind may, and a processor is always there."""
    for index, (kind, entry) in enumerate(subject.components):
        if kind in CHIPS or not text(entry, "componentType"):
            yield _score(subject, index, kind, entry), CHIPS.get(kind, "component")
    if all(kind != "cpu" for kind, _ in subject.components):
        yield OF_A_KIND, CHIPS["cpu"]


def _score(subject: Subject, index: int, kind: str, entry: Entry) -> int:
    if kind and _has_model(kind, entry):
        return SEEN if subject.is_certain(f"{COMPONENTS}[{index}].componentName") else NAMED
    told = any(text(entry, name) for name in ("manufacturer", "family"))
    return (
        OF_A_FAMILY
        if kind and (told or text(entry, "componentName").lower() not in ("", kind))
        else OF_A_KIND
    )


def _has_model(kind: str, entry: Entry) -> bool:
    """Tell whether a chip is named down to its model, in its own field or in its name."""
    if text(entry, "series"):
        return True
    name = re.sub(r"^\s*\d+\s*x\s+", "", text(entry, "componentName"))
    return bool(read_cpu_name(name, "").series if kind == "cpu" else read_gpu_name(name)[1])


def _cloud_machine(subject: Subject) -> bool:
    """Tell whether the type of a cloud machine tells the hardware, as far as its provider lets it."""
    names = ("cloudProvider", "cloudInstance")
    return all(text(subject.document, f"infrastructure.{name}") for name in names)


def _extent(subject: Subject) -> Judgement:
    """Judge counts, memory and shares: of how much hardware the energy is."""
    entries = [entry for _, entry in subject.components]
    uncounted = not all((number(entry, "nbComponent") or 0) > 0 for entry in entries)
    memory = [number(entry, "memorySize") or 0 for kind, entry in subject.components if kind == "ram"]
    if not entries or uncounted or not any(size > 0 for size in memory):
        what = "counts" if not entries or uncounted else "the size of the memory"
        return Judgement(OF_A_FAMILY, f"{what} not told", "aipower edit: infrastructure.components")
    if not all(is_filled(entry, "share") for entry in entries):
        why = "which share of the hardware the run had is not told"
        return Judgement(NAMED, why, "aipower edit: infrastructure.components.share")
    return Judgement(BEST, "counts, memory and shares are told")
