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

_CYCLE = "max_momentum"
"""What schedulers that change more than the rate leave in groups of weights."""
_CYCLED = frozenset({"momentum", "betas"})
"""What they change."""


class Settings(NamedTuple):
    """What an optimizer was set to."""

    class_path: str
    parameters: Mapping[str, JsonValue]
    """Its constructor's arguments by name, `lr`, `weight_decay`, ..., that all groups of weights share."""
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
    groups = _groups(optimizer)
    shared = {name: _shared(name, groups, given[name]) for name in signature if name in given}
    known = {name: value for name, value in shared.items() if is_plain(value)}
    known["lr"] = _learning_rate(groups, given)
    parameters = {name: plain(value) for name, value in known.items() if value is not None}
    defaults = tuple(
        name for name, value in parameters.items() if _is_default(value, signature.get(name, REQUIRED))
    )
    return Settings(class_path(type(optimizer)), parameters, defaults)


def _is_default(value: JsonValue, default: object) -> bool:
    return default is not REQUIRED and is_plain(default) and plain(default) == value


def _groups(optimizer: Any) -> list[dict[str, Any]]:
    groups = attributes_of(optimizer).get("param_groups")
    return [group for group in groups if type(group) is dict] if type(groups) is list else []


def _shared(name: str, groups: list[dict[str, Any]], given: Any) -> Any:
    """Return what a setting is in all groups of weights; None where they, or a scheduler, have their own.

    Args:
        name: The setting's name.
        groups: The groups.
        given: What the optimizer was given for groups that do not say.
    """
    if name in _CYCLED and any(_CYCLE in group for group in groups):
        return None
    first, *others = [group.get(name, given) for group in groups] or [given]
    # Only plain values are compared: a tensor has no single answer.
    is_shared = is_plain(first) and all(is_plain(each) and plain(each) == plain(first) for each in others)
    return first if is_shared else None


def _learning_rate(groups: list[dict[str, Any]], given: Mapping[str, Any]) -> Any:
    """Return the rate that training began with, whatever a scheduler has made of it since.

    None where groups of weights have rates of their own.
    """
    initial = [group["initial_lr"] if "initial_lr" in group else group.get("lr") for group in groups]
    rates = [rate for rate in initial if type(rate) is float or type(rate) is int]
    if not rates or len(rates) < len(groups) or any(rate != rates[0] for rate in rates):
        return None
    return rates[0] if all("initial_lr" in group for group in groups) else given.get("lr")


def held_by(optimizer: Any) -> frozenset[int]:
    """Return the `id` of each parameter that an optimizer changes."""
    return frozenset(id(each) for group in _groups(optimizer) for each in group["params"])
