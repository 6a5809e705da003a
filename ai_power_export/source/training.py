"""How a model is trained: its optimizer, its epochs, its settings, its precision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ai_power_export.facts import JsonValue
from ai_power_export.source.calls import Call, Loop
from ai_power_export.source.hyperparameters import (
    SETTINGS,
    Values,
    constructor_values,
    named_arguments,
    parameters_of,
    plain_value,
)
from ai_power_export.source.uses import Use, entry_of, networks_in
from ai_power_export.source.values import Items, Known, Table, Thing, Value, ancestry, options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role
from ai_power_export.vocabulary.naming import camel_case

RUN_SETTINGS = frozenset(
    {
        "epochs",
        "batch_size",
        "nb_epoch",
        "n_epochs",
        "num_boost_round",
        "nfold",
        "early_stopping_rounds",
        "num_rounds",
    }
    | {
        "total_timesteps",
        "validation_split",
        "steps_per_epoch",
        "learning_rate",
        "lr",
        "iterations",
        "imgsz",
        "n_iter",
    }
    | {
        "temperature",
        "top_p",
        "top_k",
        "num_beams",
        "max_new_tokens",
        "max_length",
        "max_tokens",
        "do_sample",
    }
    | {
        "repetition_penalty",
        "num_inference_steps",
        "guidance_scale",
        "height",
        "width",
        "num_return_sequences",
        "penalty_alpha",
    }
    | {
        "strength",
        "num_frames",
        "min_length",
        "length_penalty",
        "no_repeat_ngram_size",
        "early_stopping",
        "beam_size",
    }
)
"""Arguments of a training or answering call that are settings; the others are data and display."""

_NO_SETTING = (
    "dir",
    "path",
    "file",
    "log",
    "save",
    "report",
    "hub",
    "run_name",
    "verbose",
    "callbacks",
    "push",
    "print",
)
"""Parts of names of a trainer's arguments that say where and what to write, not how to learn."""


@dataclass
class Training:
    """What the source says of how one model is trained or asked."""

    values: Values = field(default_factory=Values)
    optimizer: str = ""
    epochs: Known | None = None
    quantization: str = ""
    configs: list[Thing] = field(default_factory=list)


def training_of(use: Use, calls: list[Call]) -> Training:
    """Read the settings around one model."""
    training = Training(constructor_values(use.model))
    training.configs = list(dict.fromkeys(_configs(use, calls)))
    for source in (_set_later, _run_settings, _config_settings, _batches):
        training.values.extend(source(use, calls, training))
    optimizers = optimizers_of(use, calls)
    for optimizer in optimizers:
        training.values.extend(_without(constructor_values(optimizer), ("params", "model")))
    training.optimizer = _optimizer_name(use, calls, optimizers, training)
    training.epochs = _epochs(use, training)
    training.quantization = _quantization(use, calls, training)
    return training


# ---- settings --------------------------------------------------------------------------------


def _set_later(use: Use, calls: list[Call], _: Training) -> Values:
    """`model.set_params(…)`."""
    values = Values()
    for call in calls:
        if call.method == "set_params" and call.receiver is not None and root(call.receiver) is use.model:
            for name, value in call.keywords.items():
                values.add(name, value)
    return values


def _run_settings(use: Use, _: list[Call], __: Training) -> Values:
    """Arguments of the calls that train or ask the model; a dict of parameters is taken apart."""
    values = Values()
    events = use.trained or use.answered
    for call in dict.fromkeys([*events, *([use.call] if use.call in events and use.call else [])]):
        for name, value in named_arguments(call, _parameters(use, call)).items():
            if name in SETTINGS and isinstance(value, Table):
                for key, item in value.items.items():
                    values.add(str(key), item)
            elif name in RUN_SETTINGS:
                values.add(name, value)
    return values


def _parameters(use: Use, call: Call) -> tuple[str, ...]:
    """Return the positional parameters of a method of the model or its trainer, or of a training function."""
    catalogue = load_catalogue()
    if call.path:
        entry = catalogue.entry(call.path)
        return entry.parameters if entry else ()
    owner = entry_of(root(call.receiver)) if call.receiver is not None else None
    return catalogue.method_parameters(f"{(owner or use.entry or _NOBODY).path}.{call.method}")


_NOBODY = ClassEntry("", Role.HELPER, "")


