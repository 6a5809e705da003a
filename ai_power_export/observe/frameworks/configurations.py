"""Reads settings that a dataclass keeps: arguments of a training, settings of an adapter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.frameworks.constructors import attributes_of

_NO_SETTING = re.compile(
    r"(?:^|_)(?:auto|backend|callbacks|column|columns|config|cpu|dataloader|ddp|debug|device|dir|disable|do|eval"
    r"|field|file|files|greater|host|hub|include|jit|kernel|key|load|local|log|logging|metrics?|mp|name|names|nccl"
    r"|num_proc|password|past|path|paths|port|print|project|push|report|restore|resume|revision|run|save|secret"
    r"|peft|server|skip|template|token|tqdm|trackio|trust|url|verbose|version|vllm)(?:$|_)"
)
"""Words in names of settings that say what to write where, or how to use the machine, not how to learn."""

_PLACE = re.compile(r"[\\/]|^~")
"""What a text has in it that names a file, a folder or an address."""


def settings_of(
    thing: object, *, always: Collection[str] = ()
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the settings of a dataclass that differ from their defaults, and the defaults named in `always`.

    Returns:
        The settings by name, and the names of those that have their default.
    """
    known = attributes_of(thing)
    found: dict[str, JsonValue] = {}
    defaults = []
    for name, default in _fields(type(thing)):
        value, usual = _copy(known.get(name)), _copy(default)
        # Of a setting that is None by default, the framework makes False where it means no.
        is_default = value is False if usual is None else type(value) is type(usual) and value == usual
        if value is None or not (name in always or (not is_default and not _NO_SETTING.search(name))):
            continue
        found[name] = value
        if is_default:
            defaults.append(name)
    return found, tuple(defaults)


def _fields(cls: type) -> Iterator[tuple[str, Any]]:
    fields = getattr(cls, "__dataclass_fields__", None)
    if type(fields) is dict:
        for name, field in fields.items():
            yield name, getattr(field, "default", None)


def _copy(value: Any) -> JsonValue:
    """Copy a setting: a scalar, a member of an enumeration, or a few words; None for anything else."""
    if Enum in type(value).__mro__:
        value = value._value_
    if type(value) in (set, frozenset, list, tuple):
        words = [each for each in value if type(each) is str and not _PLACE.search(each)]
        return plain(sorted(words)) if words and len(words) == len(value) else None
    if type(value) is dict or (type(value) is str and (not value or _PLACE.search(value))):
        return None
    return plain(value)
