"""Reads the constructor parameters of objects that keep each under its own name, as estimators do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from inspect import CO_VARKEYWORDS, unwrap
from types import FunctionType
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.vocabulary.paths import is_personal
from ai_power_export.vocabulary.secrets import is_secret

REQUIRED = object()
"""The default of a parameter that has none."""

_SCALARS = frozenset({bool, int, float, str})
_ABSENT = object()


def attributes_of(instance: object) -> dict[str, Any]:
    """Return the attributes that an object holds itself, past any `__getattr__` of the user's."""
    try:
        attributes = object.__getattribute__(instance, "__dict__")
    except AttributeError:
        return {}
    return attributes if type(attributes) is dict else {}


def constructor_defaults(cls: type) -> dict[str, object]:
    """Return the names of a constructor's parameters and their defaults, `REQUIRED` without one.

    A constructor that takes `**kwargs` hands them on to the class that it inherits from.
    """
    found: dict[str, object] = {}
    for base in cls.__mro__:
        init = vars(base).get("__init__")
        if init is None:
            continue
        init = unwrap(getattr(init, "deprecated_original", init))
        if not isinstance(init, FunctionType):
            break
        for name, default in defaults_of(init).items():
            found.setdefault(name, default)
        if not init.__code__.co_flags & CO_VARKEYWORDS:
            break
    return found


def defaults_of(function: FunctionType) -> dict[str, object]:
    """Return a function's parameters after the first, and their defaults, `REQUIRED` without one."""
    code = function.__code__
    positional = code.co_varnames[1 : code.co_argcount]
    defaults = function.__defaults__ or ()
    required = [REQUIRED] * (len(positional) - len(defaults))
    keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    given = function.__kwdefaults__ or {}
    return {
        **dict(zip(positional, (*required, *defaults), strict=True)),
        **{name: given.get(name, REQUIRED) for name in keyword_only},
    }


def given_values(
    defaults: Iterable[tuple[str, object]], attributes: Mapping[str, Any]
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the parameters that differ from their defaults, and the names of those without a plain value.

    A value that may be a secret is none.
    """
    given: dict[str, JsonValue] = {}
    opaque = []
    for name, default in defaults:
        value = attributes.get(name, _ABSENT)
        if value is default or _equal_scalars(value, default):
            continue
        if value is not _ABSENT and is_plain(value) and not is_private(name, copied := plain(value)):
            given[name] = copied
        else:
            opaque.append(name)
    return given, tuple(opaque)


def is_private(name: str, value: JsonValue) -> bool:
    """Tell whether a plain value, or one in it, looks like a secret or says where the user keeps things."""
    if type(value) is dict:
        return any(is_private(inner, item) for inner, item in value.items())
    if type(value) is list:
        return any(is_private(name, item) for item in value)
    if value is None:
        return False
    is_place = type(value) is str and (is_personal(value) or value.startswith(("/", "\\\\", "~")))
    return is_place or _has_secret_name(name) or (type(value) is str and is_secret("", value))


@lru_cache(maxsize=1024)
def _has_secret_name(name: str) -> bool:
    return is_secret(name, "")


def _equal_scalars(value: object, default: object) -> bool:
    return type(value) in _SCALARS and type(value) is type(default) and value == default


def is_plain(value: object) -> bool:
    """Tell whether `plain` copies a value wholly: one estimator in a list, and the copy says too little."""
    if value is None:
        return True
    if plain(value) is None:
        return False
    if type(value) is dict:
        return all(is_plain(item) for item in value.values())
    return type(value) not in (list, tuple) or all(is_plain(item) for item in value)  # type: ignore[attr-defined]
