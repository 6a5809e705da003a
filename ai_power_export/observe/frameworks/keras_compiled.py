"""Reads what a Keras 3 model was compiled with: its loss and metrics, and what its history says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ai_power_export.facts import plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.vocabulary.families import KIND_OF_LOSS

OPTIMIZER = "keras.src.optimizers.base_optimizer.BaseOptimizer"
"""What all optimizers inherit from."""
SCHEDULE = "keras.src.optimizers.schedules.learning_rate_schedule.LearningRateSchedule"
VARIABLE = "keras.src.backend.common.variables.Variable"
LOSS_MODULE = "keras.src.losses"

ACCURACIES = frozenset(
    {"accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"}
)
"""Keras's names of metrics that are the share of right answers."""
ACCURACY_CLASSES = frozenset(
    f"keras.src.metrics.accuracy_metrics.{name}"
    for name in ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy")
)
FLOAT32_DIGITS = 7
"""Significant decimal digits that a float32 keeps."""

KIND_BY_SHORT_NAME = {"crossentropy": "classification", "ce": "classification"}
"""Names by which Keras itself chooses among its crossentropies."""

FLOAT32_DIGITS = 7
"""Significant decimal digits that a float32 keeps: 0.001 comes back as 0.0010000000474974513."""

# ---- loss --------------------------------------------------------------------------------------


def loss_name(loss: object) -> str:
    """Return Keras's name of a loss of its own; empty for one of the user's, or several."""
    if type(loss) is str:
        return loss
    named = loss if hasattr(type(loss), "__get__") else type(loss)  # a function, or an object of a class
    module, name = getattr(named, "__module__", ""), getattr(named, "__name__", "")
    return name if type(module) is str and module.startswith(LOSS_MODULE) else ""


def kind_of_loss(loss: object) -> str:
    """Return what a model is for that minimises a loss; of several only where all say the same."""
    if type(loss) in (list, tuple, dict):
        several = loss.values() if isinstance(loss, dict) else loss
        kinds = {kind_of_loss(each) for each in several if each is not None}  # type: ignore[attr-defined]
        return kinds.pop() if len(kinds) == 1 else ""
    name = loss_name(loss).lower().replace("_", "")
    return KIND_OF_LOSS.get(name) or KIND_BY_SHORT_NAME.get(name, "")


# ---- metrics -----------------------------------------------------------------------------------


def _compiled(model: object) -> list[tuple[str, str, bool]]:
    """Return the compiled metrics in their order: output's name, own name, whether it is the accuracy."""
    compiled = attributes_of(attributes_of(model).get("_compile_metrics"))
    found = []
    for group in (*(compiled.get("_flat_metrics") or ()), *(compiled.get("_flat_weighted_metrics") or ())):
        attributes = attributes_of(group)
        for metric in attributes.get("metrics") or ():
            name = attributes_of(metric).get("name")
            if type(name) is str:
                is_accuracy = name in ACCURACIES or class_path(type(metric)) in ACCURACY_CLASSES
                found.append((attributes.get("output_name") or "", name, is_accuracy))
    return found


def _accuracy_name(model: object) -> str:
    """Return the key under which a model's logs hold the accuracy; empty if there is none, or several.

    Numbers that are hit exactly are no measure of a regression.
    """
    if kind_of_loss(attributes_of(model).get("loss")) == "regression":
        return ""
    compiled = _compiled(model)
    keys = [f"{output}_{name}" if output else name for output, name, is_accuracy in compiled if is_accuracy]
    if not compiled:  # a training step of the user's may name one
        return "accuracy"
    named = [key for key in keys if key in ("accuracy", "acc")]
    return (named or keys)[0] if len(keys) == 1 or len(named) == 1 else ""


def has_accuracy(model: object) -> bool:
    """Tell whether a model was compiled with an accuracy, which is made only with its first step."""
    asked = attributes_of(attributes_of(model).get("_compile_metrics")).get("_user_metrics")
    several = (
        list(asked.values()) if isinstance(asked, dict) else asked if isinstance(asked, (list, tuple)) else []
    )
    flat = [each for metrics in several for each in (metrics if isinstance(metrics, list) else [metrics])]
    names = [each if type(each) is str else class_path(type(each)) for each in flat]
    return any(name in ACCURACIES or name in ACCURACY_CLASSES for name in names)


def accuracy_in(results: object, model: object) -> float | None:
    """Return the accuracy in what `evaluate` gave back: a dict, or a list in the order of the metrics."""
    key = _accuracy_name(model)
    if type(results) is dict:
        return _share(results.get(key))
    compiled = _compiled(model)
    names = [name for output, name, _ in compiled if not output]
    if type(results) is list and len(names) == len(compiled) and key in names:
        index = 1 + names.index(key)  # the loss comes first
        return _share(results[index]) if index < len(results) else None
    return None


def last_accuracy(logs: Mapping[str, Any], model: object, *, validated: bool) -> float | None:
    """Return the accuracy of the last epoch in a history, on validation data if there were any."""
    name = _accuracy_name(model)
    series = logs.get(f"val_{name}" if validated else name) if name else None
    return _share(series[-1]) if type(series) is list and series else None


def _share(value: object) -> float | None:
    number = plain(value)
    return rounded(number) if type(number) is float and 0 <= number <= 1 else None


def rounded(number: float) -> float | None:
    """Return a float32 as it was written: 0.001 comes back as 0.0010000000474974513."""
    return float(f"{number:.{FLOAT32_DIGITS}g}") if math.isfinite(number) else None


# ---- history -----------------------------------------------------------------------------------

HISTORY = "keras.src.callbacks.history.History"


def history_of(found: object) -> tuple[int, Mapping[str, Sequence[Any]]]:
    """Return how many epochs a history has seen completed, and its logs."""
    attributes = attributes_of(found) if class_path(type(found)) == HISTORY else {}
    epochs, logs = attributes.get("epoch"), attributes.get("history")
    return len(epochs) if type(epochs) is list else 0, logs if type(logs) is dict else {}
