"""Defaults that a program states for parameters, options and fields: whoever calls may say otherwise."""

from __future__ import annotations

import ast

from ai_power_export.source.overridden import doubted
from ai_power_export.source.values import (
    UNKNOWN,
    Function,
    Instance,
    Known,
    Thing,
    Value,
)


def as_default(value: Value | None) -> Value:
    """Mark a constant as holding only where nobody says otherwise."""
    if isinstance(value, Known):
        return Known(value.value, True)
    return value if value is not None else UNKNOWN


def option_default(function: Function, name: str) -> Value | None:
    """Return the default that a click decorator gives to a parameter."""
    for decorator in function.decorators:
        if isinstance(decorator, Thing) and decorator.path in ("click.option", "click.argument"):
            flags = [str(arg.value) for arg in decorator.call.args if isinstance(arg, Known)]
            if name in (flag.lstrip("-").replace("-", "_") for flag in flags):
                return as_default(decorator.call.keywords.get("default"))
    return None


def declared_default(value: Value) -> Value:
    """Return the default that `field(default=…)`, `typer.Option(…)` and their like state."""
    if not isinstance(value, Thing) or value.path.rpartition(".")[2] not in _DECLARERS:
        return value
    factory = value.call.keywords.get("default_factory")
    if isinstance(factory, Function) and isinstance(factory.node, ast.Lambda):
        return UNKNOWN
    return value.call.keywords.get("default") or (value.call.args[0] if value.call.args else UNKNOWN)


_DECLARERS = ("field", "Field", "ib", "attrib", "HfArg", "Option", "Argument")


def set_fields(
    instance: Instance, args: list[Value], keywords: dict[str, Value], is_open: bool = False
) -> None:
    """Give a dataclass (or flax module) its fields: arguments by order and name, else defaults.

    Nothing is known of these where there are more arguments than the source shows.
    """
    fields = [name for cls in reversed(list(instance.cls.lineage())) for name in cls.fields]
    for name in fields:
        default = instance.cls.find(name)
        if default is not None:
            unsaid = as_default(declared_default(default))
            instance.attributes[name] = doubted(unsaid) if is_open else unsaid
    instance.attributes.update(zip(fields, args, strict=False))
    instance.attributes.update(keywords)
