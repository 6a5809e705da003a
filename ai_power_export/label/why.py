"""Why a letter, and what would move it: for each metric the next boundary, how far it is, and advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ai_power_export.label.draw.values import written
from ai_power_export.label.rated import MetricRating, Rating, Words, grade_of, letter_of

ADVICE: Mapping[str, tuple[Words, ...]] = {
    "energy": (
        Words(
            "stop when the validation loss no longer falls, and search with fewer and shorter trials",
            "arrêter quand la perte de validation ne baisse plus, chercher avec moins d'essais, plus courts",
        ),
        Words(
            "use 16-bit numbers, and batches that fill the hardware",
            "utiliser des nombres de 16 bits, et des lots qui remplissent le matériel",
        ),
        Words(
            "take a smaller or distilled model, or adapt a trained one",
            "prendre un modèle plus petit ou distillé, ou adapter un modèle entraîné",
        ),
    ),
    "time": (
        Words(
            "let the data not be waited for: load them ahead, in a faster format",
            "ne pas attendre les données : les charger à l'avance, dans un format plus rapide",
        ),
    ),
    "parameters": (Words("prune or distil the model", "élaguer ou distiller le modèle"),),
    "data_size": (
        Words("leave out data that teach nothing new", "écarter les données qui n'apprennent rien de neuf"),
    ),
    "accuracy": (Words("look at the data before the model", "regarder les données avant le modèle"),),
    "carbon_intensity": (
        Words(
            "run when and where the electricity is cleaner",
            "calculer quand et où l'électricité est plus propre",
        ),
    ),
}
"""By metric."""
OF_INFERENCE = (
    Words(
        "answer requests in batches, in 16 or 8 bits, and cache what is asked again",
        "répondre par lots, en 16 ou 8 bits, et garder les réponses redemandées",
    ),
    Words(
        "take a smaller or distilled model for the task",
        "prendre un modèle plus petit ou distillé pour la tâche",
    ),
)
"""Of energy at inference."""


@dataclass(frozen=True)
class Move:
    """What would move a metric one letter up."""

    metric: str
    letter: str
    """The better letter."""
    boundary: float
    """Where it begins, in the metric's unit."""
    factor: float
    """What the value has to be multiplied by to lie on the boundary."""
    text: Words
    advice: tuple[Words, ...]


def move_of(metric: MetricRating, stage: str = "") -> Move | None:
    """Return what would move a metric one letter up; None for A, and where it has no letter or boundaries.

    Args:
        metric: With a letter.
        stage: Of the run, for the advice.
    """
    if metric.letter in (None, "A") or not metric.boundaries or not metric.value:
        return None
    # Equal boundaries leave letters out: the next better letter that some value can get counts.
    places = [place for place in range(grade_of(metric.letter)) if _is_beyond(metric, place)]
    if not places:
        return None
    place = places[-1]
    boundary = metric.boundaries[place]
    while place and metric.boundaries[place - 1] == boundary:
        place -= 1
    letter, factor = letter_of(place), boundary / metric.value
    return Move(
        metric.name, letter, boundary, factor, _text(metric, letter, boundary, factor), _advice(metric, stage)
    )


def moves_of(rating: Rating) -> tuple[Move, ...]:
    """Return what would move each metric one letter up, that with the most weight first."""
    stage = rating.group.stage if rating.group else ""
    by_weight = sorted(rating.metrics, key=lambda metric: -metric.weight)
    return tuple(filter(None, (move_of(metric, stage) for metric in by_weight)))


def _is_beyond(metric: MetricRating, place: int) -> bool:
    """Tell whether a boundary is still to be reached."""
    value, boundary = metric.value or 0.0, metric.boundaries[place]
    return boundary >= value if metric.higher_is_better else boundary <= value


def _text(metric: MetricRating, letter: str, boundary: float, factor: float) -> Words:
    change = abs(1 - factor) * 100
    percent = f"{change:.2g}" if change < 100 else f"{change:.0f}"
    more, plus = ("more", "de plus") if metric.higher_is_better else ("less", "de moins")
    en, fr = (written(metric, language, boundary) for language in ("en", "fr"))
    return Words(
        f"{letter} begins at about {en}: {percent} % {more}",
        f"{letter} commence vers {fr} : {percent.replace('.', ',')} % {plus}",
    )


def _advice(metric: MetricRating, stage: str) -> tuple[Words, ...]:
    if metric.name in ("energy", "run_energy"):
        return OF_INFERENCE if stage == "inference" else ADVICE["energy"]
    return ADVICE.get(metric.name.removeprefix("run_"), ())
