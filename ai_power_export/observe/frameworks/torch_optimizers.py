"""Reads PyTorch optimizers: what they are, their settings, the learning rate that they began with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import (
    REQUIRED,
    attributes_of,
    constructor_defaults,
    is_plain,
)
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.naming import camel_case

OPTIMIZER = "torch.optim.optimizer.Optimizer"
"""What every optimizer inherits from."""


class Settings(NamedTuple):
    """What an optimizer was set to."""

    class_path: str
    parameters: Mapping[str, JsonValue]
    """Its constructor's arguments by name: `lr`, `weight_decay`, ..."""
    defaults: tuple[str, ...]
    """Those among them that have their default value."""

    @property
    def word(self) -> str:
        """The format's `optimizer`: `adamW`."""
        entry = load_catalogue().entry(self.class_path)
        return (entry.algorithm_name if entry else "") or camel_case(self.class_path.rpartition(".")[2])


def settings_of(optimizer: Any) -> Settings | None:
    """Read an optimizer, also in the carrier that Accelerate puts it in; None if it is none."""
    optimizer = attributes_of(optimizer).get("optimizer", optimizer)
    if not any(class_path(base) == OPTIMIZER for base in type(optimizer).__mro__):
        return None
    given = attributes_of(optimizer).get("defaults")
    given = given if type(given) is dict else {}
    signature = constructor_defaults(type(optimizer))
    # Optimizers keep more among their defaults than can be set, such as how AdamW differs from Adam.
    known = {name: given[name] for name in signature if name in given and is_plain(given[name])}
    known["lr"] = _learning_rate(optimizer, given)
    parameters = {name: plain(value) for name, value in known.items() if value is not None}
    defaults = tuple(
        name for name, value in parameters.items() if _is_default(value, signature.get(name, REQUIRED))
    )
    return Settings(class_path(type(optimizer)), parameters, defaults)


def _is_default(value: JsonValue, default: object) -> bool:
    return default is not REQUIRED and is_plain(default) and plain(default) == value


def _learning_rate(optimizer: Any, given: Mapping[str, Any]) -> Any:
    """Return the rate that training began with, whatever a scheduler has made of it since.

    None where groups of weights have rates of their own.
    """
    groups = attributes_of(optimizer).get("param_groups")
    groups = [group for group in groups if type(group) is dict] if type(groups) is list else []
    initial = [group["initial_lr"] if "initial_lr" in group else group.get("lr") for group in groups]
    rates = [rate for rate in initial if type(rate) is float or type(rate) is int]
    if not rates or len(rates) < len(groups) or any(rate != rates[0] for rate in rates):
        return None
    return rates[0] if all("initial_lr" in group for group in groups) else given.get("lr")


def held_by(optimizer: Any) -> frozenset[int]:
    """Return the `id` of each parameter that an optimizer changes."""
    groups = attributes_of(optimizer).get("param_groups")
    groups = groups if type(groups) is list else []
    return frozenset(id(each) for group in groups for each in group["params"])
