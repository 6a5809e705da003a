"""Reads the calls of scikit-learn and of every estimator that follows its conventions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import ref

from ai_power_export.facts import plain
from ai_power_export.observe.data.marks import Mark, mark_of, seen_before
from ai_power_export.observe.data.shape import as_table, class_path, describe_data
from ai_power_export.observe.frameworks.estimators import Estimator, Estimators, part_of, scores_accuracy
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint, nothing

FITS = frozenset({"fit", "fit_predict", "fit_transform", "partial_fit"})
ANSWERS = frozenset(
    {
        *("predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples"),
        *("kneighbors", "transform"),
    }
)
SEEN_AGAIN = FITS | ANSWERS
"""Methods after which a fitted estimator can say what it is."""
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

SCORE = "score"
METRICS = {"accuracy_score": ("normalize", True), "classification_report": ("output_dict", False)}
"""The watched metrics, with the parameter that is true where they return the accuracy, and its default."""

REMEMBERED = 64
"""Pieces of data that are remembered by number, to know them again."""


class ScikitLearnReader:
    """Reads calls of estimators, of functions that take estimators, and of metrics."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._estimators = Estimators()
        self._fitted_data: deque[Mark] = deque(maxlen=REMEMBERED)
        self._fitted_targets: deque[Mark] = deque(maxlen=REMEMBERED)
        self._predicted: deque[tuple[Mark, tuple[Part, ...]]] = deque(maxlen=REMEMBERED)

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the estimator; empty for functions."""
        if point.method in FUNCTIONS_OF_MODELS or point.method in METRICS:
            return ""
        return self._estimators.class_of(owner).path

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which estimators, with what values, on what data."""
        if point.method in METRICS:
            return self._read_metric(point, values)
        fits = point.method in FITS or point.method in FUNCTIONS_OF_MODELS
        chain = self._estimators.chain(point.positional(values, 0), fitted=not fits)
        if not chain:
            return UNREADABLE
        data = _data_of(point, values)
        known = ""
        if point.method in FITS and chain[-1].cls.kind == "classification":
            self._fitted_data.append(mark_of(data))
            self._fitted_targets.append(mark_of(values.get("y")))
        elif point.method == SCORE:
            known = self._seen_before(data, values.get("y")) or _unread(point)
        last = chain[-1]
        return Reading(
            tuple(map(part_of, chain)),
            describe_data(data),
            _does(point.method),
            known,
            _gives_accuracy(point.method, values, chain),
            settled=not (fits and any(estimator.cls.is_search for estimator in chain)),
            about=ref(last.instance) if last.cls.tell is not None and point.method in SEEN_AGAIN else nothing,
        )

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what a call gave back: an accuracy, and what a search chose."""
        if point.method in FITS:
            parts = self._told(reading, in_pieces=point.method == "partial_fit")
            return Outcome(parts=parts) if reading.settled else self._of_search(reading, result)
        if point.method == "predict":
            self._predicted.append((mark_of(result), reading.parts))
        if reading.does is Doing.ANSWERS:
            is_table = reading.data is not None and reading.data.data_type == "tabular"
            if type(result) is tuple:  # distances and neighbours, one row each of every row that went in
                result = next(iter(result), None)
            answers = as_table(describe_data(result)) if is_table else None
            return Outcome(parts=self._told(reading), output=answers)
        return Outcome(_accuracy(result)) if reading.gives_accuracy else NOTHING

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned: half-fitted estimators have nothing to tell."""
        return NOTHING

    def _read_metric(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        truth, predicted = values.get("y_true"), values.get("y_pred")
        parts, others = self._who_answered(predicted), self._who_answered(truth)
        name, default = METRICS[point.method]
        # How far two answers agree is the accuracy of neither.
        is_share = values.get(name, default) is True and not (parts and others)
        if others and not parts:  # given the other way round, which is the same to an accuracy
            truth, parts = predicted, others
        known = seen_before(mark_of(truth), self._fitted_targets) or _unread(point)
        return Reading(parts, describe_data(truth), Doing.MEASURES, known, is_share)

    def _seen_before(self, data: Any, targets: Any) -> str:
        """Compare data and targets with those of the fits: rows transformed anew keep their targets."""
        words = [seen_before(mark_of(data), self._fitted_data)]
        if targets is not None:
            words.append(seen_before(mark_of(targets), self._fitted_targets))
        return "same" if "same" in words else "alike" if set(words) == {"alike"} else ""

    def _who_answered(self, predicted: Any) -> tuple[Part, ...]:
        """Return the parts of the model that gave these very answers; nothing of others."""
        wanted = mark_of(predicted)
        return next((parts for mark, parts in reversed(self._predicted) if mark.is_same(wanted)), ())

    def _told(self, reading: Reading, *, in_pieces: bool = False) -> tuple[Part, ...] | None:
        """Return the parts with what a fitted estimator says of itself, of a pipeline its last step."""
        estimator = reading.about()
        if estimator is None:
            return None
        *holders, part = reading.parts
        trained = reading.does is Doing.TRAINS
        return (*holders, self._estimators.told(estimator, part, trained=trained, in_pieces=in_pieces))

    def _of_search(self, reading: Reading, result: Any) -> Outcome:
        """Read a fitted search: the best estimator's values and its mean accuracy over the folds."""
        chain = self._estimators.chain(result, fitted=True)
        fitted = next((estimator.attributes for estimator in chain if estimator.cls.is_search), {})
        accuracy = _accuracy(fitted.get("best_score_")) if reading.gives_accuracy else None
        if "best_estimator_" not in fitted:
            return Outcome(accuracy)
        *holders, part = map(part_of, chain)
        return Outcome(accuracy, (*holders, self._estimators.told(chain[-1].instance, part, trained=True)))


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


def _gives_accuracy(method: str, values: Mapping[str, Any], chain: Sequence[Estimator]) -> bool:
    """Tell whether what a call returns, or leaves as a search's best score, is the accuracy."""
    if method in ("cross_val_score", "cross_validate"):
        return scores_accuracy(chain, values.get("scoring"))
    if method == SCORE or (method == "fit" and any(estimator.cls.is_search for estimator in chain)):
        return scores_accuracy(chain, None)
    return False


def _accuracy(result: Any) -> float | None:
    """Return the accuracy that a call gave back, the mean of several folds' ones."""
    if type(result) is dict:
        names = ("test_score", "test_accuracy", "accuracy")
        result = next((result[name] for name in names if name in result), None)
    if class_path(type(result)) == "numpy.ndarray" and result.ndim == 1 and result.dtype.kind == "f":
        result = result.mean() if result.size else None
    value = plain(result)
    return value if type(value) is float and 0 <= value <= 1 else None
