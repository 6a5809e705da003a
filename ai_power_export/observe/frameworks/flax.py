"""Reads what can be seen of a JAX training: Flax's optimizer updates, and the making of Optax's optimizers.

JAX compiles the user's training step and runs it without Python: an update is
heard while its step is traced, once for each compilation. That tells which
network is trained, with what optimizer; not for how long, nor on what data.
"""

from __future__ import annotations

import math
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.flax_doors import OPTIMIZERS
from ai_power_export.observe.frameworks.own_code import computed_by
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint
from ai_power_export.vocabulary.naming import camel_case

PARAMETER = "flax.nnx.variablelib.Param"
MODULES = frozenset({"flax.nnx.module.Module", "flax.linen.module.Module"})
FROZEN_DICT = "flax.core.frozen_dict.FrozenDict"
NUMBER_FORMATS = {"float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
WORDS = {"adamw": "adamW"}
"""What an optimizer is called in the catalogue, unless it is its function's name in camelCase."""

BILLION = 1e9
"""`parametersNumber` is in billions."""
MOST_OBJECTS = 20_000
"""Objects of a network that are looked at."""
MOST_FUNCTIONS = 64
"""Functions within the function of an optimizer that are looked through for a known one."""


class FlaxReader:
    """Reads the updates of `nnx.Optimizer` and `TrainState`, and the making of optimizers."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._optimizers: weakref.WeakKeyDictionary[FunctionType, tuple[str, JsonValue]] = (
            weakref.WeakKeyDictionary()
        )
        """Name and learning rate of an optimizer, by its function `update`."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the optimizer or state; empty for functions."""
        return "" if point.method in OPTIMIZERS else class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which network is updated by which optimizer, or how an optimizer is made."""
        if point.method in OPTIMIZERS:
            rate = plain(point.positional(values, 0))
            part = Part(f"optax.{point.method}", parameters={"learning_rate": rate})
            return Reading((part,), does=Doing.LOADS)
        held = attributes_of(point.positional(values, 0))
        if point.method.endswith("apply_gradients"):
            apply = held.get("apply_fn")
            network = apply.__self__ if type(apply) is MethodType else None
            weights = list(_leaves(held.get("params")))
        else:
            network = point.positional(values, 1)
            weights = [_raw(each) for each in _held(network) if _inherits(each, frozenset({PARAMETER}))]
        if network is None or not _inherits(network, MODULES):
            return UNREADABLE
        name, rate = self._optimizer(held.get("tx"))
        return Reading((_part(network, weights, name, rate),), does=Doing.TRAINS)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Note what an optimizer is that was made."""
        update = _update(result) if point.method in OPTIMIZERS else None
        if update is not None:
            self._optimizers[update] = point.method, reading.parts[0].parameters["learning_rate"]
        return NOTHING

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing: an update has no progress."""
        return NOTHING

    def _optimizer(self, transformation: object) -> tuple[str, JsonValue]:
        """Return name and learning rate of the one optimizer in a chain; nothing of several or none."""
        update = _update(transformation)
        made = [self._optimizers[each] for each in _inside(update) if each in self._optimizers]
        return made[0] if len(made) == 1 else ("", None)


def _part(network: object, weights: list[Any], name: str, rate: JsonValue) -> Part:
    formats = {NUMBER_FORMATS.get(str(weight.dtype), "") for weight in weights}
    size = sum(math.prod(weight.shape) for weight in weights)
    said: dict[str, JsonValue] = {
        "parametersNumber": size / BILLION if size else None,
        "optimizer": WORDS.get(name) or camel_case(name),
        "quantization": formats.pop() if len(formats) == 1 else None,
    }
    cls = type(network)
    return Part(
        class_path(cls),
        tuple(class_path(base) for base in cls.__mro__[1:-1]),
        parameters={} if rate is None else {"learning_rate": rate},
        said={name: value for name, value in said.items() if value not in (None, "")},
        layers=_layers(network),
        is_model=True,
    )


def _layers(network: object) -> dict[str, int]:
    """Return the public class paths of the layers of Flax that a network holds, and what its own compute."""
    classes = [type(each) for each in _held(network) if _inherits(each, MODULES)]
    parts = ((cls.__module__.split("."), cls.__qualname__) for cls in classes)
    layers = Counter(f"flax.{path[1]}.{name}" for path, name in parts if path[0] == "flax" and path[1:])
    layers.update(word for cls in classes for word in computed_by(cls))
    return dict(layers)


def _inherits(instance: object, paths: frozenset[str]) -> bool:
    return any(class_path(base) in paths for base in type(instance).__mro__)


def _held(network: object) -> Iterator[object]:
    """Yield the modules and variables within a network, each once."""
    seen: set[int] = set()
    waiting = [network]
    while waiting and len(seen) < MOST_OBJECTS:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if type(each) in (list, tuple):
            waiting += each  # type: ignore[arg-type]
        elif type(each) is dict:
            waiting += each.values()
        elif _inherits(each, frozenset({PARAMETER})):
            yield each
        elif _inherits(each, frozenset({*MODULES, "flax.nnx.pytreelib.Pytree"})):
            yield each
            waiting += attributes_of(each).values()


def _raw(variable: object) -> Any:
    """Return the array of a variable, past what its class may do when it is asked."""
    return object.__getattribute__(variable, "_raw_value")


def _leaves(tree: object) -> Iterator[Any]:
    """Yield the arrays of a dictionary of parameters."""
    if class_path(type(tree)) == FROZEN_DICT:
        tree = attributes_of(tree).get("_dict")
    if type(tree) is dict:
        for each in tree.values():
            yield from _leaves(each)
    elif type(tree).__module__.startswith(("jax.", "jax._src", "jaxlib.", "numpy")):
        yield tree


def _update(transformation: object) -> FunctionType | None:
    """Return the function by which a transformation of Optax updates."""
    is_one = any(base.__module__.startswith("optax.") for base in type(transformation).__mro__)
    update = transformation[1] if is_one and isinstance(transformation, tuple) else None
    return update if isinstance(update, FunctionType) else None


def _inside(update: FunctionType | None) -> Iterator[FunctionType]:
    """Yield a function and those that it closes over; what is known is not looked into."""
    seen: set[int] = set()
    waiting: list[Any] = [update]
    while waiting and len(seen) < MOST_FUNCTIONS:
        each = waiting.pop()
        if type(each) is tuple:
            waiting += each
        elif isinstance(each, FunctionType) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [cell.cell_contents for cell in each.__closure__ or ()]
