"""Reads `generate` of models of transformers: its settings, and how many tokens went in and came out."""

from __future__ import annotations

import sys
import weakref
from collections import OrderedDict
from collections.abc import Callable, Container, Mapping
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.hugging_face_models import TYPE_OF_INPUT, config_of, main_input
from ai_power_export.observe.frameworks.models import network_part
from ai_power_export.observe.observation import Doing
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint, nothing

SETTINGS: dict[str, JsonValue] = {
    "do_sample": False,
    "early_stopping": False,
    "length_penalty": 1.0,
    "max_length": 20,
    "max_new_tokens": None,
    "min_length": 0,
    "min_new_tokens": None,
    "min_p": None,
    "no_repeat_ngram_size": 0,
    "num_beams": 1,
    "num_return_sequences": 1,
    "penalty_alpha": None,
    "repetition_penalty": 1.0,
    "temperature": 1.0,
    "top_k": 50,
    "top_p": 1.0,
    "typical_p": 1.0,
}
"""Settings of a generation that decide what comes out, with the default that `GenerationConfig` documents."""

MAKES_TOKENS = "generation/utils.py"
"""The file of transformers whose `generate` makes the tokens: those of single models call it."""

TENSOR = "torch.Tensor"
WHOLE = frozenset({"torch.int32", "torch.int64"})
PARTS = "collections.OrderedDict"
"""What the results of transformers that have several parts inherit from."""


class Prompt:
    """A generation while it runs: a weak reference to its model, and what is needed to count its tokens."""

    def __init__(self, model: Any, values: Mapping[str, Any]) -> None:
        self._model = weakref.ref(model)
        inputs = given(values, "inputs")
        tokens = given(values, "input_ids") if inputs is None else inputs
        self.tokens = _extent(tokens) if _is_whole(tokens) else None
        """Prompts, and tokens in each with their padding; None where no tokens went in."""
        self.mask = _reference(given(values, "attention_mask"))
        self.is_all = all(given(values, name) is None for name in TYPE_OF_INPUT if name != "input_ids")
        """Whether nothing but tokens goes in."""
        self.skipped = _skipped(model, values, self.tokens)
        self.ends = _numbers(_setting(model, values, "eos_token_id"))
        self.padding = _numbers(_setting(model, values, "pad_token_id"))

    def __call__(self) -> Any:
        """Return the model, None if it is gone."""
        return self._model()


class Wanted:
    """The settings of the generations that a pipeline asks for: only `generate` gets to see them all."""

    def __init__(self, model: object) -> None:
        self.settings: dict[str, JsonValue] = {}
        _wanted[id(model)] = self

    def __call__(self) -> None:
        """Return nothing: nothing is kept."""


_wanted: weakref.WeakValueDictionary[int, Wanted] = weakref.WeakValueDictionary()
"""Who wants to know the settings, by the `id` of the model."""


# ---- a generation begins ---------------------------------------------------------------------


