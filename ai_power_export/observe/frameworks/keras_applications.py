"""Knows which networks came from `keras.applications`, and whether with pretrained weights.

A live model does not tell: its name can be any, and its weights are numbers. So
the functions that make them are watched, and a weak reference to the model and
to its first layers is kept: a new model that the program builds on the layers
of one is built on the pretrained network, even when that model itself is gone.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from ai_power_export.observe.frameworks.keras_models import layers_with_weights

PUBLISHED = "imagenet"
"""The weights that Keras's authors publish; also what is loaded where no argument says otherwise."""


class Application(NamedTuple):
    """How a network of `keras.applications` was asked for."""

    name: str
    """`InceptionV3`."""
    weights: str
    """`imagenet`; `file` for weights of a file; empty for none."""
    whole: bool
    """With its classifier on top."""


def asked_for(name: str, values: Mapping[str, Any]) -> Application:
    """Read the arguments of a call."""
    weights = values.get("weights", PUBLISHED)
    said = "" if weights is None else PUBLISHED if type(weights) is str and weights == PUBLISHED else "file"
    return Application(name, said, values.get("include_top", True) is True)


class Applications:
    """The networks that were made so far and are still in use."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[weakref.ref[Any], Application]] = {}
        """Networks, and the first layer with weights of each, by `id`."""

    def remember(self, model: Any, application: Application) -> None:
        """Note what a network is."""
        for each in (model, next(layers_with_weights(model), None)):
            if each is not None:
                key = id(each)
                forget = partial(self._forget, key)
                self._made[key] = (weakref.ref(each, forget), application)

    def _forget(self, key: int, _: object) -> None:
        self._made.pop(key, None)

    def is_one(self, model: Any) -> Application | None:
        """Return what a network is that is one of them itself."""
        known = self._made.get(id(model))
        return known[1] if known is not None and known[0]() is model else None

    def inside(self, ids: frozenset[int]) -> Application | None:
        """Return what a network is built on, given the `id` of it and its layers; None of several or none."""
        found = {known[1] for each in ids & self._made.keys() if (known := self._made[each])[0]() is not None}
        return found.pop() if len(found) == 1 else None
