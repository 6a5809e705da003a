"""Reads the native interfaces of XGBoost and LightGBM: `train`, `cv`, rounds of a `Booster` and its answers.

Their scikit-learn estimators are read as all estimators are. The algorithm goes
by the name of the function that trains it, `xgboost.train`; a booster that was
trained elsewhere by its class. A round of boosting is no pass over the data:
each level of a tree reads it, and often only a sample. So there are no epochs.
"""

from __future__ import annotations

import json
import re
import sys
import weakref
from collections.abc import Iterable, Mapping
from inspect import unwrap
from typing import Any, ClassVar

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import as_table, describe_data
from ai_power_export.observe.frameworks.constructors import attributes_of, defaults_of, is_plain
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint, nothing
from ai_power_export.vocabulary.families import KIND_OF_OBJECTIVE

TRAIN, CV = "train", "cv"
ROUNDS = frozenset({"update", "boost"})
"""Methods of a booster that train it by one round: loops of a program's own call them."""

SETTINGS = ("num_boost_round", "early_stopping_rounds")
"""Arguments of a training that are hyperparameters, beside its dict of them."""

_NO_SETTING = re.compile(
    r"(?:^|_)(?:dir|filename|file|key|machines|name|password|path|token|url)$"
    r"|^(?:data|input_model|output_model|output_result|valid)$"
)
"""Names of parameters that say where something is, not how to learn."""


class _NativeReader:
    """Reads calls of the functions that train, and of boosters."""

    reads_inside: frozenset[str] = frozenset()

    library: ClassVar[str]
    module: ClassVar[str]
    """Where the functions that train are defined."""
    data: ClassVar[str]
    """Their parameter for the data."""
    rounds: ClassVar[frozenset[str]]
    """Parameters that set the number of rounds instead of the argument."""

    def __init__(self) -> None:
        self._parts: weakref.WeakKeyDictionary[Any, Part] = weakref.WeakKeyDictionary()
        """What is known of boosters."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Say nothing of calls inside others: they are their work."""
        return ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a training's parameters and data, or what a booster is asked."""
        if point.method in (TRAIN, CV):
            data = values.get(self.data)
            about = nothing if data is None else weakref.ref(data)
            return Reading(
                (self._training(point.method, values),), describe_data(data), Doing.TRAINS, about=about
            )
        booster, data = (point.positional(values, index) for index in (0, 1))
        if point.method in ROUNDS:
            data = attributes_of(booster).get("train_set") if data is None else data
            # What it is for is settled by the round.
            part = self._parts.get(booster, Part(f"{self.library}.Booster", is_model=True))
            return Reading((part,), describe_data(data), Doing.TRAINS, about=weakref.ref(booster))
        return Reading((self._part(booster),), describe_data(data), Doing.ANSWERS)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Remember the booster that a training returned; describe data that its library has read now."""
        if point.method in ROUNDS:
            return Outcome(parts=(self._part(reading.about()),))
        if point.method not in (TRAIN, CV):
            return Outcome(output=as_table(describe_data(result)))
        if point.method == TRAIN:
            self._parts[result] = reading.parts[0]
        return NOTHING if reading.data is not None else Outcome(data=describe_data(reading.about()))

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned."""
        return NOTHING

    def _part(self, booster: Any) -> Part:
        """Return what is known of a booster, which says itself what it is for."""
        if booster not in self._parts:
            self._parts[booster] = Part(f"{self.library}.Booster", kind=self.kind_of(booster), is_model=True)
        return self._parts[booster]

    def _training(self, method: str, values: Mapping[str, Any]) -> Part:
        given = _pairs(values.get("params"))
        parameters = given_settings(given)
        defaults = defaults_of(unwrap(vars(sys.modules[self.module])[method]))
        untouched = []
        for name in SETTINGS:
            usual = defaults.get(name)
            value = values.get(name, usual)
            if type(value) is int and not (name == SETTINGS[0] and self.rounds & given.keys()):
                parameters[name] = value
                untouched += [name] if value == usual else []
        kind = self.trained_kind(given, values)
        return Part(f"{self.library}.{method}", (), kind, parameters, tuple(untouched), is_model=True)

    def trained_kind(self, given: Mapping[str, Any], values: Mapping[str, Any]) -> str:
        """Return what a training with these parameters is for."""
        raise NotImplementedError

    def kind_of(self, booster: Any) -> str:
        """Return what a booster is for that was trained elsewhere."""
        raise NotImplementedError


class XGBoostReader(_NativeReader):
    """Reads `xgboost.train`, `xgboost.cv` and `xgboost.Booster`."""

    library, module, data = "xgboost", "xgboost.training", "dtrain"
    rounds = frozenset()

    def trained_kind(self, given: Mapping[str, Any], values: Mapping[str, Any]) -> str:
        """Return what the objective is for; without one it is `reg:squarederror`.

        A function of the user's tells nothing, nor does a model that is trained on, which brings its own.
        """
        if values.get("obj") is not None:
            return ""
        if "objective" not in given and values.get("xgb_model") is not None:
            return ""
        return kind_of_objective(given.get("objective", "reg:squarederror"))

    def kind_of(self, booster: Any) -> str:
        """Return what the booster's objective is for, unless that is what an objective of a user's leaves."""
        name = json.loads(booster.save_config())["learner"]["objective"]["name"]
        return "" if name == "reg:squarederror" else kind_of_objective(name)


class LightGBMReader(_NativeReader):
    """Reads `lightgbm.train`, `lightgbm.cv` and `lightgbm.Booster`."""

    library, module, data = "lightgbm", "lightgbm.engine", "train_set"
    rounds = frozenset(
        {
            *("max_iter", "n_estimators", "n_iter", "nrounds", "num_boost_round", "num_iteration"),
            *("num_iterations", "num_round", "num_rounds", "num_tree", "num_trees"),
        }
    )
    """https://lightgbm.readthedocs.io/en/stable/Parameters.html#num_iterations"""

    _objective = ("objective", "objective_type", "app", "application", "loss")
    """https://lightgbm.readthedocs.io/en/stable/Parameters.html#objective"""

    def trained_kind(self, given: Mapping[str, Any], values: Mapping[str, Any]) -> str:
        """Return what the objective is for; without one it is `regression`, if no file has one."""
        usual = "" if "config" in given else "regression"
        return kind_of_objective(next((given[name] for name in self._objective if name in given), usual))

    def kind_of(self, booster: Any) -> str:
        """Return what the objective is for that the booster's text names."""
        text = booster.model_to_string(num_iteration=1)
        found = re.search(r"^objective=(\w+)", text, re.MULTILINE)
        return kind_of_objective(found.group(1)) if found else ""


def kind_of_objective(objective: object) -> str:
    """Return what an objective of a boosting library is for; empty where that is not known."""
    return KIND_OF_OBJECTIVE.get(objective.partition(":")[0].lower(), "") if type(objective) is str else ""


def _pairs(params: Any) -> dict[str, Any]:
    """Return a training's parameters, given as a dict or as pairs."""
    if type(params) is dict:
        return dict(params)
    pairs: Iterable[Any] = params if type(params) in (list, tuple) else ()
    return {pair[0]: pair[1] for pair in pairs if type(pair) is tuple and len(pair) == 2}


def given_settings(params: Any) -> dict[str, JsonValue]:
    """Copy the parameters of a training that say how to learn and have plain values."""
    return {
        name: plain(value)
        for name, value in _pairs(params).items()
        if type(name) is str and value is not None and is_plain(value) and not _NO_SETTING.search(name)
    }
