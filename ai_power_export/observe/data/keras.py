"""Describes what is fed to Keras models: one container, or several by input, or batches of a data set."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from ai_power_export.observe.data.shape import DataShape, class_path, describe_data
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.keras_models import Network

MOST_INPUTS = 32
"""Containers of one call, for as many inputs of a model."""


def describe_fed(fed: Any, network: Network) -> DataShape | None:
    """Describe the data of a call, in whose type its network has a say."""
    found = _of_several(fed) or describe_data(fed)
    if found is None:
        # A generator, a `tf.data.Dataset`, a data set of the user's: how much it gives is known to it alone.
        is_empty = fed is None or not network.sees_images
        return None if is_empty else DataShape(class_path(type(fed)), "image")
    if network.words and _holds_tokens(found):
        return replace(found, data_type="token", certain=True, rows=math.prod(_sizes(found)))
    return found


def describe_given(given: Any) -> DataShape | None:
    """Describe predictions; nothing if it is not told what they are made of."""
    found = _of_several(given) or describe_data(given)
    return found if found is not None and found.data_type else None


def _of_several(fed: Any) -> DataShape | None:
    """Describe a list, tuple or dict of arrays, one for each input."""
    if type(fed) not in (list, tuple, dict) or not 1 <= len(fed) <= MOST_INPUTS:
        return None
    parts = [describe_data(each) for each in (fed.values() if type(fed) is dict else fed)]
    rows = {part.rows if part and part.shape else None for part in parts}
    if len(rows) != 1 or None in rows:
        return None
    known = [part for part in parts if part is not None]
    types = {part.data_type for part in known}
    sizes = [part.nbytes for part in known]
    return DataShape(
        class_path(type(fed)),
        types.pop() if len(types) == 1 else None,
        all(part.certain for part in known),
        rows.pop(),
        nbytes=None if None in sizes else sum(size for size in sizes if size is not None),
    )


def _holds_tokens(found: DataShape) -> bool:
    """Tell whether numbers that go into an embedding are sequences of tokens, and not one category each."""
    sizes = _sizes(found)
    is_whole = str(found.dtype).rpartition(".")[2].startswith(("int", "uint"))
    return is_whole and len(sizes) == 2 and sizes[1] > 1


def _sizes(found: DataShape) -> list[int]:
    return [int(size) for size in re.findall(r"\d+", found.shape or "")]


def image_iterator(path: str, iterator: Any) -> DataShape | None:
    """Describe an iterator of `ImageDataGenerator`, which counts the images that it goes through."""
    held = attributes_of(iterator)
    count, size = held.get("n"), held.get("image_shape")
    if type(count) is not int:
        return None
    shape = f"({', '.join(map(str, (count, *size)))})" if type(size) is tuple else None
    return DataShape(path, "image", True, count, shape)
