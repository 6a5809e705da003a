"""The leaf fields of a version of the format, read from its models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ai_power_export.report.format.part import Part, given_type, is_part


@dataclass(frozen=True)
class FieldInfo:
    """One leaf field of the format."""

    path: str
    """Dotted path in the report without list indices: `task.algorithms.classPath`; `*` stands for
    a name that the report chooses, in Orange's maps alone: `measures.*.unit`."""
    description: str
    """What it says, with its unit."""
    kind: str
    """JSON type of the value: `string`, `number`, `integer` or `boolean`, and in versions other than
    the current one `array` (of plain values) or `object` (with any keys)."""
    choices: tuple[str, ...] = ()
    """The values allowed, where only some are."""


def json_kind(kind: Any) -> str:
    """Return the JSON type of a leaf field by its `given_type`."""
    if get_origin(kind) is Annotated:
        return json_kind(get_args(kind)[0])
    if get_origin(kind) is Union:
        return "number"
    by_type = {
        list: "array",
        dict: "object",
        bool: "boolean",
        int: "integer",
        str: "string",
        Literal: "string",
    }
    return by_type[get_origin(kind) or kind]


def leaves(model: type[Part], prefix: str = "", above: tuple[type[Part], ...] = ()) -> Iterator[FieldInfo]:
    """Yield the leaf fields of a model in its own order, each path after the prefix.

    A report within a report is one leaf; `above` are the models that a field lies in.
    """
    for name, field in model.model_fields.items():
        path, kind = prefix + (field.alias or name), given_type(field.annotation)
        part, inside = _entry(kind, path)
        if part is not None and part not in (*above, model):
            yield from leaves(part, inside + ".", (*above, model))
        else:
            choices = get_args(kind) if get_origin(kind) is Literal else ()
            yield FieldInfo(path, field.description or "", json_kind(kind), choices)


def _entry(kind: Any, path: str) -> tuple[type[Part] | None, str]:
    """Return the object that a type consists of, through lists and maps, and the path of its fields."""
    if is_part(kind):
        return kind, path
    if get_origin(kind) is list:
        return _entry(get_args(kind)[0], path)
    if get_origin(kind) is dict:
        return _entry(get_args(kind)[1], path + ".*")
    return None, path
