"""Knows estimators: their classes, what they are for, with what values, and which others they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import (
    attributes_of,
    constructor_defaults,
    given_values,
    is_plain,
    is_private,
)
from ai_power_export.observe.frameworks.fitted import EPOCHS, OF_TRAINING, Said, Tell, teller_of, what_is_told
from ai_power_export.observe.observation import Part

KINDS = {
    "sklearn.base.ClassifierMixin": "classification",
    "sklearn.base.RegressorMixin": "regression",
    "sklearn.base.OutlierMixin": "anomalyDetection",
    "sklearn.base.ClusterMixin": "clustering",
    "sklearn.base.BiclusterMixin": "clustering",
    "sklearn.base.DensityMixin": "densityEstimation",
    "pyod.models.base.BaseDetector": "anomalyDetection",
}
"""Kind by the class that a class inherits, the first that fits: it is what scikit-learn's
tags say by default, and asking for the tags could run the user's code."""

HELD_BY = ("estimator", "base_estimator", "regressor")
"""Parameters by which one estimator holds another."""
DEEPEST = 6
"""Levels of estimators within estimators that are read."""

SEARCH = "sklearn.model_selection._search.BaseSearchCV"
"""What all searches inherit from."""
SCORED_BY_ACCURACY = frozenset(
    {
        "sklearn.base.ClassifierMixin",
        "sklearn.dummy.DummyClassifier",
        "sklearn.neighbors._classification.KNeighborsClassifier",
        "sklearn.neighbors._classification.RadiusNeighborsClassifier",
    }
)
"""The classes whose `score` is the accuracy."""
SCORED_BY_WHAT_IS_HELD = frozenset({SEARCH, "imblearn.pipeline.Pipeline", "sklearn.pipeline.Pipeline"})
"""The classes whose `score` is that of what they hold."""

_NO_VALUES = ("deprecated", "warn")
"""Defaults by which scikit-learn marks a parameter that is going to change or go; they say nothing."""


@dataclass(eq=False)
class EstimatorClass:
    """What a class of estimators says of all its instances, looked up once."""

    path: str
    bases: tuple[str, ...]
    kind: str
    is_estimator: bool
    is_search: bool
    scored_by: str
    """Class path of the class whose `score` it uses."""
    defaults: tuple[tuple[str, object], ...]
    """Constructor parameters and their defaults."""
    copied: dict[str, JsonValue]
    """The defaults that are plain values."""
    held_by: tuple[str, ...]
    """Constructor parameters that hold other estimators: `steps` or one of `HELD_BY`."""
    tell: Tell | None
    """What tells of a fitted one what became of it."""
    latest: tuple[dict[str, JsonValue], tuple[str, ...], Part] | None = None
    """The parameters last seen that differ from the defaults, those without a plain
    value, and the part made of them: most calls repeat it."""
    told: tuple[Part, Said, Part] | None = None
    """The same of a fitted one: its part before the fit, what it said, the part made of them."""


class Estimator(NamedTuple):
    """An estimator while its call is read, with its class and its own attributes."""

    cls: EstimatorClass
    attributes: dict[str, Any]
    instance: object


