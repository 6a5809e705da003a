"""Reads the calls of CatBoost: of its models, which are no scikit-learn estimators, and of `train` and `cv`.

Parameters that the user gave keep the names the user gave them. What CatBoost
chose itself, such as the learning rate, it tells when the training has ended.
"""

from __future__ import annotations

import struct
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.marks import Mark, mark_of, seen_before
from ai_power_export.observe.data.shape import as_table, class_path, describe_data
from ai_power_export.observe.frameworks.boosting import given_settings, kind_of_objective
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint

FUNCTIONS = frozenset({"train", "cv"})
FITS = frozenset({"fit", "grid_search", "randomized_search"})
SEARCHES = {"grid_search": "gridSearch", "randomized_search": "randomSearch"}
"""Methods that look for parameters and train with the best, and the format's word for how."""
SCORE = "score"

BASE = "catboost.core.CatBoost"
SCORED_BY_ACCURACY = "catboost.core.CatBoostClassifier"
"""The class whose `score` is the accuracy."""

SYNONYMS = {
    "colsample_bylevel": "rsm",
    "early_stopping_rounds": "od_wait",
    "eta": "learning_rate",
    "max_bin": "border_count",
    "max_depth": "depth",
    "n_estimators": "iterations",
    "num_boost_round": "iterations",
    "num_leaves": "max_leaves",
    "num_trees": "iterations",
    "min_child_samples": "min_data_in_leaf",
    "objective": "loss_function",
    "random_state": "random_seed",
    "reg_lambda": "l2_leaf_reg",
}
"""Other names of parameters: https://catboost.ai/docs/en/references/training-parameters/common"""

LARGEST_SINGLE = 3.4e38
"""What single precision can hold."""

REMEMBERED = 64
"""Pieces of data that are remembered, to know them again."""


class CatBoostReader:
    """Reads calls of models, and of the functions that train one."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._fitted_data: deque[Mark] = deque(maxlen=REMEMBERED)
        self._made: deque[tuple[weakref.ref[Any], Part]] = deque(maxlen=REMEMBERED)
        """The models that `train` made, which go by its name; CatBoost's models are not hashable."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the model; empty for functions."""
        return "" if point.method in FUNCTIONS else class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which model, with what values, on what data."""
        if point.method in FUNCTIONS:
            return _read_function(point.method, values)
        model, data = point.positional(values, 0), values.get("X", values.get("data"))
        made = (part for reference, part in self._made if reference() is model)
        part = next(made, None) or _part_of(model, point.method)
        if point.method in FITS:
            self._fitted_data.append(mark_of(data))
            return Reading((part,), describe_data(data), Doing.TRAINS, about=weakref.ref(model))
        if point.method == SCORE:
            known, is_share = seen_before(mark_of(data), self._fitted_data), _scores_accuracy(type(model))
            return Reading((part,), describe_data(data), Doing.EVALUATES, known, is_share)
        return Reading((part,), describe_data(data), Doing.ANSWERS)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what a call gave back, and what a training settled."""
        if point.method in FITS or point.method == "train":
            model = result if point.method == "train" else reading.about()
            part = _settled(reading.parts[0], model)
            if point.method == "train":
                self._made.append((weakref.ref(model), part))
            return Outcome(parts=(part,))
        if point.method == "cv":
            return NOTHING
        if point.method != SCORE:
            return Outcome(output=as_table(describe_data(result)))
        accuracy = plain(result) if reading.gives_accuracy else None
        return Outcome(accuracy if type(accuracy) is float and 0 <= accuracy <= 1 else None)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned."""
        return NOTHING


def _read_function(method: str, values: Mapping[str, Any]) -> Reading:
    """Read a call of `train` or `cv`, whose arguments have two names each."""
    pool = values.get("pool") if values.get("pool") is not None else values.get("dtrain")
    given = given_settings(values.get("params"))
    for name in ("iterations", "num_boost_round", "early_stopping_rounds"):
        if type(values.get(name)) is int:
            given[name] = values[name]
    part = Part(f"catboost.{method}", (), _kind(given), given, is_model=True)
    return Reading((part,), describe_data(pool), Doing.TRAINS)


def _part_of(model: Any, method: str) -> Part:
    cls = type(model)
    given = given_settings(attributes_of(model).get("_init_params"))
    said: dict[str, JsonValue] = {"optimizer": SEARCHES[method]} if method in SEARCHES else {}
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    return Part(class_path(cls), bases, _kind(given), given, said=said, is_model=True)


def _settled(part: Part, model: Any) -> Part:
    """Add the values that a trained model tells of all its parameters; those not given are its defaults."""
    base = next((base for base in type(model).__mro__ if class_path(base) == BASE), None)
    if base is None:
        return part
    settled = {name: _shortest(value) for name, value in base.get_all_params(model).items()}  # type: ignore[attr-defined]
    given = {**part.parameters}
    if "optimizer" in part.said:
        given |= given_settings(attributes_of(model).get("_init_params"))
    named = {SYNONYMS.get(name, name) for name in given}
    others = {
        name: value
        for name, value in settled.items()
        if name not in named and type(value) in (bool, int, float, str)
    }
    kind = part.kind or _kind(settled)
    return replace(part, kind=kind, parameters={**given, **others}, defaults=tuple(others))


def _kind(parameters: Mapping[str, Any]) -> str:
    return kind_of_objective(parameters.get("loss_function", parameters.get("objective")))


def _scores_accuracy(cls: type) -> bool:
    scored_by = next((class_path(base) for base in cls.__mro__ if SCORE in vars(base)), "")
    return scored_by == SCORED_BY_ACCURACY


def _shortest(value: Any) -> Any:
    """Write a number that CatBoost keeps in single precision as short as it was: 0.03, not 0.0299999993."""
    if type(value) is not float or not 0 < abs(value) < LARGEST_SINGLE:
        return value
    single = _single(value)
    if abs(single - value) > 1e-14 * abs(value):
        return value  # it is kept in double precision
    return next(short for digits in range(6, 10) if _single(short := float(f"{value:.{digits}g}")) == single)


def _single(value: float) -> float:
    number: float = struct.unpack("f", struct.pack("f", value))[0]
    return number