def read_generation(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read a generation as it begins."""
    model = point.positional(values, 0)
    if attributes_of(given(values, "generation_config")).get("is_assistant") is True:
        return UNREADABLE  # it proposes tokens to another model, which gives them back as its own
    settings, defaults = _settings(model, values)
    if (wanted := _wanted.get(id(model))) is not None:
        wanted.settings = settings
    makes_tokens = point.code.co_filename.replace("\\", "/").endswith(MAKES_TOKENS)
    counts = makes_tokens and type(given(values, "custom_generate")) is not str
    return Reading(
        (network_part(model, parameters=settings, defaults=defaults),),
        _perceived(model, values),
        Doing.ANSWERS,
        about=Prompt(model, values) if counts else nothing,
    )


def given(values: Mapping[str, Any], name: str) -> Any:
    """Return an argument of a call by its name, also one that was handed over in `**kwargs`."""
    if name in values:
        return values[name]
    others = values.get("kwargs")
    return others.get(name) if type(others) is dict else None


def _settings(model: object, values: Mapping[str, Any]) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the settings in force, and the names of those that come from the model and not from the call."""
    own = attributes_of(attributes_of(model).get("generation_config"))
    handed = attributes_of(given(values, "generation_config"))
    found: dict[str, JsonValue] = {}
    defaults = []
    for name, usual in SETTINGS.items():
        said = plain(given(values, name))
        value = plain(next((each.get(name) for each in (handed, own) if each.get(name) is not None), None))
        if said is None and (value is None or value == usual):
            continue
        found[name] = value if said is None else said
        if said is None and handed.get(name) is None:
            defaults.append(name)
    return found, tuple(defaults)


def _setting(model: object, values: Mapping[str, Any], name: str) -> Any:
    said = given(values, name)
    for config in (given(values, "generation_config"), attributes_of(model).get("generation_config")):
        said = attributes_of(config).get(name) if said is None else said
    return said


def _perceived(model: object, values: Mapping[str, Any]) -> DataShape | None:
    """Describe images or recordings that go in alone; None for tokens, which are counted in the end."""
    if given(values, "input_ids") is not None:
        return None
    inputs = None if _is_whole(given(values, "inputs")) else given(values, "inputs")
    for name, data_type in TYPE_OF_INPUT.items():
        tensor = inputs if inputs is not None and name == main_input(model) else given(values, name)
        extent = _extent(tensor)
        if extent is not None:
            return DataShape(TENSOR, data_type, True, rows=extent[0])
    return None


# ---- a generation ends -----------------------------------------------------------------------


def generation_outcome(reading: Reading, result: Any) -> Outcome:
    """Count the tokens that went in and those that were made, without what only pads them."""
    prompt = reading.about
    if not isinstance(prompt, Prompt):
        return NOTHING
    has_parts = any(class_path(base) == PARTS for base in type(result).__mro__)
    made = _made(prompt, OrderedDict.get(result, "sequences") if has_parts else result)
    return Outcome(
        data=DataShape(TENSOR, "token", True, rows=_read(prompt))
        if prompt.tokens and prompt.is_all
        else None,
        output=DataShape(TENSOR, "token", True, rows=made),
    )


def _read(prompt: Prompt) -> int | None:
    """Count the tokens of the prompts; several are padded, and their mask tells which ones are tokens."""
    rows, length = prompt.tokens or (0, 0)
    if rows == 1:
        return length
    mask = _numbers_of(prompt.mask())
    return int(mask.sum()) if mask is not None and mask.shape == prompt.tokens else None


def _made(prompt: Prompt, sequences: Any) -> int | None:
    """Count the tokens of the sequences given back that are new, each up to the one that ends it."""
    extent = _extent(sequences)
    if extent is None or prompt.skipped is None or extent[1] < prompt.skipped:
        return None
    if extent[0] == 1:
        return extent[1] - prompt.skipped
    array = _numbers_of(sequences)
    if array is None:
        return None
    new = array[:, prompt.skipped :]
    return sum(_length(row, prompt.ends, prompt.padding) for row in new.tolist())


def _length(row: list[int], ends: Container[int], padding: Container[int]) -> int:
    """Return how many tokens of a row were made before it was filled up.

    >>> _length([5, 6, 2, 0], (2,), (0,)), _length([5, 6, 0, 0], (2,), (0,)), _length([5, 2, 2], (2,), (2,))
    (3, 2, 2)
    """
    end = next((i for i, token in enumerate(row) if token in ends), None)
    if end is not None:
        return end + 1
    return next((len(row) - i for i, token in enumerate(reversed(row)) if token not in padding), 0)


# ---- tensors ---------------------------------------------------------------------------------


def _extent(tensor: object) -> tuple[int, ...] | None:
    """Return the shape of a tensor with a row for each item; None for anything else."""
    if class_path(type(tensor)) != TENSOR:
        return None
    shape = tuple(tensor.shape)  # type: ignore[attr-defined]
    return shape if len(shape) >= 2 else None


def _is_whole(tensor: object) -> bool:
    """Tell whether a tensor holds whole numbers, as tokens are."""
    return class_path(type(tensor)) == TENSOR and str(tensor.dtype) in WHOLE  # type: ignore[attr-defined]


def _numbers_of(tensor: Any) -> Any:
    """Return the whole numbers of a small tensor as an array; whoever generates has waited for them."""
    if not _is_whole(tensor) or "numpy" not in sys.modules:
        return None
    with sys.modules["torch"]._C.DisableTorchFunction():
        return tensor.cpu().numpy()


def _reference(thing: Any) -> Callable[[], Any]:
    return weakref.ref(thing) if class_path(type(thing)) == TENSOR else nothing


def _skipped(model: object, values: Mapping[str, Any], tokens: tuple[int, ...] | None) -> int | None:
    """Return how many tokens a sequence given back begins with that were not made; None where unknown.

    A model that decodes only gives the prompt back; one that encodes, too, begins with a token of its own.
    """
    if config_of(model).get("is_encoder_decoder") is True:
        begun = given(values, "decoder_input_ids")
        return 1 if begun is None else (_extent(begun) or (None, None))[1]
    if given(values, "inputs_embeds") is not None:
        return 0 if tokens is None else None
    return tokens[1] if tokens is not None else None


def _numbers(value: object) -> tuple[int, ...]:
    if type(value) is int:
        return (value,)
    return tuple(value) if type(value) is list and all(type(each) is int for each in value) else ()
