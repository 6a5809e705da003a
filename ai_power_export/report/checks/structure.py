"""Whether a report has the shape of the format: what its JSON Schema refuses, in words."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import CURRENT, form_of
from ai_power_export.report.reading.places import LONGEST_KEY, dotted

NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "an integer such as 2",
    "boolean": "true or false",
    "null": "null",
}
"""JSON types in plain words."""

PER_CENT = 100
"""A share up to this was meant as per cent."""

MANY_CHOICES = 20
"""Longer lists of choices are cut down to those that resemble the value."""


def structure_findings(document: Any, version: str = CURRENT) -> Iterator[Finding]:
    """Yield what a version's JSON Schema refuses in a document, in no order.

    None means: the official schema of that version accepts the document.
    """
    from ai_power_export.report.checks.compiled import compiled

    form = form_of(document, version)
    if compiled(version, form).isinstance_python(document):
        return
    for error in validator(version, form).iter_errors(document):
        place = tuple(error.absolute_path)
        if error.validator == "required":
            for name in set(error.validator_value) - set(error.instance):
                mend = f"add it{_of(error.schema['properties'][name])}"
                yield Finding(dotted((*place, name)), "is missing", mend, "error", "missing-field")
        else:
            code, words = _REFUSALS[error.validator]
            yield Finding(dotted(place), *words(error.instance, error.schema), "error", code)


@cache
def validator(version: str, form: str) -> Any:
    """Return the validator of a form of a version; the first call imports jsonschema.

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
    schema = load_schema(version, form)
    # Where a reference leads back to the root, jsonschema would go on with the types of this draft.
    del schema["$schema"]
    return extend(Draft202012Validator, type_checker=types)(schema)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong_type(value: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = " or ".join(NAMES[each] for each in types)
    return f"is {_shown(value)}, not {names}", f"give {names}{_of(schema)}"


def _wrong_choice(value: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    choices = [choice for choice in schema["enum"] if choice is not None]
    if len(choices) > MANY_CHOICES:
        near = get_close_matches(str(value)[:LONGEST_KEY].lower(), choices)
        choices = [*(near or choices[-1:]), "..."]
    return f"is {_shown(value)}, none of the values allowed", f"use one of {', '.join(choices)}"


def _out_of_range(value: float, schema: Mapping[str, Any]) -> tuple[str, str]:
    limits = f"from {schema['minimum']} to {schema['maximum']}"
    meant = f"did you mean {value / PER_CENT:g}? " if schema["maximum"] == 1 < value <= PER_CENT else ""
    return f"is {_shown(value)}, not {limits}", f"{meant}give a number {limits}{_of(schema)}"


def _empty(_: object, schema: Mapping[str, Any]) -> tuple[str, str]:
    return "is empty", f"give at least one{_of(schema)}"


_REFUSALS: dict[str, tuple[str, Callable[[Any, Mapping[str, Any]], tuple[str, str]]]] = {
    "type": ("wrong-type", _wrong_type),
    "enum": ("unknown-choice", _wrong_choice),
    "minimum": ("out-of-range", _out_of_range),
    "maximum": ("out-of-range", _out_of_range),
    "minItems": ("empty-list", _empty),
}
"""Code, and what and mend, of a finding, by the keyword of the schema that refused the value."""


def _of(schema: Mapping[str, Any]) -> str:
    """Return what the value is to say, to end a line with."""
    return f": {schema['description']}" if schema.get("description") else ""


def _shown(value: object) -> str:
    """Return the value as JSON would have it, short."""
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else reprlib.repr(value)
