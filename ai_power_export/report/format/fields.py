"""The leaf fields of a version of the format, read from its models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ai_power_export.report.format.part import value_types


@dataclass(frozen=True)
class FieldInfo:
    """One leaf field of the format."""

    path: str
    """Dotted path in the report without list indices: `task.algorithms.classPath`."""
    description: str
    """What it says, with its unit."""
    kind: str
    """JSON type of the value: `string`, `number` or `integer`."""
    choices: tuple[str, ...] = ()
    """The values allowed, where only some are."""


def json_kind(types: tuple[Any, ...]) -> str:
    """Return the JSON type of a leaf field whose `value_types` are given."""
    return "number" if float in types else "integer" if int in types else "string"


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[FieldInfo]:
    """Yield the leaf fields of a model in its own order, each path after the prefix."""
    for name, field in model.model_fields.items():
        path, types = prefix + (field.alias or name), value_types(field.annotation)
        if isinstance(types[0], type) and issubclass(types[0], BaseModel):
            yield from leaves(types[0], path + ".")
        else:
            choices = tuple(choice for choice in types if isinstance(choice, str))
            yield FieldInfo(path, field.description or "", json_kind(types), choices)
