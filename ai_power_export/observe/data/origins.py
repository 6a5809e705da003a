"""Knows again what was loaded, without keeping it."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

MOST_REMEMBERED = 1024
"""Loaded objects that are remembered while they live."""
MOST_ITEMS = 8
"""Items of a tuple or dict of loaded data that are looked at, such as `(X, y)`."""


@dataclass(frozen=True)
class Loaded:
    """How some data got into the program."""

    loader: str
    """Path of the function that loaded it, `pandas.read_csv`."""
    file_format: str = ""
    """Format of the file by its name; the name itself is nobody's business."""
    uri: str = ""
    """The public address that it was read from."""
    name: str = ""
    """What a public collection of data sets calls it."""


_known: dict[int, tuple[weakref.ref[Any], Loaded]] = {}
"""Weak references to loaded objects by their `id`; each takes itself out when its object goes."""


def remember(result: Any, loaded: Loaded) -> None:
    """Remember what a loader gave back: an array or table, or the items of a tuple or dict of them."""
    for item in items_of(result):
        _remember_one(item, loaded)
        if _is_array(item) and _is_array(item.base):
            _remember_one(item.base, loaded)


def items_of(result: Any, depth: int = 2) -> list[Any]:
    """Return what a loader gave back one by one: of `((X, y), (X_test, y_test))` four items."""
    if depth and type(result) is tuple:
        return [each for item in result[:MOST_ITEMS] for each in items_of(item, depth - 1)]
    is_bunch = type(result).__name__ == "Bunch" and type(result).__module__.startswith("sklearn.")
    if depth and (type(result) is dict or is_bunch):
        return [each for item in list(dict.values(result))[:MOST_ITEMS] for each in items_of(item, depth - 1)]
    return [result]


def origin_of(data: Any) -> Loaded | None:
    """Tell where an object, or the array whose memory it shows, was loaded; None where that is not known."""
    found = _known.get(id(data))
    if found is not None and found[0]() is data:
        return found[1]
    if _known and _is_array(data) and data.base is not None:
        return origin_of(data.base)
    return None


def _remember_one(result: Any, loaded: Loaded) -> None:
    number = id(result)
    if len(_known) >= MOST_REMEMBERED:
        return
    try:
        reference = weakref.ref(result, lambda _: _known.pop(number, None))
    except TypeError:
        return  # lists, tuples and dicts cannot be known again
    _known[number] = (reference, loaded)


def _is_array(data: Any) -> bool:
    return type(data).__name__ == "ndarray" and type(data).__module__ == "numpy"
