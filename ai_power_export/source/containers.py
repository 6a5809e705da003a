"""Lists, dicts and texts: what their methods give and change."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.arguments import Arguments
from ai_power_export.source.operations import as_table, get_item, merge
from ai_power_export.source.values import UNKNOWN, Items, Known, Member, Mixed, Table, Value

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


def container_method(frame: Frame, owner: Value, node: ast.Call) -> Value | None:
    """Return what a method of a known list, dict or text gives; None where it is none of these."""
    if not isinstance(owner, (Table, Items, Known)):
        return None
    arguments = Arguments(frame, node)
    name = node.func.attr  # type: ignore[attr-defined]
    if isinstance(owner, Table):
        return _table_method(owner, name, arguments)
    if isinstance(owner, Items):
        return _items_method(frame, owner, name, arguments)
    return _text_method(owner, name, arguments)


def _table_method(owner: Table, name: str, arguments: Arguments) -> Value:
    if name == "items":
        pairs: list[Value] = [Items([Known(key), value], "tuple") for key, value in owner.items.items()]
        return Items(pairs, "list", owner.open)
    if name == "values":
        return Items(list(owner.items.values()), "list", owner.open)
    if name == "keys":
        return Items([Known(key) for key in owner.items], "list", owner.open)
    if name == "copy":
        return Table(dict(owner.items), owner.open)
    if name == "update":
        for argument in arguments.args:
            merge(owner, as_table(argument) or argument)
        if arguments.open:
            merge(owner, UNKNOWN)
        owner.items.update(arguments.keywords)
        return Known(None)
    if name in ("get", "pop", "setdefault") and arguments.args:
        return _looked_up(owner, name, arguments)
    return Member(owner, name)


def _looked_up(owner: Table, name: str, arguments: Arguments) -> Value:
    key = arguments.args[0]
    fallback = arguments.args[1] if len(arguments.args) > 1 else Known(None)
    if not isinstance(key, Known):
        return get_item(owner, key)
    if name == "pop":
        return owner.items.pop(key.value, fallback)
    found = owner.items.get(key.value)
    if found is None and name == "setdefault":
        owner.items[key.value] = fallback
    return found if found is not None else (UNKNOWN if owner.open else fallback)


def _items_method(frame: Frame, owner: Items, name: str, arguments: Arguments) -> Value:
    first = arguments.args[0] if arguments.args else UNKNOWN
    if name in ("append", "add", "insert"):
        if len(owner.items) < 1000:
            owner.items.append(arguments.args[-1] if arguments.args else UNKNOWN)
        owner.open |= any(loop.count is None or loop.count > 1 for loop in frame.machine.loops)
    elif name in ("extend", "update"):
        owner.items.extend(first.items if isinstance(first, Items) else [first])
        owner.open |= not isinstance(first, Items) or first.open
    elif name == "copy":
        return Items(list(owner.items), owner.kind, owner.open)
    elif name == "pop":
        return owner.items.pop() if owner.items and not arguments.args else Mixed((owner,))
    return Known(None) if name in ("append", "add", "extend", "insert", "update") else Member(owner, name)


_TEXT_METHODS = frozenset(
    {"lower", "upper", "strip", "title", "capitalize", "rstrip", "lstrip", "replace", "split"}
    | {"startswith", "endswith"}
)


def _text_method(owner: Known, name: str, arguments: Arguments) -> Value:
    known = [arg.value for arg in arguments.args if isinstance(arg, Known)]
    plain = len(known) == len(arguments.args) and not arguments.keywords
    if isinstance(owner.value, str) and plain and name == "format":
        return (
            Known(owner.value.format(*known), owner.default)
            if _plain_fields(owner.value, len(known))
            else UNKNOWN
        )
    if isinstance(owner.value, str) and plain and name in _TEXT_METHODS and len(owner.value) < 10_000:
        try:
            result = getattr(owner.value, name)(*known)
        except (TypeError, ValueError):
            return UNKNOWN
        if isinstance(result, list):
            return Items([Known(part) for part in result])
        return Known(result, owner.default and not isinstance(result, bool))
    return Mixed((owner, *arguments.args, *arguments.keywords.values()))


def _plain_fields(text: str, count: int) -> bool:
    return text.count("{}") == count == text.count("{") == text.count("}")
