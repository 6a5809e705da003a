"""Hyperparameters: named values that the source gives to a model, its optimizer, its trainer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ai_power_export.facts import LONGEST_LIST, JsonValue, plain
from ai_power_export.source.calls import Call
from ai_power_export.source.values import (
    Choice,
    External,
    Function,
    Instance,
    Items,
    Known,
    Table,
    Thing,
    Value,
    ancestry,
)
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.paths import is_personal
from ai_power_export.vocabulary.secrets import is_secret


@dataclass
class Values:
    """Named values, the names among them that hold by default only, and how many were secret."""

    named: dict[str, JsonValue] = field(default_factory=dict)
    defaults: set[str] = field(default_factory=set)
    secrets: int = 0

    def add(self, name: str, value: Value) -> None:
        """Take a value if it is plain and no secret."""
        if isinstance(value, Known) and is_secret(name, value.value):
            self.secrets += 1
            return
        found, known = plain_value(value)
        if not known or is_personal(found):
            return
        self.named[name] = found
        self.defaults.discard(name)
        if holds_by_default(value):
            self.defaults.add(name)

    def extend(self, other: Values) -> None:
        """Take over other values, which win."""
        self.named.update(other.named)
        self.defaults = (self.defaults - set(other.named)) | other.defaults
        self.secrets += other.secrets


DEEPEST = 4
"""Containers within containers that are still a plain value; a list may hold itself."""


def plain_value(value: Value, depth: int = DEEPEST) -> tuple[JsonValue, bool]:
    """Return a value as JSON and whether it is one; models, data and what is not known are none."""
    if isinstance(value, Known):
        found = plain(value.value)
        return found, found is not None or value.value is None
    if depth == 0:
        return None, False
    if isinstance(value, Items) and not value.open and value.items:
        pairs = [plain_value(item, depth - 1) for item in value.items[: LONGEST_LIST + 1]]
        return [item for item, _ in pairs], all(known for _, known in pairs) and len(pairs) <= LONGEST_LIST
    if isinstance(value, Table) and not value.open and value.items:
        named = {str(key): plain_value(item, depth - 1) for key, item in value.items.items()}
        return {key: item for key, (item, _) in named.items()}, all(known for _, known in named.values())
    if isinstance(value, External) and value.path.startswith(
        ("torch.", "tensorflow.", "numpy.", "jax.numpy.")
    ):
        leaf = value.path.rpartition(".")[2]
        return leaf, leaf in _TYPES
    if isinstance(value, External) and _MEMBER.search(value.path):
        return value.path.rpartition(".")[2], True
    return None, False


_MEMBER = re.compile(r"\.[A-Z]\w*\.[A-Z][A-Z0-9_]*$")
"""A member of an enumeration, `peft.TaskType.CAUSAL_LM`."""

_TYPES = frozenset({"float16", "bfloat16", "float32", "float64", "int8", "half", "float"})


def holds_by_default(value: Value) -> bool:
    """Tell whether a plain value may be changed from the command line."""
    return any(isinstance(part, Known) and part.default for part in ancestry(value))


def named_arguments(call: Call, names: Iterable[str], skip: frozenset[str] = frozenset()) -> dict[str, Value]:
    """Return the arguments of a call by the names of its positional parameters."""
    found = dict(zip(names, call.args, strict=False))
    found.update(call.keywords)
    return {name: value for name, value in found.items() if name not in skip}


def constructor_values(model: Value) -> Values:
    """Return what a model's constructor was given."""
    values = Values()
    call = model.call if isinstance(model, (Thing, Instance)) else None
    if call is None:
        return values
    for name, value in named_arguments(call, parameters_of(model)).items():
        if name in SETTINGS and isinstance(value, Table):
            for key, item in value.items.items():
                values.add(str(key), item)
        elif not isinstance(value, Choice):
            values.add(name, value)
    return values


SETTINGS = ("params", "param")
"""Parameters that take a dict of hyperparameters."""


def parameters_of(model: Value) -> tuple[str, ...]:
    """Return the names of the positional parameters of what made a value."""
    if isinstance(model, Instance):
        init = model.cls.find("__init__")
        if isinstance(init, Function):
            spec = init.node.args
            return tuple(parameter.arg for parameter in (*spec.posonlyargs, *spec.args))[1:]
        return tuple(model.cls.fields)
    if isinstance(model, Thing):
        catalogue = load_catalogue()
        if model.call.method:
            return catalogue.method_parameters(f"{model.path}.{model.call.method}")
        entry = catalogue.entry(model.path)
        return entry.parameters if entry is not None else ()
    return ()
