"""Which of the accuracies that a program computed is that of the main algorithm's model."""

from __future__ import annotations

from collections.abc import Sequence

from ai_power_export.facts import Facts, Origin
from ai_power_export.observe.algorithms import Algorithm
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.uses import Use, use_of

FIELD = "task.measuredAccuracy"

_TRUST_IN = {"": 2, "alike": 1, "same": 0}
_ON_DATA = {
    "": "",
    "alike": ", perhaps on the data of the training",
    "same": ", on the data of the training",
}


def say_accuracy(observations: Sequence[Observation], main: Algorithm, facts: Facts) -> None:
    """Tell the last accuracy of the main algorithm, one on other data than the training's if there is any.

    An accuracy that nobody is known for may be a baseline's: it is told only where there is no other.
    That of a trial of a search is of a model that was perhaps given up.
    """
    measured = [seen for seen in observations if seen.accuracy is not None]
    uses = {id(seen): use_of(seen) for seen in measured}
    known = [use for use in uses.values() if use is not None and use.subject == main.subject]
    own = [use.seen for use in known if not _is_of_several(use)]
    unknown = [] if known else [seen for seen in measured if uses[id(seen)] is None]
    found = own or _of_the_model_as_it_is([seen for seen in unknown if not seen.is_trial], main)
    best = max(found, key=_worth, default=None)
    if best is None:
        if measured:
            facts.lack(FIELD, "of which model the accuracies are was not observed")
        return
    note = f"{best.method}{_ON_DATA[best.seen_before]}"
    facts.add(FIELD, best.accuracy, Origin.OBSERVED, best.place, weight=best.seconds, note=note)


def _is_of_several(use: Use) -> bool:
    """Tell whether accuracies of one line are of models with different hyperparameters, or of trials."""
    return use.seen.is_trial or (use.seen.accuracy_differed > 0 and bool(use.part.varied))


def _of_the_model_as_it_is(unknown: Sequence[Observation], main: Algorithm) -> list[Observation]:
    """Return those that nobody is known for, if they agree; training outdates what was before it."""
    trust = max((_worth(seen)[0] for seen in unknown), default=0)
    trusted = [seen for seen in unknown if _worth(seen)[0] == trust]
    trained = max((use.seen.end for use in main.uses if use.trains), default=0.0)
    latest = [seen for seen in trusted if seen.end > trained]
    since = trained if latest else 0.0
    found = latest or trusted
    differ = len({seen.accuracy for seen in found}) > 1
    return [] if differ or any(seen.accuracy_differed > since for seen in found) else found


def _worth(seen: Observation) -> tuple[int, float]:
    return _TRUST_IN[seen.seen_before], seen.end
