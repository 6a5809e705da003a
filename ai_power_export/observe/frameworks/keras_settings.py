"""Reads the values that a training of Keras is told: its optimizer's, and the arguments of `fit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import (
    attributes_of,
    constructor_defaults,
    given_values,
    is_plain,
)
from ai_power_export.observe.frameworks.keras_compiled import loss_name, rounded
from ai_power_export.observe.frameworks.keras_models import inherits
from ai_power_export.vocabulary.naming import camel_case

OPTIMIZER = "keras.src.optimizers.base_optimizer.BaseOptimizer"
"""What all optimizers inherit from."""
OPTIMIZERS = "keras.src.optimizers."
BASES = frozenset({"BaseOptimizer", "Optimizer"})
WORDS = {"RMSprop": "rmsprop"}
"""What an optimizer is called in the catalogue, unless it is its class's name in camelCase."""
SCHEDULE = "keras.src.optimizers.schedules.learning_rate_schedule.LearningRateSchedule"
VARIABLES = tuple(f"keras.src.backend.common.variables.{name}" for name in ("Variable", "KerasVariable"))
"""What variables of all backends inherit from; the second name is that of older versions (3.0.5, 3.6.0)."""
EARLY_STOPPING = "keras.src.callbacks.early_stopping.EarlyStopping"

ARGUMENTS = ("epochs", "batch_size", "validation_split", "steps_per_epoch")
"""Arguments of `fit` that are hyperparameters."""
BATCH_SIZE = 32
"""What Keras documents for arrays where no `batch_size` is given."""
MOST_CALLBACKS = 32


def optimizer_of(model: object) -> object:
    """Return the optimizer of a compiled model, without the one that only scales the loss for it."""
    optimizer = attributes_of(model).get("optimizer")
    if not inherits(optimizer, OPTIMIZER):
        return None
    inner = attributes_of(optimizer).get("inner_optimizer")
    return inner if inherits(inner, OPTIMIZER) else optimizer


def optimizer_word(optimizer: object) -> str:
    """Return the report's word for an optimizer, by the first class of Keras that it is or inherits from."""
    names = [base.__name__ for base in type(optimizer).__mro__ if base.__module__.startswith(OPTIMIZERS)]
    name = next((name for name in names if name not in BASES), type(optimizer).__name__)
    return WORDS.get(name) or camel_case(name) if optimizer is not None else ""


def learning_rate_of(optimizer: object) -> JsonValue:
    """Return the learning rate as it is now; of a schedule the initial one."""
    held = attributes_of(optimizer).get("_learning_rate")
    if inherits(held, SCHEDULE):
        return plain(attributes_of(held).get("initial_learning_rate"))
    if any(inherits(held, path) for path in VARIABLES):
        held = attributes_of(held).get("_value")
    item = getattr(held, "item", None) if class_path(type(held)) in _SCALARS else None
    value = item() if item is not None else plain(held)
    return rounded(value) if type(value) is float else None


_SCALARS = frozenset(
    {
        "jaxlib._jax.ArrayImpl",
        "jaxlib.xla_extension.ArrayImpl",
        "numpy.ndarray",
        "torch.Tensor",
        "torch.nn.parameter.Parameter",
    }
)
"""Where the backends hold a number, each with a method `item`."""


def optimizer_values(optimizer: object, learning_rate: JsonValue) -> tuple[dict[str, JsonValue], list[str]]:
    """Return an optimizer's parameters, and the names of those left at their default."""
    defaults = {
        name: value for name, value in constructor_defaults(type(optimizer)).items() if name != "name"
    }
    attributes = {**attributes_of(optimizer), "learning_rate": learning_rate}
    given, opaque = given_values(defaults.items(), attributes)
    kept = {name: plain(value) for name, value in defaults.items() if is_plain(value)}
    values = {name: value for name, value in {**kept, **given}.items() if name not in opaque}
    if learning_rate is None:
        values.pop("learning_rate", None)  # there is one, but what it is could not be read
    return values, [name for name in values if name not in given]


def training_values(
    model: object, learning_rate: JsonValue, arguments: Mapping[str, Any], *, default_batches: bool
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return what a training is told by name, and the names of what was left at its default.

    Args:
        model: The compiled model.
        learning_rate: The one that its optimizer began with.
        arguments: Those of the call.
        default_batches: Whether Keras cuts the data into batches of its own size unless told another.
    """
    values, defaults = optimizer_values(optimizer_of(model), learning_rate)
    told: dict[str, JsonValue] = {"loss": loss_name(attributes_of(model).get("loss"))}
    told |= {name: plain(arguments.get(name)) for name in ARGUMENTS}
    values |= {name: value for name, value in told.items() if value}
    if default_batches and "batch_size" not in values:
        values["batch_size"] = BATCH_SIZE
        defaults.append("batch_size")
    patience = _patience(arguments.get("callbacks"))
    return {**values, **({} if patience is None else {"early_stopping_patience": patience})}, tuple(defaults)


def _patience(callbacks: object) -> JsonValue:
    """Return for how many epochs without improvement a training goes on; None where it never stops early."""
    several = callbacks[:MOST_CALLBACKS] if type(callbacks) in (list, tuple) else [callbacks]  # type: ignore[index]
    for callback in several:
        if class_path(type(callback)) == EARLY_STOPPING:
            return plain(attributes_of(callback).get("patience"))
    return None