def _configs(use: Use, calls: list[Call]) -> Iterator[Thing]:
    """Yield the settings objects that the model, its holders and the calls on it were given."""
    around = [use.call, *(holder.call for holder in use.holders), *use.events]
    on_model = [call for call in calls if call.receiver is not None and root(call.receiver) is use.model]
    for call in [*around, *on_model]:
        for value in call.inputs() if call is not None else ():
            yield from _configs_in(value)


def _configs_in(value: Value) -> Iterator[Thing]:
    for option in options(value):
        for inner in option.items if isinstance(option, Items) else [option]:
            entry = entry_of(inner)
            if isinstance(inner, Thing) and entry is not None and entry.role is Role.CONFIG:
                yield inner
                for nested in inner.call.keywords.values():
                    yield from _configs_in(nested)


def _config_settings(use: Use, _: list[Call], training: Training) -> Values:
    values = Values()
    trainers = [
        holder for holder in use.holders if (entry := entry_of(holder)) and entry.role is Role.TRAINER
    ]
    for thing in [*trainers, *training.configs]:
        values.extend(_without(constructor_values(thing), _NO_SETTING, anywhere=True))
        for name, value in thing.attributes.items():
            values.add(name, value)
    return values


def _without(values: Values, names: tuple[str, ...], anywhere: bool = False) -> Values:
    for name in list(values.named):
        if name in names or (anywhere and any(part in name for part in names)):
            del values.named[name]
            values.defaults.discard(name)
    return values


def _batches(use: Use, calls: list[Call], _: Training) -> Values:
    """`batch_size` of what serves the training data; else the only one that the program names."""
    values = Values()
    for call in use.trained:
        feeding = [loop.iterable for loop in call.loops] + list(call.args) + list(call.keywords.values())
        inside = [Thing(each) for each in calls if each.handler is call and each.path]
        for part in ancestry(*feeding, *inside):
            if (size := _batch_size(part)) is not None:
                values.add("batch_size", size)
                return values
    sizes = [size for call in calls if (size := _batch_size(Thing(call))) is not None]
    if use.trained and len({plain_value(size)[0] for size in sizes if isinstance(size, Known)}) == 1:
        values.add("batch_size", sizes[0])
    return values


def _batch_size(value: Value) -> Value | None:
    entry = entry_of(value)
    if isinstance(value, Thing) and value.call.method in ("batch", "padded_batch"):  # of a tf.data.Dataset
        return value.call.argument("batch_size", 0)
    if not isinstance(value, Thing) or entry is None or entry.role is not Role.BATCHES:
        return None
    return named_arguments(value.call, parameters_of(value)).get("batch_size")


# ---- optimizer -------------------------------------------------------------------------------


def optimizers_of(use: Use, calls: list[Call]) -> list[Thing]:
    """Return the optimizers that hold the model's weights."""
    found = list(dict.fromkeys(use.optimizers))
    for call in calls:
        entry = load_catalogue().entry(call.path) if call.path else None
        if entry is None or entry.role is not Role.OPTIMIZER:
            continue
        if any(held is use.model for held in networks_in(call.inputs())):
            found.append(Thing(call))
    for compiling in _compilings(use, calls):
        for value in options(_compiled(compiling, "optimizer", 0) or use.model):
            entry = entry_of(value)
            if isinstance(value, Thing) and entry is not None and entry.role is Role.OPTIMIZER:
                found.append(value)
    return found


def _compilings(use: Use, calls: list[Call]) -> Iterator[Call]:
    for call in calls:
        receivers = options(call.receiver) if call.method == "compile" and call.receiver is not None else ()
        if any(root(option) is use.model for option in receivers):
            yield call


def _compiled(call: Call, name: str, position: int) -> Value | None:
    return call.argument(name, position)


def compiled_losses(use: Use, calls: list[Call]) -> Iterator[Value]:
    """Yield what Keras was told to minimise."""
    for call in _compilings(use, calls):
        value = _compiled(call, "loss", 1)
        if value is not None:
            yield from value.items.values() if isinstance(value, Table) else options(value)


def _optimizer_name(use: Use, calls: list[Call], optimizers: Iterable[Thing], training: Training) -> str:
    if use.searches:
        return _search_name(use.searches[-1])
    if _is_suggested(use, calls):
        return "optuna"
    for config in [*training.configs, *use.holders]:
        entry = entry_of(config)
        if entry is not None and entry.kind == "adapter":
            return entry.algorithm_name
    for optimizer in optimizers:
        entry = entry_of(optimizer)
        if entry is not None and entry.algorithm_name:
            return entry.algorithm_name
    for call in _compilings(use, calls):
        value = _compiled(call, "optimizer", 0)
        if isinstance(value, Known) and isinstance(value.value, str):
            return camel_case(value.value)
    named = training.values.named.get("optim") or training.values.named.get("optimizer")
    return camel_case(str(named).partition("_")[0]) if isinstance(named, str) else ""


