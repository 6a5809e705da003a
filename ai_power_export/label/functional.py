"""The functional unit of a report: what its energy is counted by, so that runs of other lengths compare.

| stage | unit | count |
|---|---|---|
| training or finetuning of a network | sample and epoch | `dataQuantity` of the input * `epochsNumber` |
| of what knows no epochs, such as trees | sample | `dataQuantity` of the input |
| inference that gives tokens | token | `nbRequest` * `dataQuantity` of the output |
| inference that gives images | image | the same |
| inference that gives text, sound or video | request | `nbRequest` |
| other inference, on images | image | `nbRequest` * `dataQuantity` of the input |
| on tokens | token | the same |
| on anything else | sample | the same |
| where nobody tells how many items a request has | request | `nbRequest` |

For inference the format has the data of one request on average. A scheme may ask for `request`, or for
`second` of a service that runs whether it is asked or not; what the report cannot count has no unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.label.rated import NO_REASON, Reason
from ai_power_export.label.stages import INFERENCE, TRAININGS, stages_of
from ai_power_export.report.evidence import entries_of, value_at
from ai_power_export.report.rating.subject import Entry, number, text
from ai_power_export.vocabulary.naming import camel_case

SAMPLE_AND_EPOCH, SAMPLE, REQUEST, SECOND = "sample and epoch", "sample", "request", "second"
ITEMS = {"token": "token", "image": "image"}
"""What one item of a type of data is called; of others it is a sample."""
WITHOUT_EPOCHS = frozenset(
    {"clustering", "decisionTree", "densityEstimation", "dimensionalityReduction", "discriminantAnalysis"}
    | {"ensemble", "gaussianProcess", "gradientBoosting", "isotonicRegression", "kernelMethod"}
    | {"labelPropagation", "linearModel", "naiveBayes", "nearestNeighbors", "supportVectorMachine"}
    | {"survivalModel", "topicModel", "treeEnsemble"}
)
"""Words of `algorithmType` in our catalogue that are fitted to their data as a whole."""
MADE = frozenset({"text", "word", "audio", "video"})
"""Types of output whose amount no count of items tells: a text may be short or long."""
LABELS = "word"
"""Type of the output of a classification: one word, which is no text that was written."""


@dataclass(frozen=True)
class FunctionalUnit:
    """What energy is counted by, and how often the run did it."""

    name: str = ""
    """Empty where there is none."""
    count: float = 0.0
    why_not: Reason = NO_REASON
    """Why there is none."""


def functional_unit(document: Mapping[str, Any], seconds: float | None, wanted: str = "") -> FunctionalUnit:
    """Return the functional unit of a report of the current version.

    Args:
        document: The report.
        seconds: How long it was measured.
        wanted: The unit that a scheme asks for; empty for that of the table above.
    """
    found = list(_units(document, seconds))
    if not wanted:
        return found[0]
    reason = found[0].why_not or Reason(
        f"the report counts no {wanted}", f"le rapport ne compte pas d'unité « {wanted} »"
    )
    return next((unit for unit in found if unit.name == wanted), FunctionalUnit(why_not=reason))


def _units(document: Mapping[str, Any], seconds: float | None) -> Iterator[FunctionalUnit]:
    """Yield the units that a report has, its own first, or why it has none."""
    stages = stages_of(document)
    if len(stages) > 1:
        yield _none(
            f"{'+'.join(stages)} are several stages: measure each alone",
            f"{'+'.join(stages)} sont plusieurs étapes : mesurer chacune à part",
        )
    elif stages and stages[0] in TRAININGS:
        yield _of_training(document)
    elif stages == (INFERENCE,):
        yield from _of_inference(document, seconds)
    else:
        stage = stages[0] if stages else ""
        yield _none(f"there is none for the stage {stage!r}", f"il n'y en a pas pour l'étape {stage!r}")


def _none(why_not: str, in_french: str) -> FunctionalUnit:
    return FunctionalUnit(why_not=Reason(why_not, in_french))


def _of_training(document: Mapping[str, Any]) -> FunctionalUnit:
    samples = _samples(document)
    algorithms = entries_of(document, "task.algorithms")
    if samples is None:
        return _none(
            "how many samples it was trained on is not told (task.dataset.dataQuantity of the input)",
            "le nombre d'échantillons d'entraînement n'est pas indiqué (task.dataset.dataQuantity en entrée)",
        )
    if any("search" in text(each, "optimizer").casefold() for each in algorithms):
        return _none(
            "a search trains many models, and nobody tells how many",
            "une recherche entraîne beaucoup de modèles, et personne ne dit combien",
        )
    epochs = {count for each in algorithms if (count := _positive(each, "epochsNumber")) is not None}
    if len(epochs) == 1:
        return FunctionalUnit(SAMPLE_AND_EPOCH, samples * epochs.pop())
    if epochs:
        return _none(
            "its algorithms were trained for different numbers of epochs",
            "ses algorithmes ont été entraînés pendant des nombres d'époques différents",
        )
    if algorithms and all(camel_case(text(each, "algorithmType")) in WITHOUT_EPOCHS for each in algorithms):
        return FunctionalUnit(SAMPLE, samples)
    return _none(
        "how many epochs it was trained for is not told (epochsNumber)",
        "le nombre d'époques d'entraînement n'est pas indiqué (epochsNumber)",
    )


def _samples(document: Mapping[str, Any]) -> float | None:
    """Return how many items the inputs have: pictures and their captions are as many."""
    counts = {_positive(each, "dataQuantity") for each in _data(document, "input")}
    return counts.pop() if len(counts) == 1 else None


def _of_inference(document: Mapping[str, Any], seconds: float | None) -> Iterator[FunctionalUnit]:
    requests = _positive(document, "task.nbRequest")
    if requests is None:
        yield _none(
            "how many requests were answered is not told (task.nbRequest)",
            "le nombre de requêtes n'est pas indiqué (task.nbRequest)",
        )
    else:
        item, each = _items(document)
        if each is not None:
            yield FunctionalUnit(item, requests * each)
        yield FunctionalUnit(REQUEST, requests)
    if seconds is not None and seconds > 0:
        yield FunctionalUnit(SECOND, seconds)


def _items(document: Mapping[str, Any]) -> tuple[str, float | None]:
    """Return what a request is made of, and how many of it one has on average; None where nobody tells."""
    outputs, inputs = _data(document, "output"), _data(document, "input")
    for kind, item in ITEMS.items():
        made = [each for each in outputs if text(each, "dataType") == kind]
        if made:
            return item, _positive(made[0], "dataQuantity") if len(made) == 1 else None
    kinds = {text(each, "dataType") for each in outputs}
    if kinds & MADE and not (kinds == {LABELS} and _sorts(document)):
        return REQUEST, None
    item = ITEMS.get(text(inputs[0], "dataType"), SAMPLE) if len(inputs) == 1 else SAMPLE
    return item, _samples(document)


def _sorts(document: Mapping[str, Any]) -> bool:
    return "classification" in text(document, "task.taskFamily").casefold()


def _data(document: Mapping[str, Any], usage: str) -> list[Entry]:
    return [each for each in entries_of(document, "task.dataset") if value_at(each, "dataUsage") == usage]


def _positive(entry: Entry, name: str) -> float | None:
    value = number(entry, name)
    return value if value is not None and value > 0 else None
