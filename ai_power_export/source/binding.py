"""Binding: names, attributes and items get values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.operations import get_item, merge
from ai_power_export.source.overridden import doubt_attributes, doubted
from ai_power_export.source.values import (
    UNKNOWN,
    Class,
    External,
    Instance,
    Items,
    Known,
    Mixed,
    Package,
    Table,
    Thing,
    Value,
    choice,
    options,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


def bind(frame: Frame, target: ast.expr, value: Value) -> None:
    """Bind a target: a name, an attribute, an item, or several of them."""
    if isinstance(target, ast.Name):
        frame.scope.set(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(frame, target.elts, value)
    elif isinstance(target, ast.Starred):
        bind(frame, target.value, value)
    elif isinstance(target, ast.Attribute):
        set_attribute(frame, frame.evaluate(target.value), target.attr, value)
    elif isinstance(target, ast.Subscript):
        _set_item(frame, frame.evaluate(target.value), frame.evaluate(target.slice), value)


def _unpack(frame: Frame, targets: list[ast.expr], value: Value) -> None:
    starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if isinstance(value, Items) and not value.open and starred is None and len(value.items) == len(targets):
        for target, item in zip(targets, value.items, strict=False):
            bind(frame, target, item)
        return
    for i, target in enumerate(targets):
        if starred is not None and i >= starred:
            bind(frame, target, Mixed((value,)))
        else:
            bind(frame, target, get_item(value, Known(i)))


def set_attribute(frame: Frame, owner: Value, attr: str, value: Value) -> None:
    """Set an attribute of whatever a value may be."""
    for option in options(owner):
        if isinstance(option, (Instance, Thing)):
            old = option.attributes.get(attr)
            joined = choice([old, value]) if old is not None and frame.machine.maybe else value
            option.attributes[attr] = joined
        elif isinstance(option, External):
            frame.machine.settings[f"{option.path}.{attr}"] = value
        elif isinstance(option, Class):
            option.members[attr] = value
        elif isinstance(option, Package):
            option.scope.set(attr, value)


def _set_item(frame: Frame, owner: Value, key: Value, value: Value) -> None:
    for option in options(owner):
        if isinstance(option, Table):
            _set_key(frame, option, key, value)
        elif isinstance(option, Items):
            _set_index(frame, option, key, value)
        elif isinstance(option, Thing) and isinstance(key, Known) and isinstance(key.value, str):
            option.attributes[f"[{key.value}]"] = value
        elif isinstance(option, Thing):
            doubt_attributes(option)


def _set_key(frame: Frame, owner: Table, key: Value, value: Value) -> None:
    if isinstance(key, Known):
        old = owner.items.get(key.value)
        owner.items[key.value] = choice([old, value]) if old is not None and frame.machine.maybe else value
    else:
        merge(owner, UNKNOWN)


def _set_index(frame: Frame, owner: Items, key: Value, value: Value) -> None:
    number = key.value if isinstance(key, Known) else None
    if type(number) is int and -len(owner.items) <= number < len(owner.items) and not owner.open:
        old = owner.items[number]
        owner.items[number] = choice([old, value]) if frame.machine.maybe else value
    else:
        owner.items[:] = map(doubted, owner.items)
