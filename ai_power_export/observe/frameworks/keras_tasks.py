"""Tells what a Keras model is for, by its loss and the shape of what it is to answer.

Crossentropy and squared error serve many ends: the class of an item, each of
its pixels, the next word, the input itself. One answer for each item makes a
classification or a regression; where anything else is possible, nothing is said.
"""

from __future__ import annotations

import math
from typing import Any

from ai_power_export.observe.data.shape import extent
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.keras_compiled import has_accuracy, kind_of_loss, loss_name
from ai_power_export.observe.frameworks.keras_models import Network

Shape = tuple[int | None, ...]
"""Sizes of one item; None where one may be of any size."""
OWN_STEPS = ("train_step", "compute_loss")
"""Methods by which a model of the user's decides itself what it learns from its data."""
MOST_OUTPUTS = 32
"""Outputs of a model that are looked at one by one."""


def kind_of_task(model: object, network: Network, fed: Any, target: Any) -> str:
    """Return what a model is for, in the vocabulary's words; empty where that cannot be told.

    Args:
        model: A live model.
        network: What it says of itself.
        fed: The data that go in.
        target: The answers that are wanted; None where they are not known, or come with the data.
    """
    if any(_is_own(type(model), name) for name in OWN_STEPS):
        return ""
    if target is not None and target is fed:
        return "reconstruction"
    loss = attributes_of(model).get("loss")
    kind = kind_of_loss(loss)
    if kind == "regression" and has_accuracy(model):
        return ""  # classes may be learnt as numbers
    given = extent(fed)
    item = network.input_shape if given is None else given[1:]
    wanted = _shapes(target) or ([network.output_shape] if network.output_shape is not None else [])
    is_one_answer = bool(wanted) and all(_is_one_answer(shape, item, loss, target) for shape in wanted)
    return kind if is_one_answer and not _tells_words(network) else ""


def _is_own(cls: type, method: str) -> bool:
    """Tell whether a class of the user's has a method of its own."""
    owner = next((base for base in cls.__mro__ if method in vars(base)), cls)
    return not owner.__module__.startswith("keras.src")


def _shapes(target: Any) -> list[Shape]:
    """Return the shapes of one item of what is wanted of each output; nothing where they are not known."""
    if type(target) in (list, tuple, dict) and 1 <= len(target) <= MOST_OUTPUTS:
        each = [extent(part) for part in (target.values() if type(target) is dict else target)]
        if None not in each:
            return [shape[1:] for shape in each if shape is not None]
    whole = extent(target)
    return [] if whole is None else [whole[1:]]


def _is_one_answer(shape: Shape, item: Shape | None, loss: object, target: Any) -> bool:
    """Tell whether what is wanted of an item is one class or number, or a few, and not the item itself."""
    if len(shape) > 1:
        return False
    size = shape[0] if shape else 1
    if size == 1:
        return True
    gives_back = item is not None and None not in item and math.prod(map(int, item)) == size  # type: ignore[arg-type]
    labels_each = target is not None and loss_name(loss).lower().replace("_", "").startswith("sparse")
    return not gives_back and not labels_each


def _tells_words(network: Network) -> bool:
    """Tell whether a network answers with one of the words that it reads, as a language model does."""
    return bool(network.words) and network.output_shape is not None and network.words in network.output_shape
