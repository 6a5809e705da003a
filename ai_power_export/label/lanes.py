"""The order in which a sorting network of eight lanes leaves equal numbers.

The median of ELEx hangs on it: the tables that it published were made where `numpy.argsort` sorts up to
16 numbers by a bitonic network in vector registers (numpy 1.25 on AVX-512; Batcher 1968, "Sorting
networks and their applications"). Here it is the same on every processor.
"""

from __future__ import annotations

from typing import Any

Array = Any
"""A numpy array; its shape is told where it matters."""

LANES = 8

_SORT = ((1, 1), (3, 2), (1, 1), (7, 4), (2, 2), (1, 1))
_MERGE = ((4, 4), (2, 2), (1, 1))
"""Steps: each lane is compared with that whose number differs in the first bits, and lanes that have the
second bit keep the higher number."""


def order_of(numbers: Array) -> Array:
    """Return the places of each row's numbers in rising order; shape (rows, numbers).

    Beyond two registers, equal numbers keep their order.
    """
    import numpy as np

    rows, count = numbers.shape
    if count > 2 * LANES:
        return np.argsort(numbers, axis=1, kind="stable")
    width = LANES if count <= LANES else 2 * LANES
    keys: Array = np.full((rows, width), np.inf)
    keys[:, :count] = numbers
    places = np.broadcast_to(np.arange(width), keys.shape)
    if width == LANES:
        return _sorted(keys, places, _SORT)[1][:, :count]
    low, low_places = _sorted(keys[:, :LANES], places[:, :LANES], _SORT)
    high, high_places = _sorted(keys[:, LANES:], places[:, LANES:], _SORT)
    return _merged(low, low_places, high, high_places)[:, :count]


def _sorted(keys: Array, places: Array, steps: tuple[tuple[int, int], ...]) -> tuple[Array, Array]:
    import numpy as np

    lanes = np.arange(LANES)
    for partner, higher in steps:
        theirs = keys[:, lanes ^ partner]
        kept = np.where(lanes & higher, np.maximum(keys, theirs), np.minimum(keys, theirs))
        places = np.where(kept == keys, places, places[:, lanes ^ partner])
        keys = kept
    return keys, places


def _merged(low: Array, low_places: Array, high: Array, high_places: Array) -> Array:
    """Return the places of two sorted registers in one order."""
    import numpy as np

    high = high[:, ::-1]
    high_places = high_places[:, ::-1]
    least: Array = np.minimum(low, high)
    most: Array = np.maximum(low, high)
    least_places: Array = np.where(least == low, low_places, high_places)
    most_places: Array = np.where(most == high, high_places, low_places)
    _, first = _sorted(least, least_places, _MERGE)
    _, second = _sorted(most[:, ::-1], most_places[:, ::-1], _MERGE)
    return np.concatenate([first, second], axis=1)
