"""What a user says of fields of the report: checked against the format before anything is measured."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.format.fields import FieldInfo


def assignments(texts: Sequence[str], where: str) -> dict[str, JsonValue]:
    """Read `FIELD=VALUE` options.

    Raises:
        BadInput: No `=`, a field that the format does not have, or a value that it cannot have.
    """
    said = {}
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"{text!r} is no FIELD=VALUE", where)
        said[path] = value
    return typed_answers(said, where)


def typed_answers(said: Mapping[str, Any], where: str) -> dict[str, JsonValue]:
    """Return what was said by field, each value of the type that the format wants.

    Args:
        said: Values by the field's dotted path; text where they come from a command line.
        where: Where they were said, for the message: `--set`.

    Raises:
        BadInput: A field that the format does not have, or a value that it cannot have.
    """
    return {path: _typed(field_named(path, where), value, where) for path, value in said.items()}


def field_named(path: str, where: str) -> FieldInfo:
    """Return the field of the format at a dotted path without indices.

    Raises:
        BadInput: There is none.
    """
    known = {info.path: info for info in FIELDS}
    if path in known:
        return known[path]
    leaves = {each.rpartition(".")[2]: each for each in known}
    near = get_close_matches(path, known, 1) or [leaves[each] for each in get_close_matches(path, leaves, 1)]
    raise BadInput(f"the format has no field {path!r}", where, f"did you mean {near[0]}?" if near else "")


def _typed(info: FieldInfo, value: Any, where: str) -> JsonValue:
    if info.choices and value not in info.choices:
        mend = f"one of {', '.join(info.choices)}" if len(info.choices) < 20 else ""
        raise BadInput(f"{info.path}: {value!r} is none of the format's words", where, mend)
    if info.kind == "string":
        return value if isinstance(value, str) else str(value)
    number = _number(value)
    if number is None or (info.kind == "integer" and not isinstance(number, int)):
        wanted = "a whole number" if info.kind == "integer" else "a number"
        raise BadInput(f"{info.path}: {value!r} is not {wanted}", where)
    return number


def _number(value: Any) -> int | float | None:
    """Read a number as JSON writes it; None for anything else, also for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    if not math.isfinite(number):
        return None
    if text.lstrip("+-").isdigit():
        return int(text)
    return int(number) if number.is_integer() and "." not in text else number


_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
