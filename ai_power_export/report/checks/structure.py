"""What is wrong with a report, each problem with its place and its remedy."""

from __future__ import annotations

import difflib
import math
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ai_power_export.report.format.schema import load_schema

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


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a report."""

    path: str
    """Where, dotted and with indices: `task.algorithms[0].trainingType`; `report` for the whole."""
    what: str
    """What is wrong, to be read after the path: `is missing`."""
    mend: str
    """What to do about it."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what} ({self.mend})"


def problems(document: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a report of the current format, in the order of paths.

    Empty means: the official BoAmps schema accepts the document.
    """
    found = {problem for check in CHECKS for problem in check(document)}
    return sorted(found, key=lambda problem: (_natural(problem.path), problem.what))


def _structure(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the format's JSON Schema refuses."""
    for error in _validator().iter_errors(document):
        place = tuple(error.absolute_path)
        if error.validator == "required":
            for name in set(error.validator_value) - set(error.instance):
                description = error.schema["properties"][name]["description"]
                yield Problem(_dotted((*place, name)), "is missing", f"add it: {description}")
        else:
            yield Problem(_dotted(place), *_REFUSALS[error.validator](error.instance, error.schema))


CHECKS: tuple[Callable[[Mapping[str, Any]], Iterable[Problem]], ...] = (_structure,)
"""All checks of a report; each yields its problems for any document, valid or not."""


@cache
def _validator() -> Any:
    """Return the validator of the current format; the first call imports jsonschema.

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
    return extend(Draft202012Validator, type_checker=types)(load_schema())


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


_REFUSALS: dict[str, Callable[[object, Mapping[str, Any]], tuple[str, str]]] = {
    "type": _wrong_type,
    "enum": _wrong_choice,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "minItems": _empty,
}
"""What and mend of a problem, by the keyword of the schema that refused the value."""


def _shown(value: object) -> str:
    """Return the value as JSON would have it, short."""
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else reprlib.repr(value)


def _dotted(place: Iterable[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "report"


def _natural(path: str) -> list[str | int]:
    """Return a sort key that puts item [2] before item [10]."""
    parts = re.split(r"\[(\d+)\]", path)
    return [int(part) if odd % 2 else part for odd, part in enumerate(parts)]
