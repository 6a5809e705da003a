"""How a model is trained: its optimizer, its epochs, its settings, its precision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ai_power_export.source.calls import Call, Loop
from ai_power_export.source.hyperparameters import (
    SETTINGS,
    Values,
    constructor_values,
    named_arguments,
    parameters_of,
    plain_value,
)
from ai_power_export.source.models import entry_of
from ai_power_export.source.optimizers import optimizer_name, optimizers_of
from ai_power_export.source.precision import quantization
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Items, Known, Table, Thing, Value, ancestry, options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role

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
    learns = bool(use.trained or use.handed)
    optimizers = optimizers_of(use, calls) if learns else []
    for optimizer in optimizers:
        training.values.extend(_without(constructor_values(optimizer), ("params", "model")))
    if learns:
        training.optimizer = optimizer_name(use, calls, optimizers, training.configs, training.values.named)
        training.epochs = _epochs(use, training)
    training.quantization = quantization(use, calls, training.values.named)
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
    """Return how often the loop runs that makes the passes; None where it is entered more than once."""
    found: dict[tuple[object, ...], Known] = {}
    for call in trained:
        if call.method not in _STEPS:
            continue
        for i, loop in enumerate(call.loops):
            inner = call.loops[i + 1 :]
            if loop.count and (_says_epoch(loop) or any(each.count is None for each in inner)):
                found.setdefault((loop.place, call.stack, call.loops[:i]), Known(loop.count, loop.default))
                break
    return next(iter(found.values())) if len(found) == 1 else None


def _says_epoch(loop: Loop) -> bool:
    return "epoch" in loop.target.lower()
