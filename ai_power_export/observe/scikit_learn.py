"""Reads the calls of scikit-learn and of every estimator that follows its conventions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from ai_power_export.facts import JsonValue, plain

from .constructors import attributes_of, constructor_defaults, given_values, is_plain
from .data import class_path, describe_data
from .marks import Mark, mark_of, seen_before
from .observation import Doing, Part
from .reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint

FITS = frozenset({"fit", "fit_predict", "fit_transform", "partial_fit"})
ANSWERS = frozenset({"predict", "predict_proba", "transform"})
FUNCTIONS_OF_MODELS = frozenset(
    {
        "cross_val_predict",
        "cross_val_score",
        "cross_validate",
        "learning_curve",
        "permutation_test_score",
        "validation_curve",
    }
)
"""Functions whose first argument is an estimator, which they fit."""

KINDS = {
    "sklearn.base.ClassifierMixin": "classification",
    "sklearn.base.RegressorMixin": "regression",
    "sklearn.base.OutlierMixin": "anomalyDetection",
    "sklearn.base.ClusterMixin": "clustering",
    "sklearn.base.BiclusterMixin": "clustering",
    "sklearn.base.DensityMixin": "densityEstimation",
}
"""Kind by the mixin that a class inherits, the first that fits: it is what scikit-learn's
tags say by default, and asking for the tags could run the user's code."""

HELD_BY = ("estimator", "base_estimator", "regressor")
"""Parameters by which one estimator holds another."""
DEEPEST = 6
"""Levels of estimators within estimators that are read."""

SCORE = "score"
ACCURACY_SCORE = "accuracy_score"
"""The watched metric."""
SEARCH = "sklearn.model_selection._search.BaseSearchCV"
"""What all searches inherit from."""
SCORED_BY_ACCURACY = "sklearn.base.ClassifierMixin"
"""The class whose `score` is the accuracy."""
SCORED_BY_LAST_STEP = "sklearn.pipeline.Pipeline"
"""The class whose `score` is that of what it holds, as a search's is."""

REMEMBERED = 64
"""Pieces of data that are remembered by number, to know them again."""

_NO_VALUES = ("deprecated", "warn")
"""Defaults by which scikit-learn marks a parameter that is going to change or go; they say nothing."""


@dataclass(eq=False)
class _Class:
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
    latest: tuple[dict[str, JsonValue], tuple[str, ...], Part] | None = None
    """The parameters last seen that differ from the defaults, those without a plain
    value, and the part made of them: most calls repeat it."""


class _Estimator(NamedTuple):
    """An estimator while its call is read: its class and its own attributes."""

    cls: _Class
    attributes: dict[str, Any]


class ScikitLearnReader:
    """Reads calls of estimators, of functions that take estimators, and of metrics."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._classes: WeakKeyDictionary[type, _Class] = WeakKeyDictionary()
        self._fitted_data: deque[Mark] = deque(maxlen=REMEMBERED)
        self._fitted_targets: deque[Mark] = deque(maxlen=REMEMBERED)
        self._predicted: deque[tuple[Mark, tuple[Part, ...]]] = deque(maxlen=REMEMBERED)

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the estimator; empty for functions."""
        if point.method in FUNCTIONS_OF_MODELS or point.method == ACCURACY_SCORE:
            return ""
        return self._class(type(owner)).path

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which estimators, with what values, on what data."""
        if point.method == ACCURACY_SCORE:
            return self._read_metric(point, values)
        fits = point.method in FITS or point.method in FUNCTIONS_OF_MODELS
        chain = self._chain(point.positional(values, 0), fitted=not fits)
        if not chain:
            return UNREADABLE
        data = _data_of(point, values)
        known = ""
        if point.method in FITS and chain[-1].cls.kind == "classification":
            self._fitted_data.append(mark_of(data))
            self._fitted_targets.append(mark_of(values.get("y")))
        elif point.method == SCORE:
            known = seen_before(mark_of(data), self._fitted_data) or _unread(point)
        return Reading(
            tuple(map(_part, chain)),
            describe_data(data),
            _does(point.method),
            known,
            _gives_accuracy(point.method, values, chain),
            settled=not (fits and any(estimator.cls.is_search for estimator in chain)),
        )

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what a call gave back: an accuracy, and what a search chose."""
        if point.method in FITS:
            return self._of_search(reading, result)
        if point.method == "predict":
            self._predicted.append((mark_of(result), reading.parts))
        return Outcome(_accuracy(result)) if reading.gives_accuracy else NOTHING

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned: half-fitted estimators have nothing to tell."""
        return NOTHING

    def _read_metric(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        truth, predicted = values.get("y_true"), mark_of(values.get("y_pred"))
        parts = next((parts for mark, parts in reversed(self._predicted) if mark.is_same(predicted)), ())
        is_share = values.get("normalize", True) is True
        known = seen_before(mark_of(truth), self._fitted_targets) or _unread(point)
        return Reading(parts, describe_data(truth), Doing.MEASURES, known, is_share)

    def _of_search(self, reading: Reading, result: Any) -> Outcome:
        """Read a fitted search: the best estimator's values and its mean accuracy over the folds."""
        if reading.settled:
            return NOTHING
        chain = self._chain(result, fitted=True)
        fitted = next((estimator.attributes for estimator in chain if estimator.cls.is_search), {})
        accuracy = _accuracy(fitted.get("best_score_")) if reading.gives_accuracy else None
        return Outcome(accuracy, tuple(map(_part, chain)) if "best_estimator_" in fitted else None)

    def _class(self, cls: type) -> _Class:
        known = self._classes.get(cls)
        if known is None:
            known = self._classes[cls] = _read_class(cls)
        return known

    def _chain(self, estimator: object, *, fitted: bool) -> list[_Estimator]:
        """Return an estimator and those it holds, outermost first: a search, its pipeline, the last step.

        A fitted search answers with the best estimator that it found, not with the one it was given.
        """
        chain: list[_Estimator] = []
        while estimator is not None and len(chain) < DEEPEST:
            cls = self._class(type(estimator))
            if not cls.is_estimator:
                break
            attributes = attributes_of(estimator)
            chain.append(_Estimator(cls, attributes))
            if not cls.held_by:
                break
            best = attributes.get("best_estimator_") if fitted and cls.is_search else None
            estimator = _held(cls, attributes) if best is None else best
        return chain


