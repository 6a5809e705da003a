"""What the configurations of transformers' models, and of PEFT's adapters around them, say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.evidence_names import OWN_WEIGHTS
from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.configurations import settings_of
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.models import network_part
from ai_power_export.observe.frameworks.pretrained import TRANSFER, loaded_from
from ai_power_export.observe.observation import Part
from ai_power_export.vocabulary.architectures import architecture_of
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry

PRETRAINED_MODEL = "transformers.modeling_utils.PreTrainedModel"
PEFT_MODEL = "peft.peft_model.PeftModel"

_CONFIGURATIONS = frozenset(
    {
        "transformers.configuration_utils.PretrainedConfig",
        "transformers.configuration_utils.PreTrainedConfig",
    }
)
"""What configurations of models inherit from, in versions 4 and 5."""

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
"""Names that configurations have for the count of layers; the first that is there says it."""
_BOTH_SIDES = (("encoder_layers", "decoder_layers"), ("num_layers", "num_decoder_layers"))
"""The same of models that encode and decode: both count."""

TYPE_OF_INPUT = {
    "input_features": "audio",
    "input_ids": "text",
    "input_values": "audio",
    "pixel_values": "image",
    "pixel_values_videos": "video",
}
"""Type of data by the name of the tensor that a class of models takes in, its `main_input_name`."""


_ADAPTER_SETTINGS = ("r", "lora_alpha", "lora_dropout", "target_modules")
"""Settings of an adapter that are told also where they have their default."""


def describe_model(module: Any, part: Part) -> Part:
    """Add what the configuration of a `PreTrainedModel` says, and where its weights came from."""
    config = config_of(module)
    if not config:
        return part
    entry = load_catalogue().entry(part.class_path)
    said = {
        **part.said,
        **_architecture(type(attributes_of(module)["config"]), entry),
        **_size(config),
        **_number_format(module),
        **origin_of_weights(module),
    }
    return replace(part, kind=part.kind or _kind(config, entry), said=said)


def describe_adapted(module: Any, part: Part) -> Part:
    """Describe a PEFT model: the model inside, with the adapter as what optimizes it."""
    tuner = _inside(module, "base_model")
    base = _inside(tuner, "model") or tuner
    if base is None:
        return part
    inner = network_part(base, kind=part.kind)
    if not config_of(base):  # the adapter's own layers were counted, too
        inner = replace(
            inner, said={name: value for name, value in inner.said.items() if name != "layersNumber"}
        )
    adapter = _active_adapter(module, tuner)
    entry = load_catalogue().entry(class_path(type(adapter)))
    settings, defaults = settings_of(adapter, always=_ADAPTER_SETTINGS)
    is_known = entry is not None and entry.kind == "adapter"
    return replace(
        inner,
        parameters={**part.parameters, **settings},
        defaults=(*part.defaults, *defaults),
        said={
            **inner.said,
            "trainingType": TRANSFER,
            **({"optimizer": entry.algorithm_name} if is_known and entry else {}),
        },
    )


def config_of(model: object) -> Mapping[str, Any]:
    """Return the attributes of a model's configuration; empty if it has none of transformers' kind."""
    config = attributes_of(model).get("config")
    is_one = any(class_path(base) in _CONFIGURATIONS for base in type(config).__mro__)
    return attributes_of(config) if is_one else {}


def base_model(model: Any) -> Any:
    """Return the model that an adapter of PEFT is put on; any other model itself."""
    if not inherits(model, PEFT_MODEL):
        return model
    tuner = _inside(model, "base_model")
    return _inside(tuner, "model") or tuner


def main_input(model: object) -> str:
    """Return the name of the tensor that a class of models takes in; empty for other classes."""
    name = getattr(type(model), "main_input_name", "")
    return name if type(name) is str else ""


def inherits(thing: object, base: str) -> bool:
    """Tell whether an object's class is, or inherits from, the class of this path."""
    return any(class_path(each) == base for each in type(thing).__mro__)


def _kind(config: Mapping[str, Any], entry: ClassEntry | None) -> str:
    """Return what the model is for where its configuration says otherwise than its class.

    A sequence classifier with one label is trained to a number, as transformers documents.
    """
    if entry is None or not entry.kind.endswith("Classification"):
        return ""
    problem, labels = config.get("problem_type"), config.get("id2label")
    has_one_label = type(labels) is dict and len(labels) == 1
    is_regression = problem == "regression" if type(problem) is str else has_one_label
    return "regression" if is_regression and entry.kind == "textClassification" else ""


def _architecture(config_class: type, entry: ClassEntry | None) -> dict[str, JsonValue]:
    """Return what the type of a model, `bert` or `gpt2`, tells better than its class."""
    said: dict[str, JsonValue] = {"framework": "transformers"}
    model_type = vars(config_class).get("model_type")
    name, kind = architecture_of(model_type.replace("_", "-")) if type(model_type) is str else ("", "")
    if name and (entry is None or not entry.algorithm_name):
        said["algorithmName"] = name
    if kind and (entry is None or entry.algorithm_type == "neuralNetwork"):
        said["algorithmType"] = kind
    return said


def _size(config: Mapping[str, Any]) -> dict[str, JsonValue]:
    if config.get("is_encoder_decoder") is True:
        pairs = ((config.get(encoding), config.get(decoding)) for encoding, decoding in _BOTH_SIDES)
        layers = next((first + second for first, second in pairs if type(first) is type(second) is int), None)
    else:
        layers = next((config[name] for name in _LAYERS if type(config.get(name)) is int), None)
    return {"layersNumber": layers} if layers else {}


def _number_format(module: object) -> dict[str, JsonValue]:
    """Return the number format of weights that were quantized as they were loaded."""
    quantizer = attributes_of(module).get("hf_quantizer")
    config = attributes_of(attributes_of(quantizer).get("quantization_config"))
    if not config or config.get("dequantize") is True:
        return {}
    word = _quantized(config)
    return {"quantization": word} if word else {}


def _quantized(config: Mapping[str, Any]) -> str:
    """Return the format's word for a `BitsAndBytesConfig`, `GPTQConfig`, `AwqConfig`, ...

    >>> _quantized({"_load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}), _quantized({"bits": 4})
    ('nf4', 'int4')
    """
    if config.get("_load_in_4bit") is True:
        kind = config.get("bnb_4bit_quant_type")
        return kind if type(kind) is str else ""
    if config.get("_load_in_8bit") is True:
        return "int8"
    if type(config.get("bits")) is int:
        return f"int{config['bits']}"
    weights = config.get("weights")
    return weights if weights in ("int8", "int4", "int2") else ""


def origin_of_weights(module: object) -> dict[str, JsonValue]:
    """Return the fields that tell of pretrained weights; empty where none were loaded."""
    provenance = loaded_from(module)
    if provenance is None:
        return {}
    if not provenance.name:
        return {"trainingType": TRANSFER, OWN_WEIGHTS: True}
    named = {"foundationModelName": provenance.name, "foundationModelUri": provenance.uri}
    return {"trainingType": TRANSFER, **named}


def _inside(module: object, name: str) -> Any:
    """Return a module that another one holds, past its `__getattr__`."""
    held = attributes_of(module).get("_modules")
    return held.get(name) if isinstance(held, dict) else None


def _active_adapter(module: object, tuner: object) -> object:
    """Return the settings of the adapter that is at work; None where several are."""
    held = attributes_of(module)
    configs = held.get("_peft_config") or attributes_of(tuner).get("peft_config")
    active = held.get("active_adapter")
    return configs.get(active) if type(configs) is dict and type(active) is str else None