_METHODS = {"bayes": "bayesianOptimization", "grid": "gridSearch", "random": "randomSearch"}


def _search_name(search: Thing) -> str:
    """Return how a search searches: by its class, or as its settings say."""
    entry = entry_of(search)
    if entry is None or not entry.method:
        return entry.algorithm_name if entry is not None else ""
    for part in ancestry(*search.call.inputs()):
        named = part.items.get(entry.method) if isinstance(part, Table) else None
        if isinstance(named, Known) and isinstance(named.value, str):
            return _METHODS.get(named.value, camel_case(named.value))
    return "hyperparameterSearch"


_SUGGESTING = ("suggest_float", "suggest_int", "suggest_categorical", "suggest_uniform", "suggest_loguniform")


def _is_suggested(use: Use, calls: list[Call]) -> bool:
    """Tell whether the training function asks an Optuna trial for its values."""
    training = {id(function) for call in use.trained for function in call.functions}
    asking = (call for call in calls if call.method in _SUGGESTING and call.functions)
    return any(id(call.functions[-1]) in training for call in asking)


# ---- epochs ----------------------------------------------------------------------------------


def _epochs(use: Use, training: Training) -> Known | None:
    """Return the passes through the data: an argument that says so, else the loop that makes them."""
    for thing in [*training.configs, *use.holders, use.model]:
        entry = entry_of(thing)
        if entry is not None and entry.epochs and isinstance(thing, Thing):
            value = thing.attributes.get(entry.epochs)
            value = value or named_arguments(thing.call, parameters_of(thing)).get(entry.epochs)
            if isinstance(value, Known) and isinstance(value.value, (int, float)) and value.value:
                return value
    for call in use.trained:
        value = named_arguments(call, _parameters(use, call)).get("epochs")
        if isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool):
            return value
    return _looped(use.trained)


_STEPS = ("step", "apply_gradients", "minimize", "train_on_batch", "update", "__call__")


def _looped(trained: Iterable[Call]) -> Known | None:
    for call in trained:
        if call.method not in _STEPS:
            continue
        for i, loop in enumerate(call.loops):
            inner = call.loops[i + 1 :]
            if loop.count and (_says_epoch(loop) or any(each.count is None for each in inner)):
                return Known(loop.count, loop.default)
    return None


def _says_epoch(loop: Loop) -> bool:
    return "epoch" in loop.target.lower()


# ---- precision -------------------------------------------------------------------------------

_PRECISIONS = {
    "float16": "fp16",
    "half": "fp16",
    "fp16": "fp16",
    "16-mixed": "fp16",
    "bfloat16": "bf16",
    "bf16": "bf16",
    "bf16-mixed": "bf16",
    "int8": "int8",
    "awq": "awq",
    "gptq": "gptq",
}


_GGUF = re.compile(r"[.-](q\d(?:_[0-9a-z]+)*|f16|bf16)\.gguf$", re.IGNORECASE)
_TAG = re.compile(r"-(awq|gptq|int4|int8|fp8|bnb-4bit)\b", re.IGNORECASE)


def _tagged(named: dict[str, JsonValue]) -> str:
    """Return the precision that the name of a model file or model states, as their publishers write it."""
    for value in named.values():
        if isinstance(value, str) and (match := _GGUF.search(value) or _TAG.search(value)):
            return match.group(1)
    return ""


def _quantization(use: Use, calls: list[Call], training: Training) -> str:
    """Return the numbers that the weights are held in, where the source says so."""
    named = training.values.named
    if named.get("load_in_4bit") is True or named.get("bits") == 4:
        kind = named.get("bnb_4bit_quant_type")
        return kind if isinstance(kind, str) else "int4"
    if named.get("load_in_8bit") is True or named.get("bits") == 8:
        return "int8"
    for name in ("torch_dtype", "dtype", "quantization", "precision", "compute_type"):
        value = named.get(name)
        if isinstance(value, str) and value in _PRECISIONS:
            return _PRECISIONS[value]
    for flag in ("bf16", "fp16"):
        if named.get(flag) is True:
            return flag
    if tagged := _tagged(named):
        return tagged
    halved = any(
        call.method == "half" and call.receiver is not None and root(call.receiver) is use.model
        for call in calls
    )
    return "fp16" if halved else ""
