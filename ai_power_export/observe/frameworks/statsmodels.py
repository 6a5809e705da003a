"""Reads the calls of statsmodels: models that are fitted, and what their results predict.

A model holds its data, so that a fit is described by the matrix of regressors
that it was built with (with the constant and what a formula made), a time
series by the series. The parameters are those that were estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from inspect import unwrap
from types import FunctionType
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import DataShape, as_table, class_path, describe_data
from ai_power_export.observe.frameworks.constructors import (
    attributes_of,
    constructor_defaults,
    defaults_of,
    given_values,
)
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint

FITS = frozenset({"fit", "fit_constrained", "fit_regularized"})

FIT_SETTINGS = ("L1_wt", "alpha", "ic", "maxiter", "maxlags", "method", "q")
"""Arguments of a fit that are hyperparameters."""

_NO_SETTING = frozenset({"dates", "endog", "exog", "formula", "freq", "hasconst", "missing"})
"""Arguments of a model's constructor that are its data or say how they come."""

_KINDS = {"statsmodels.tsa.": "forecasting", "statsmodels.duration.": "survivalAnalysis"}
"""What models are for that the catalogue does not know, by where they are defined."""

BILLION = 1e9
"""`parametersNumber` is in billions."""


class StatsmodelsReader:
    """Reads calls of models and of results."""

    reads_inside: frozenset[str] = frozenset()

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of a model that is fitted inside another call; empty for results."""
        return class_path(type(owner)) if point.method in FITS else ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read which model is fitted, on what, or which fitted model predicts."""
        owner = point.positional(values, 0)
        if point.method in FITS:
            return Reading((_part(owner, point.method, values),), _data_of(owner), Doing.TRAINS)
        held = attributes_of(owner)
        model = held.get("model", held.get("_model"))
        if model is None:
            return Reading((), does=Doing.ANSWERS)
        return Reading((_part(model),), as_table(describe_data(values.get("exog"))), Doing.ANSWERS)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read how many parameters were estimated, or what was predicted."""
        if point.method not in FITS:
            return Outcome(output=as_table(describe_data(result)))
        estimated = _estimated(result)
        if not estimated:
            return NOTHING
        part = reading.parts[0]
        return Outcome(parts=(replace(part, said={**part.said, "parametersNumber": estimated / BILLION}),))

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned."""
        return NOTHING


def _part(model: Any, method: str = "", values: Mapping[str, Any] | None = None) -> Part:
    """Describe a model by what its constructor was given and, of a fit, by the arguments."""
    cls = type(model)
    path = class_path(cls)
    known = {name: usual for name, usual in constructor_defaults(cls).items() if name not in _NO_SETTING}
    given, opaque = given_values(known.items(), attributes_of(model))
    parameters = {name: plain(usual) for name, usual in known.items() if name not in opaque} | given
    defaults = [name for name in parameters if name not in given]
    for name, usual in _fit_settings(cls, method).items():
        value = (values or {}).get(name, usual)
        if type(value) in (bool, int, float, str) and name not in parameters:
            parameters[name] = plain(value)
            defaults += [name] if value == usual else []
    said: dict[str, JsonValue] = {"framework": "statsmodels"} if path.startswith("statsmodels.") else {}
    kind = next((kind for start, kind in _KINDS.items() if path.startswith(start)), "")
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    kept = {name: value for name, value in parameters.items() if value is not None}
    untouched = tuple(name for name in defaults if name in kept)
    return Part(path, bases, kind, kept, untouched, said=said, is_model=True)


def _fit_settings(cls: type, method: str) -> dict[str, object]:
    """Return the arguments of a method that are hyperparameters, with their defaults."""
    found = next((vars(base)[method] for base in cls.__mro__ if method in vars(base)), None)
    function = unwrap(found) if callable(found) else None
    defaults = defaults_of(function) if type(function) is FunctionType else {}
    return {name: defaults[name] for name in FIT_SETTINGS if name in defaults}


def _data_of(model: Any) -> DataShape | None:
    held = attributes_of(model)
    exog = held.get("exog")
    return as_table(describe_data(held.get("endog") if exog is None else exog))


def _estimated(result: Any) -> int:
    """Return how many parameters a fit has estimated; 0 where its result does not tell at once."""
    held = attributes_of(result)
    results = held.get("_results")
    params: Any = (held if results is None else attributes_of(results)).get("params")
    is_known = class_path(type(params)) in ("numpy.ndarray", "pandas.Series", "pandas.core.series.Series")
    return int(params.size) if is_known else 0
