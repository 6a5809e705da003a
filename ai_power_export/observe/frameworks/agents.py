"""Describes live agents of Stable-Baselines3: algorithm, policy networks, hyperparameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import (
    attributes_of,
    constructor_defaults,
    given_values,
    is_plain,
)
from ai_power_export.observe.frameworks.environments import environment_name
from ai_power_export.observe.frameworks.models import network_part
from ai_power_export.observe.observation import Part
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.describe import describe_entry
from ai_power_export.vocabulary.entries import Role

KIND = "reinforcementLearning"

KEPT_UNDER = {"stats_window_size": "_stats_window_size"}
"""Constructor parameters that an agent keeps under another name."""
NO_HYPERPARAMETERS = frozenset({"device", "env", "policy", "target_entropy", "tensorboard_log", "verbose"})
"""Constructor parameters that an agent replaces by what it makes of them, or that say where to write."""
CHOSEN_BY_THE_ALGORITHM = frozenset({"n_critics", "optimizer_class", "optimizer_kwargs", "use_sde"})
"""Entries of `policy_kwargs` that A2C, DDPG and SAC put there themselves."""

_FLOAT_SCHEDULE = "stable_baselines3.common.utils.FloatSchedule"
_CONSTANT_SCHEDULE = "stable_baselines3.common.utils.ConstantSchedule"
_LINEAR_SCHEDULE = "stable_baselines3.common.utils.LinearSchedule"
_TRAIN_FREQUENCY = "stable_baselines3.common.type_aliases.TrainFreq"


def agent_part(agent: Any, asked: Mapping[str, JsonValue] | None = None) -> Part:
    """Describe an agent.

    Args:
        agent: A live `BaseAlgorithm`.
        asked: Hyperparameters of the call, besides those of its constructor.
    """
    cls, policy = type(agent), attributes_of(agent).get("policy")
    parameters, defaults = _hyperparameters(agent)
    parameters |= {name: value for name, value in (asked or {}).items() if value is not None}
    said: dict[str, JsonValue] = {**_as_known(cls), "optimizer": _optimizer_word(policy)}
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    said |= network_part(policy).said
    return Part(class_path(cls), bases, KIND, parameters, defaults, said=said, is_model=True)


def inherits(thing: object, base: str) -> bool:
    """Tell whether an object's class is, or inherits from, the class of this path."""
    return any(class_path(each) == base for each in type(thing).__mro__)


def _as_known(cls: type) -> dict[str, str]:
    """Return what the catalogue says of an algorithm, or of the one that the program's own inherits from."""
    entries = (load_catalogue().entry(class_path(base)) for base in cls.__mro__)
    entry = next((each for each in entries if each is not None and each.role is Role.MODEL), None)
    said = describe_entry(entry) if entry is not None else {}
    return {name: value for name, value in said.items() if name != "classPath"}


def _optimizer_word(policy: Any) -> str:
    """Return the word for the optimizer of a policy, or of the network of it that chooses actions."""
    modules = attributes_of(policy).get("_modules") or {}
    holders = (policy, modules.get("actor"))
    optimizer = next((found for each in holders if (found := attributes_of(each).get("optimizer"))), None)
    entries = (load_catalogue().entry(class_path(base)) for base in type(optimizer).__mro__)
    return next((each.algorithm_name for each in entries if each and each.role is Role.OPTIMIZER), "")


# ---- hyperparameters -----------------------------------------------------------------------------


def _hyperparameters(agent: Any) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the constructor's parameters as the agent keeps them, and which have their default."""
    known = attributes_of(agent)
    usual = [(name, default) for name, default in _constructor(type(agent)) if is_plain(default)]
    values = {name: known[kept] for name, _ in usual if (kept := KEPT_UNDER.get(name, name)) in known}
    given, opaque = given_values(usual, {name: _as_given(name, each) for name, each in values.items()})
    copied: dict[str, Any] = dict(usual)
    parameters = {name: given.get(name, copied[name]) for name in copied if name not in opaque}
    named: dict[str, JsonValue] = {
        "policy": _policy_alias(agent),
        "env": environment_name(known.get("env")),
        "n_envs": known.get("n_envs"),
    }
    parameters |= {name: value for name, value in named.items() if type(value) in (str, int)}
    return parameters, tuple(name for name in copied if name in parameters and name not in given)


def _constructor(cls: type) -> Iterator[tuple[str, object]]:
    for name, default in constructor_defaults(cls).items():
        if name not in NO_HYPERPARAMETERS and not name.startswith("_"):
            yield name, default


def _as_given(name: str, value: Any) -> Any:
    """Return what an agent was given for what it has made of it."""
    path = class_path(type(value))
    if path == _FLOAT_SCHEDULE:
        return _as_given(name, attributes_of(value).get("value_schedule"))
    if path == _CONSTANT_SCHEDULE:
        return attributes_of(value).get("val")
    if path == _LINEAR_SCHEDULE:
        return attributes_of(value).get("start")
    if path == _TRAIN_FREQUENCY:
        frequency, unit = tuple.__iter__(value)
        word = getattr(unit, "value", None)
        return frequency if word == "step" else (frequency, word)
    if type(value) is dict:
        return (_named_classes(value) if name == "policy_kwargs" else value) or None
    return value


def _named_classes(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings of a policy's networks with classes by their names, `activation_fn: ReLU`."""
    return {
        name: value.__name__ if type(value) is type else value
        for name, value in settings.items()
        if name not in CHOSEN_BY_THE_ALGORITHM
    }


def _policy_alias(agent: Any) -> str | None:
    """Return the name of the policy's class by which a program asks for it, `MlpPolicy`."""
    cls = attributes_of(agent).get("policy_class")
    for base in type(agent).__mro__:
        aliases = vars(base).get("policy_aliases")
        if type(aliases) is dict and aliases:
            return next((name for name, each in aliases.items() if each is cls), None)
    return None
