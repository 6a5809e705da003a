"""Looks at a live Keras 3 model: its layers, weights and number format, whatever the backend.

Only attributes that objects hold themselves are read: no property, no method of a model or layer
is called, since any of them may be the user's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.own_code import computed_by
from ai_power_export.observe.observation import Part

MODEL = "keras.src.models.model.Model"
"""What all models inherit from."""
INPUT = "keras.src.layers.core.input_layer.InputLayer"
EMBEDDING = "keras.src.layers.core.embedding.Embedding"
BILLION = 1e9
"""`parametersNumber` is in billions."""
MOST_LAYERS = 5_000
"""Layers that are looked at; a network with more is left undescribed."""

NUMBER_FORMATS = {"float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
"""The format's word by the number format that a layer computes in."""


@dataclass(frozen=True)
class Network:
    """What a live model says of itself."""

    state: tuple[int, ...] = ()
    """What tells whether it has changed since."""
    layers: Mapping[str, int] = field(default_factory=dict)
    """Class paths of all layers, those within layers too, and what their code computes (`own_layers`), with
    how many there are of each."""
    said: Mapping[str, JsonValue] = field(default_factory=dict)
    """Fields of the report's `algorithms` that it settles."""
    ids: frozenset[int] = frozenset()
    """`id` of the model and of each layer."""
    words: int | None = None
    """Size of the vocabulary of its first embedding; None without one."""
    output_shape: tuple[int | None, ...] | None = None
    """Shape of one output item; None where there are several outputs, or it is not known yet."""
    input_shape: tuple[int | None, ...] | None = None
    """The same of its input."""

    @property
    def sees_images(self) -> bool:
        """Whether it has a layer that is made for images."""
        from ai_power_export.vocabulary.catalogue import load_catalogue

        entries = (load_catalogue().entry(path) for path in self.layers)
        return any(entry is not None and entry.modality == "image" for entry in entries)


def inherits(instance: object, path: str) -> bool:
    """Tell whether the class of an object is, or inherits from, the one of a class path."""
    return any(class_path(base) == path for base in type(instance).__mro__)


def bases_of(instance: object) -> tuple[str, ...]:
    """Return the class paths of what the class of an object inherits from, nearest first."""
    return tuple(class_path(base) for base in type(instance).__mro__[1:-1])


def read_network(model: object, known: Network | None = None) -> Network:
    """Return what is to be seen of a model; of one that is not built yet there is less.

    Args:
        model: A model.
        known: What it said before, to be returned if it has not changed.
    """
    state = _state(model)
    if known is not None and known.state == state:
        return known
    found = list(_all_layers(model))
    layers = [layer for layer, _ in found if class_path(type(layer)) != INPUT]
    if len(layers) >= MOST_LAYERS:
        return Network(state)
    own = [layer for layer, listed in found if listed and class_path(type(layer)) != INPUT]
    weights = list(_weights([model, *layers]))
    said: dict[str, JsonValue] = {
        "parametersNumber": _parameters_number(weights),
        "layersNumber": len(own) or None,
        "quantization": _number_format(layers) if weights else None,
    }
    return Network(
        state,
        _counted(model, layers),
        {name: value for name, value in said.items() if value is not None},
        frozenset(map(id, [model, *layers])),
        next((_words(layer) for layer in layers if class_path(type(layer)) == EMBEDDING), None),
        _shape_at(model, "_outputs"),
        _shape_at(model, "_inputs"),
    )


def describe_network(model: object, part: Part) -> Part:
    """Describe a model that a loop of PyTorch's trains: PyTorch's own modules in it are no layers."""
    network = read_network(model)
    return replace(part, said=network.said, layers=network.layers)


def _counted(model: object, layers: list[object]) -> dict[str, int]:
    """Count the classes of layers, and what the program's own classes compute."""
    computed = (word for each in [model, *layers] for word in computed_by(type(each)))
    return dict(Counter([*(class_path(type(layer)) for layer in layers), *computed]))


def _state(model: object) -> tuple[int, ...]:
    """Return numbers that change when a model is built, gets or loses layers, or is quantised."""
    held = map(attributes_of, _held(model))
    return tuple(id(each.get("_dtype_policy")) + bool(each.get("built")) for each in held)


def layers_with_weights(model: object) -> Iterator[object]:
    """Yield the layers that hold weights themselves, in the order in which they were tracked."""
    for layer, _ in _all_layers(model):
        if next(_weights([layer]), None) is not None:
            yield layer


def _all_layers(model: object) -> Iterator[tuple[object, bool]]:
    """Yield each layer of a model once, and whether the summary of the model lists it.

    As `summary(expand_nested=True)` does, a layer that holds others is one, a model
    within the model is as many as it has.
    """
    seen = {id(model)}
    waiting = [(layer, True) for layer in reversed(_held(model))]
    while waiting and len(seen) <= MOST_LAYERS:
        layer, listed = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        is_model = inherits(layer, MODEL)
        if not is_model:
            yield layer, listed
        waiting += [(inner, listed and is_model) for inner in reversed(_held(layer))]


def _held(layer: object) -> list[Any]:
    held = attributes_of(layer).get("_layers")
    return list(held) if isinstance(held, list) else []


def _weights(layers: list[object]) -> Iterator[object]:
    """Yield each weight once; the states of random generators and metrics are none."""
    seen: set[int] = set()
    for layer in layers:
        attributes = attributes_of(layer)
        for name in ("_trainable_variables", "_non_trainable_variables"):
            for weight in attributes.get(name) or ():
                if id(weight) not in seen:
                    seen.add(id(weight))
                    yield weight


def _parameters_number(weights: list[object]) -> float | None:
    """Return the number of parameters in billions; None unless each weight knows its shape."""
    shapes = [attributes_of(weight).get("_shape") for weight in weights]
    if not shapes or not all(_is_known(shape) for shape in shapes):
        return None
    count: int = sum(math.prod(shape) for shape in shapes if shape is not None)
    return count / BILLION


def _is_known(shape: object) -> bool:
    return isinstance(shape, tuple) and all(type(size) is int for size in shape)


def _number_format(layers: list[object]) -> str | None:
    """Return what weights are quantised to, else what layers compute in.

    Some layers of a network of mixed precision stay in `float32`.
    """
    policies = [attributes_of(attributes_of(layer).get("_dtype_policy")) for layer in layers]
    modes = {policy.get("_quantization_mode") for policy in policies} - {None}
    if modes:
        mode = modes.pop()
        return mode if not modes and type(mode) is str else None
    formats = {NUMBER_FORMATS.get(str(policy.get("_compute_dtype")), "") for policy in policies}
    found = (formats - {"fp32"}) or formats
    return found.pop() or None if len(found) == 1 else None


def _words(embedding: object) -> int | None:
    size = attributes_of(embedding).get("input_dim")
    return size if type(size) is int else None


def _shape_at(model: object, end: str) -> tuple[int | None, ...] | None:
    functional = attributes_of(model)
    if "_outputs" not in functional:  # PyTorch's modules keep the modules that they hold elsewhere
        modules = functional.get("_modules")
        inner = functional.get("_functional") or (
            modules.get("_functional") if type(modules) is dict else None
        )
        functional = attributes_of(inner)
    held = functional.get(end)
    shape = attributes_of(held[0]).get("_shape") if type(held) is list and len(held) == 1 else None
    return shape[1:] if isinstance(shape, tuple) else None