class Estimators:
    """Looks estimators up, and those that they hold."""

    def __init__(self) -> None:
        self._classes: WeakKeyDictionary[type, EstimatorClass] = WeakKeyDictionary()

    def class_of(self, estimator: object) -> EstimatorClass:
        """Return what is known of an estimator's class."""
        cls = type(estimator)
        known = self._classes.get(cls)
        if known is None:
            known = self._classes[cls] = _read_class(cls)
        return known

    def chain(self, estimator: object, *, fitted: bool) -> list[Estimator]:
        """Return an estimator and those it holds, outermost first: a search, its pipeline, the last step.

        A fitted search answers with the best estimator that it found, not with the one it was given.
        """
        chain: list[Estimator] = []
        while estimator is not None and len(chain) < DEEPEST:
            cls = self.class_of(estimator)
            if not cls.is_estimator:
                break
            attributes = attributes_of(estimator)
            chain.append(Estimator(cls, attributes, estimator))
            if not cls.held_by:
                break
            best = attributes.get("best_estimator_") if fitted and cls.is_search else None
            estimator = _held(cls, attributes) if best is None else best
        return chain

    def told(self, estimator: object, part: Part, *, trained: bool, in_pieces: bool = False) -> Part:
        """Return the part of a fitted estimator with what it says of itself now.

        How it was trained is left out of one that was not `trained` by the call, and
        how many epochs long of one that is trained piece by piece.
        """
        cls = self.class_of(estimator)
        said = what_is_told(cls.tell, cls.path, estimator) if cls.tell is not None else {}
        if not trained:
            said = {name: value for name, value in said.items() if name not in OF_TRAINING}
        elif in_pieces and EPOCHS in said:
            said[EPOCHS] = None
        if not said:
            return part
        if cls.told is None or cls.told[0] is not part or cls.told[1] != said:
            cls.told = part, said, replace(part, said=said)
        return cls.told[2]


def part_of(estimator: Estimator) -> Part:
    """Describe an estimator with its parameters as they are now."""
    cls = estimator.cls
    given, opaque = given_values(cls.defaults, estimator.attributes)
    if cls.latest is not None and cls.latest[0] == given and cls.latest[1] == opaque:
        return cls.latest[2]
    known = {**cls.copied, **given}
    parameters = {name: known[name] for name, _ in cls.defaults if name in known and name not in opaque}
    defaults = tuple(name for name in parameters if name not in given)
    part = Part(cls.path, cls.bases, cls.kind, parameters, defaults)
    cls.latest = (given, opaque, part)
    return part


def scores_accuracy(chain: Sequence[Estimator], scoring: object) -> bool:
    """Tell whether the score of an estimator, or one of those that are asked for, is the accuracy."""
    for cls, attributes, _ in chain:
        if scoring is None and cls.is_search:
            scoring = attributes.get("scoring")
            if type(scoring) in (list, tuple, set, dict):  # the best one is the best by `refit`
                scoring = attributes.get("refit") if names_accuracy(scoring) else ()
        if scoring is not None:
            return names_accuracy(scoring)
        if cls.scored_by not in SCORED_BY_WHAT_IS_HELD:
            return cls.scored_by in SCORED_BY_ACCURACY
    return False


def names_accuracy(scoring: Any) -> bool:
    """Tell whether a `scoring` is the accuracy, or has it under that name."""
    if type(scoring) is dict:
        scoring = scoring.get("accuracy")
    if type(scoring) in (list, tuple, set):
        return any(type(name) is str and name == "accuracy" for name in scoring)
    return type(scoring) is str and scoring == "accuracy"


def _held(cls: EstimatorClass, attributes: Mapping[str, Any]) -> object:
    """Return the estimator that another holds: the last step of a pipeline, or a parameter."""
    steps = attributes.get("steps") if "steps" in cls.held_by else None
    if type(steps) is list:
        named = [step for step in steps if type(step) is tuple and len(step) == 2]
        real = [step for _, step in named if step is not None and type(step) is not str]
        return real[-1] if real else None
    return next((attributes[name] for name in cls.held_by if attributes.get(name) is not None), None)


def _read_class(cls: type) -> EstimatorClass:
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    defaults = tuple(constructor_defaults(cls).items())
    return EstimatorClass(
        class_path(cls),
        bases,
        kind=next((word for mixin, word in KINDS.items() if mixin in bases), ""),
        is_estimator=any("fit" in vars(base) for base in cls.__mro__),
        is_search=SEARCH in bases,
        scored_by=next((class_path(base) for base in cls.__mro__ if "score" in vars(base)), ""),
        defaults=defaults,
        copied={
            name: plain(value)
            for name, value in defaults
            if is_plain(value) and value not in _NO_VALUES and not is_private(name, plain(value))
        },
        held_by=tuple(name for name, _ in defaults if name in ("steps", *HELD_BY)),
        tell=teller_of((class_path(cls), *bases)),
    )
