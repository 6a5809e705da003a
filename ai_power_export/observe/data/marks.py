"""Knows data again by weak references and numbers, without keeping it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ai_power_export.observe.data.shape import extent
from ai_power_export.observe.reader import nothing


class Mark(NamedTuple):
    """Tells data apart after they may be gone."""

    number: int
    """The `id` of data that cannot be referred to weakly, such as a list; else 0."""
    data: Callable[[], Any]
    """A weak reference to the data."""
    memory: Callable[[], Any] | None
    """One to the array that holds their memory; None of what is no array, or where others hold it."""
    shape: tuple[int, ...] | None
    place: tuple[int, int] | None = None
    """Where its memory begins and ends, of an array that shows a part of another's."""

    def is_same(self, other: Mark) -> bool:
        """Tell whether both mark one object; one that is gone is no other."""
        if self.number or other.number:
            return self.number == other.number and self.shape == other.shape
        data = self.data()
        return data is not None and data is other.data()


def mark_of(data: Any) -> Mark:
    """Return the mark of some data."""
    if data is None:
        return Mark(0, nothing, None, None)
    try:
        reference = weakref.ref(data)
    except TypeError:
        return Mark(id(data), nothing, None, extent(data))
    if not _is_array(data):
        return Mark(0, reference, None, extent(data))
    if data.base is None:
        return Mark(0, reference, reference, data.shape)
    if not _is_array(data.base):
        return Mark(0, reference, None, data.shape)
    return Mark(0, reference, weakref.ref(data.base), data.shape, _place_of(data))


def seen_before(mark: Mark, fitted: Iterable[Mark]) -> str:
    """Compare data with that of the fits so far; see `Observation.seen_before`."""
    likeness = {_likeness(mark, each) for each in fitted}
    return next((word for word in ("same", "alike") if word in likeness), "")


def _likeness(mark: Mark, fitted: Mark) -> str:
    if mark.is_same(fitted):
        return "same"
    if mark.memory is not None and fitted.memory is not None:
        held = mark.memory()
        if held is not None and held is fitted.memory():
            return _overlap(mark, fitted)
    # With memory of its own it may still be a copy, or the same rows transformed again.
    return "alike" if mark.shape and mark.shape == fitted.shape else ""


def _overlap(mark: Mark, fitted: Mark) -> str:
    """Tell whether some data are, or perhaps are, inside others in the same memory."""
    if fitted.place is None:
        return "same"
    if mark.place is None:
        return "alike"
    (begin, end), (fitted_begin, fitted_end) = mark.place, fitted.place
    if end <= fitted_begin or fitted_end <= begin:
        return ""
    is_same = mark.place == fitted.place and mark.shape == fitted.shape
    return "same" if is_same else "alike"


def _place_of(array: Any) -> tuple[int, int]:
    """Return where an array's memory begins and ends; between them lie perhaps bytes of others."""
    begin = end = array.__array_interface__["data"][0]
    for size, step in zip(array.shape, array.strides, strict=True):
        begin += min(0, step * (size - 1))
        end += max(0, step * (size - 1))
    return begin, end + array.itemsize


def _is_array(data: Any) -> bool:
    return type(data).__name__ == "ndarray" and type(data).__module__ == "numpy"
