"""What a program may have replaced by values that its source does not show: those of a file, mostly."""

from __future__ import annotations

from ai_power_export.source.calls import Call
from ai_power_export.source.values import (
    UNKNOWN,
    Choice,
    Class,
    Instance,
    Items,
    Key,
    Known,
    Table,
    Thing,
    Value,
    choice,
)


def doubt(values: dict[Key, Value]) -> None:
    """Forget the constants among values by name; no model, no data and no `__name__` comes out of a file."""
    for name, value in values.items():
        if not str(name).startswith("__"):
            values[name] = doubted(value)


def doubted(value: Value) -> Value:
    """Return what is left of a value that may have been replaced."""
    if isinstance(value, Known):
        return UNKNOWN
    if isinstance(value, Items):
        return Items([doubted(item) for item in value.items], value.kind, open=True)
    if isinstance(value, Table):
        return Table({key: doubted(item) for key, item in value.items.items()}, open=True)
    if isinstance(value, Choice):
        return choice([doubted(option) for option in value.options])
    return value


def doubt_attributes(owner: Value) -> None:
    """Forget the constants among the attributes of an object, or of a class, one of which was set."""
    if isinstance(owner, Class):
        doubt(owner.members)
    elif isinstance(owner, Instance):
        for cls in owner.cls.lineage():
            constants = {name: value for name, value in cls.members.items() if isinstance(value, Known)}
            owner.attributes = {**constants, **owner.attributes}
        doubt(owner.attributes)
    elif isinstance(owner, Thing):
        owner.attributes = {**_made_with(owner.call), **owner.attributes}
        doubt(owner.attributes)


def _made_with(call: Call) -> dict[str, Value]:
    """Return what a namespace or settings object was made with: keywords, or the items of a dict."""
    if call.method:
        return {}
    first = call.args[0] if call.args else None
    items = first.items if isinstance(first, Table) else {}
    return {**{str(key): value for key, value in items.items()}, **call.keywords}
