"""What is got from values: attributes, items, sums, and what a loop over them yields."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.constants import fold_binary
from ai_power_export.source.overridden import doubt
from ai_power_export.source.values import (
    UNKNOWN,
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Items,
    Known,
    Member,
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

MOST_ITEMS = 64
"""Items over which a loop or comprehension is followed one by one."""


def get_attribute(frame: Frame, owner: Value, attr: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, External):
        path = f"{owner.path}.{attr}"
        return frame.machine.settings.get(path) or External(path)
    if isinstance(owner, Choice):
        return choice([get_attribute(frame, option, attr) for option in owner.options])
    if attr == "__dict__" and (table := own_attributes(owner)) is not None:
        return table
    if isinstance(owner, Instance):
        return _instance_attribute(frame, owner, attr)
    if isinstance(owner, Thing):
        return _thing_attribute(owner, attr)
    if isinstance(owner, Package):
        return owner.scope.get(attr) or UNKNOWN
    if isinstance(owner, Class):
        return owner.find(attr) or (UNKNOWN if not owner.outside() else Member(owner, attr))
    return Member(owner, attr)


def _instance_attribute(frame: Frame, owner: Instance, attr: str) -> Value:
    if attr in owner.attributes:
        return owner.attributes[attr]
    member = owner.cls.find(attr)
    if isinstance(member, Function):
        if any(isinstance(d, External) and d.path.endswith("property") for d in member.decorators):
            return frame.machine.call_function(frame, member, [owner], {})
        static = any(isinstance(d, External) and d.path == "builtins.staticmethod" for d in member.decorators)
        return member if static else Bound(member, owner)
    return member if member is not None else Member(owner, attr)


def _thing_attribute(owner: Thing, attr: str) -> Value:
    """An attribute that was set, or a setting handed to the constructor, under its own name or in a dict."""
    if attr in owner.attributes:
        return owner.attributes[attr]
    if attr in owner.call.keywords and not owner.call.method:
        return owner.call.keywords[attr]
    for argument in owner.call.args[:1]:
        if isinstance(argument, Table) and attr in argument.items and not owner.call.method:
            return argument.items[attr]
    return Member(owner, attr)


def get_item(owner: Value, key: Value) -> Value:
    """Return an item of a value."""
    if isinstance(owner, Choice):
        return choice([get_item(option, key) for option in owner.options])
    if isinstance(owner, Table):
        if isinstance(key, Known):
            return owner.items.get(key.value) or Member(owner, "[]", key)
        return choice(list(owner.items.values())) if len(owner.items) <= MOST_ITEMS else Mixed((owner,))
    if isinstance(owner, Items):
        if isinstance(key, Known) and isinstance(key.value, int) and not owner.open:
            inside = -len(owner.items) <= key.value < len(owner.items)
            return owner.items[key.value] if inside else UNKNOWN
        return Mixed((owner,))
    if isinstance(owner, External) and owner.path.endswith(".__dict__") and isinstance(key, Known):
        return External(f"{owner.path.removesuffix('.__dict__')}.{key.value!s}")
    if isinstance(owner, Thing) and isinstance(key, Known) and isinstance(key.value, str):
        found = owner.attributes.get(key.value) or owner.attributes.get(f"[{key.value}]")
        return found or Member(owner, "[]", key)
    return Member(owner, "[]", key)


def merge(target: Table, value: Value) -> None:
    """Take over the items of another dict; one that is not known may replace any of the target's."""
    if not isinstance(value, Table) or value.open:
        doubt(target.items)
        target.open = True
    if isinstance(value, Table):
        target.items.update(value.items)


def combined(op: ast.operator, left: Value, right: Value) -> Value:
    """Return `left op right` of two values."""
    if isinstance(left, Known) and isinstance(right, Known):
        return fold_binary(op, left, right) or UNKNOWN
    if isinstance(left, Table) and isinstance(op, ast.BitOr):
        both = Table(dict(left.items), left.open)
        merge(both, as_table(right) or right)
        return both
    if isinstance(op, (ast.Add, ast.Mult)) and (isinstance(left, Items) or isinstance(right, Items)):
        return _sequence(op, left, right)
    return Mixed((left, right))


def _sequence(op: ast.operator, left: Value, right: Value) -> Value:
    """A list or tuple repeated, or with something behind it: of known length where both are known."""
    if isinstance(left, Items) and isinstance(right, Items):
        return _first_of(left.items + right.items, left.kind, left.open or right.open)
    items, other = (left, right) if isinstance(left, Items) else (right, left)
    if isinstance(items, Items) and isinstance(other, Known) and type(other.value) is int:
        times = min(max(other.value, 0), 4 * MOST_ITEMS + 1)
        return _first_of(items.items * times, items.kind, items.open)
    return Mixed(tuple(_opened(each) for each in (left, right)))


def _first_of(items: list[Value], kind: str, is_open: bool) -> Items:
    return Items(items[: 4 * MOST_ITEMS], kind, is_open or len(items) > 4 * MOST_ITEMS)


def _opened(value: Value) -> Value:
    return Items(value.items, value.kind, open=True) if isinstance(value, Items) else value


def iterate(value: Value) -> tuple[list[Value], bool]:
    """Return what a loop over a value yields, and whether that is all of it.

    One stand-in for an item where the items are not known.
    """
    if isinstance(value, Items) and value.items and len(value.items) <= MOST_ITEMS:
        return list(value.items), not value.open
    if isinstance(value, Table) and value.items and len(value.items) <= MOST_ITEMS:
        return [Known(key) for key in value.items], not value.open
    if isinstance(value, (Items, Table)) and not value.items and not value.open:
        return [], True
    if isinstance(value, Choice):
        return [item for option in options(value) for item in iterate(option)[0]][:MOST_ITEMS], False
    return [Member(value, "[]")], False


def own_attributes(value: Value) -> Table | None:
    """Return what `vars` gives: the attributes of an object themselves, so that they change with it."""
    if isinstance(value, (Instance, Thing)) and value.attributes:
        return Table(value.attributes)
    return as_table(value)


def as_table(value: Value) -> Table | None:
    """Return an object's attributes as a dict: a dict, a namespace, a dataclass, a settings object."""
    if isinstance(value, Table):
        return value
    if isinstance(value, Instance) and value.attributes:
        return Table(dict(value.attributes))
    if isinstance(value, Thing) and value.attributes:
        return Table(dict(value.attributes))
    if isinstance(value, Thing) and not value.call.method:
        inner = value.call.args[0] if value.call.args else None
        if isinstance(inner, Table):
            return Table({**inner.items, **value.call.keywords}, inner.open)
    return None
