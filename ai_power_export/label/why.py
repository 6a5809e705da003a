"""Why a letter, and what would move it: for each metric the next boundary, how far it is, and advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ai_power_export.label.draw.values import written
from ai_power_export.label.functional import SAMPLE_AND_EPOCH
from ai_power_export.label.metrics import BY_UNIT
from ai_power_export.label.rated import MetricRating, Rating, Words, grade_of, letter_of
from ai_power_export.label.stages import INFERENCE, TRAININGS

WHOLE = ("run_energy", "run_time")
"""Metrics of whole runs."""

SMALLER = Words(
    "take a smaller or distilled model, or adapt a trained one",
    "prendre un modèle plus petit ou distillé, ou adapter un modèle entraîné",
)
LOADING = Words(
    "let the data not be waited for: load them ahead, in a faster format",
    "ne pas attendre les données : les charger à l'avance, dans un format plus rapide",
)
OF_EPOCHS = (
    Words(
        "use 16-bit numbers, and batches that fill the hardware",
        "utiliser des nombres de 16 bits, et des lots qui remplissent le matériel",
    ),
    SMALLER,
    LOADING,
)
OF_FITS = (
    Words(
        "fit once, with fewer trees, rounds, candidates or features",
        "ajuster une seule fois, avec moins d'arbres, de tours, de candidats ou de variables",
    ),
    Words(
        "take a simpler model if it is as accurate",
        "prendre un modèle plus simple s'il est aussi exact",
    ),
)
OF_INFERENCE = (
    Words(
        "answer in batches, with weights of 16 or 8 bits, and cache what is asked again",
        "répondre par lots, avec des poids de 16 ou 8 bits, et garder les réponses redemandées",
    ),
    SMALLER,
)
ADVICE: Mapping[str, tuple[Words, ...]] = {
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
"""By metric, where it does not hang on what the run did."""
OF_WHOLE_RUNS = Words(
    "stop when the validation loss no longer falls, and search with fewer trials",
    "arrêter quand la perte de validation ne baisse plus, et chercher avec moins d'essais",
)
"""An energy by epoch stays the same whenever the training stops; that of the run does not."""


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


def move_of(metric: MetricRating, advice: tuple[Words, ...] = ()) -> Move | None:
    """Return what would move a metric one letter up; None for A, and where it has no letter or boundaries.

    Args:
        metric: With a letter.
        advice: What may help.
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
    return Move(metric.name, letter, boundary, factor, _text(metric, letter, boundary, factor), advice)


def moves_of(rating: Rating) -> tuple[Move, ...]:
    """Return what would move each metric one letter up, that with the most weight first."""
    by_weight = sorted(rating.metrics, key=lambda metric: -metric.weight)
    moves = (move_of(metric, advice_for(metric, rating)) for metric in by_weight)
    return tuple(filter(None, moves))


def advice_for(metric: MetricRating, rating: Rating) -> tuple[Words, ...]:
    """Return what may make a metric of a run better."""
    if metric.name not in (*BY_UNIT, *WHOLE):
        return ADVICE.get(metric.name, ())
    whole = (OF_WHOLE_RUNS,) if metric.name in WHOLE else ()
    if rating.functional_unit == SAMPLE_AND_EPOCH:
        return (*whole, *OF_EPOCHS)
    stage = rating.group.stage if rating.group else ""
    return OF_FITS if stage in TRAININGS else OF_INFERENCE if stage == INFERENCE else ()


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
