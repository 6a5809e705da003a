"""Describes live PyTorch networks as parts of a call: class, size, layers, what their family adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.networks import Network, is_module, measure, unwrap
from ai_power_export.observe.observation import Part

__all__ = ["FAMILIES", "are_built_alike", "is_module", "measure", "network_part", "unwrap"]

BILLION = 1e9
"""`parametersNumber` is in billions."""

FAMILIES: dict[str, str] = {
    "diffusers.models.modeling_utils.ModelMixin": "diffusers_pipelines:describe_network",
    "keras.src.models.model.Model": "keras_models:describe_network",
    "peft.peft_model.PeftModel": "hugging_face_models:describe_adapted",
    "transformers.modeling_utils.PreTrainedModel": "hugging_face_models:describe_model",
    "sentence_transformers.base.model.BaseModel": "sentence_transformers:describe_model",
}
"""Who adds what a family of modules says of itself: `module:function` of this room by the class path of
its base. The function takes a module and the `Part` read so far, and returns the `Part` to use."""

_LINEAR = "torch.nn.modules.linear.Linear"
_SIZE = ("parametersNumber", "layersNumber")
_CLASS_MAKERS = ("torch.distributed.fsdp.", "torch.nn.utils.parametrize")
"""Modules of PyTorch that give a module a class made on the spot, which inherits from its own."""


def network_part(
    module: Any,
    *,
    kind: str = "",
    parameters: Mapping[str, JsonValue] | None = None,
    defaults: tuple[str, ...] = (),
    said: Mapping[str, JsonValue] | None = None,
) -> Part:
    """Describe a network.

    Args:
        module: A live `torch.nn.Module`, also in a carrier that `unwrap` knows.
        kind: What it is for, in the vocabulary's words.
        parameters: Hyperparameters of what is done with it.
        defaults: Those among them that have their default value.
        said: Fields of the format's `algorithms` that win over what is measured here.

    Returns:
        Its class, its size (`parametersNumber` in billions) and its layers.
    """
    network, inner = measure(module), unwrap(module)
    cls = _own_class(type(inner))
    fields: dict[str, JsonValue] = {
        "parametersNumber": network.parameters / BILLION if network.parameters else None,
        "layersNumber": network.layers_number or None,
        "quantization": network.number_format or None,
    }
    part = Part(
        class_path(cls),
        tuple(class_path(base) for base in cls.__mro__[1:-1]),
        kind,
        dict(parameters or {}),
        defaults,
        said={name: value for name, value in fields.items() if value is not None},
        layers=_telling(network),
        is_model=True,
    )
    part = _by_family(inner, part)
    return replace(part, said={**part.said, **said}) if said else part


def are_built_alike(one: Part, other: Part) -> bool:
    """Tell whether two networks have the same class, layers and number of weights, as copies of one have."""
    return (
        one.class_path == other.class_path
        and one.layers == other.layers
        and all(one.said.get(name) == other.said.get(name) for name in _SIZE)
    )


def _by_family(module: Any, part: Part) -> Part:
    where = next((FAMILIES[path] for path in (part.class_path, *part.bases) if path in FAMILIES), None)
    if where is None:
        return part
    name, _, function = where.partition(":")
    add: Callable[[Any, Part], Part] = getattr(import_module(f"{__package__}.{name}"), function)
    return add(module, part)


def _telling(network: Network) -> Mapping[str, int]:
    """Return the layers where they tell an architecture: one linear layer alone is no perceptron."""
    alone = network.layers_number == 1 and _LINEAR in network.layers
    return {} if alone else network.layers


def _own_class(cls: type) -> type:
    """Return the class that the user knows a module by."""
    return next((base for base in cls.__mro__ if not base.__module__.startswith(_CLASS_MAKERS)), cls)