def _data_of(point: Watchpoint, values: Mapping[str, Any]) -> Any:
    """Return what goes in as data; encoders of labels take none."""
    if "X" in values:
        return values["X"]
    return None if point.names[1:2] == ("y",) else point.positional(values, 1)


def _unread(point: Watchpoint) -> str:
    """Tell what is known of data after fits that were not read: it may have been theirs."""
    return "alike" if point.observer.passed else ""


def _does(method: str) -> Doing | None:
    if method in FITS or method in FUNCTIONS_OF_MODELS:
        return Doing.TRAINS
    if method in ANSWERS:
        return Doing.ANSWERS
    return Doing.EVALUATES if method == SCORE else None


def _held(cls: _Class, attributes: Mapping[str, Any]) -> object:
    """Return the estimator that another holds: the last step of a pipeline, or a parameter."""
    steps = attributes.get("steps") if "steps" in cls.held_by else None
    if type(steps) is list:
        named = [step for step in steps if type(step) is tuple and len(step) == 2]
        real = [step for _, step in named if step is not None and type(step) is not str]
        return real[-1] if real else None
    return next((attributes[name] for name in cls.held_by if attributes.get(name) is not None), None)


def _part(estimator: _Estimator) -> Part:
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


def _gives_accuracy(method: str, values: Mapping[str, Any], chain: Sequence[_Estimator]) -> bool:
    """Tell whether what a call returns, or leaves as a search's best score, is the accuracy."""
    if method in ("cross_val_score", "cross_validate"):
        return _scores_accuracy(chain, values.get("scoring"))
    if method == SCORE or (method == "fit" and any(estimator.cls.is_search for estimator in chain)):
        return _scores_accuracy(chain, None)
    return False


def _scores_accuracy(chain: Sequence[_Estimator], scoring: object) -> bool:
    """Tell whether the score of an estimator, or the one that is asked for, is the accuracy."""
    for cls, attributes in chain:
        if scoring is None and cls.is_search:
            scoring = attributes.get("scoring")
        if scoring is not None:
            return type(scoring) is str and scoring == "accuracy"
        if cls.scored_by not in (SCORED_BY_LAST_STEP, SEARCH):
            return cls.scored_by == SCORED_BY_ACCURACY
    return False


def _read_class(cls: type) -> _Class:
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    defaults = tuple(constructor_defaults(cls).items())
    return _Class(
        class_path(cls),
        bases,
        kind=next((word for mixin, word in KINDS.items() if mixin in bases), ""),
        is_estimator=any("fit" in vars(base) for base in cls.__mro__),
        is_search=SEARCH in bases,
        scored_by=next((class_path(base) for base in cls.__mro__ if "score" in vars(base)), ""),
        defaults=defaults,
        copied={
            name: plain(value) for name, value in defaults if is_plain(value) and value not in _NO_VALUES
        },
        held_by=tuple(name for name, _ in defaults if name in ("steps", *HELD_BY)),
    )


def _accuracy(result: Any) -> float | None:
    """Return the accuracy that a call gave back, the mean of several folds' ones."""
    if type(result) is dict:
        result = result.get("test_score", result.get("test_accuracy"))
    if class_path(type(result)) == "numpy.ndarray" and result.ndim == 1 and result.dtype.kind == "f":
        result = result.mean() if result.size else None
    value = plain(result)
    return value if type(value) is float and 0 <= value <= 1 else None
