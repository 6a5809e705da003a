"""Marks data sets of PyTorch, so that the ranks of a job can tell whether they were given the same data.

A mark is a hash of a few values at places that follow from the size alone. It never leaves the
machine's files of a run, and from it no value can be told.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of

SUBSET = "torch.utils.data.dataset.Subset"
TENSORS = "torch.utils.data.dataset.TensorDataset"
HUGGING_FACE = "datasets.arrow_dataset.Dataset"

PLACES = 8
"""Values of a tensor, or numbers of items of a subset, that are looked at."""
STRIDE = 2654435761
"""Knuth's multiplicative hash (2^32 over the golden ratio) spreads the places over a tensor, off its rows."""


def mark_of(dataset: Any) -> str | None:
    """Return the mark of a data set; None of one whose values cannot be seen without running code.

    Nobody compares it where this process is not one of a group.
    """
    seen = _values(dataset) if _is_in_a_group() else None
    return None if seen is None else hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def _is_in_a_group() -> bool:
    found = sys.modules.get("torch.distributed")
    return found is not None and found.is_available() and found.is_initialized()


def _values(dataset: Any) -> list[Any] | None:
    path, own = class_path(type(dataset)), attributes_of(dataset)
    if path == TENSORS:
        found = [_of_tensor(each) for each in own.get("tensors") or ()]
        return None if not found or None in found else found
    if path == SUBSET:
        whole, chosen = _values(own.get("dataset")), _numbers(own.get("indices"))
        return [whole, chosen] if whole and chosen else None
    if path == HUGGING_FACE:
        fingerprint = own.get("_fingerprint")
        return [fingerprint] if type(fingerprint) is str else None
    return None


def _of_tensor(tensor: Any) -> list[Any] | None:
    """Read values of a tensor in main memory; one on a GPU would have to be waited for."""
    is_plain = class_path(type(tensor)) == "torch.Tensor" and str(tensor.layout) == "torch.strided"
    if not is_plain or tensor.device.type != "cpu" or tensor.is_complex():
        return None
    shape, size = list(tensor.shape), int(tensor.numel())
    return [shape, [repr(tensor[_index(place, shape)].item()) for place in _places(size)]]


def _places(size: int) -> list[int]:
    return [number * STRIDE % size for number in range(min(PLACES, size))]


def _numbers(indices: Any) -> list[int] | None:
    """Return how many items a subset has, and which some of them are."""
    if type(indices) not in (list, range):
        return None
    found = [indices[place] for place in _places(len(indices))]
    return [len(indices), *found] if all(type(each) is int for each in found) else None


def _index(place: int, shape: list[int]) -> tuple[int, ...]:
    """Return where the item of a flat place is.

    >>> _index(5, [2, 3])
    (1, 2)
    """
    index = []
    for side in reversed(shape):
        place, at = divmod(place, side)
        index.append(at)
    return tuple(reversed(index))
