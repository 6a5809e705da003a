"""Whether a report has the shape of the format: what its JSON Schema refuses, in words."""

from __future__ import annotations

import difflib
import math
import reprlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.reading.places import dotted

NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "an integer such as 2",
}
"""JSON types in plain words."""

MANY_CHOICES = 10
"""Longer lists of choices are cut down to those that resemble the value."""


def structure_findings(document: Any, version: str = "boamps") -> Iterator[Finding]:
    """Yield what a version's JSON Schema refuses in a document, in no order.

    None means: the official schema of that version accepts the document.
    """
    for error in _validator(version).iter_errors(document):
        place = tuple(error.absolute_path)
        if error.validator == "required":
            for name in set(error.validator_value) - set(error.instance):
                description = error.schema["properties"][name]["description"]
                mend = f"add it: {description}"
                yield Finding(dotted((*place, name)), "is missing", mend, "error", "missing-field")
        else:
            code, words = _REFUSALS[error.validator]
            yield Finding(dotted(place), *words(error.instance, error.schema), "error", code)


@cache
def _validator(version: str) -> Any:
    """Return the validator of a version of the format; the first call imports jsonschema.

    Types are those of the official schema (draft-04) and of JSON proper. Newer
    drafts, ours among them, count 2.0 as an integer, and NaN is a Python
    number: both are refused here.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "object": lambda _, value: isinstance(value, Mapping),
            "integer": lambda _, value: _is_integer(value),
            "number": lambda _, value: (
                _is_integer(value) or (isinstance(value, float) and math.isfinite(value))
            ),
        }
    )
    return extend(Draft202012Validator, type_checker=types)(load_schema(version))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong_type(value: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    name = NAMES[schema["type"]]
    return f"is {_shown(value)}, not {name}", f"give {name}: {schema['description']}"


def _wrong_choice(value: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    choices: list[str] = schema["enum"]
    if len(choices) > MANY_CHOICES:
        choices = [*difflib.get_close_matches(str(value).lower(), choices), "..."]
    return f"is {_shown(value)}, none of the values allowed", f"use one of {', '.join(choices)}"


def _out_of_range(value: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    limits = f"from {schema['minimum']} to {schema['maximum']}"
    return f"is {_shown(value)}, not {limits}", f"give a number {limits}: {schema['description']}"


def _empty(_: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    return "is empty", f"give at least one: {schema['description']}"


_REFUSALS: dict[str, tuple[str, Callable[[object, Mapping[str, Any]], tuple[str, str]]]] = {
    "type": ("wrong-type", _wrong_type),
    "enum": ("unknown-choice", _wrong_choice),
    "minimum": ("out-of-range", _out_of_range),
    "maximum": ("out-of-range", _out_of_range),
    "minItems": ("empty-list", _empty),
}
"""Code, and what and mend, of a finding, by the keyword of the schema that refused the value."""


def _shown(value: object) -> str:
    """Return the value as JSON would have it, short."""
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else reprlib.repr(value)
