"""What the objects of every version of the format are made of.

The models accept and reject the same documents as the official JSON Schemas
do: unknown keys are allowed and kept, types are strict (no text for a number,
no truth value for a number, no `2.0` for a count), and `null` stands for no
value at all. Two things go beyond: NaN and infinities, which JSON does not
have, are refused, and the Python names of fields are taken as well as the
format's own, so that `Measure(power_consumption=0.2, ...)` can be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, Union, get_args

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.alias_generators import to_camel
from typing_extensions import Self

Number = Union[int, float]
"""JSON's number: an integer stays one, so that 13 is not written as 13.0."""


class Part(BaseModel):
    """What all objects of the format have in common, in all its versions."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="allow",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        """Refuse a `null` that was given; an attribute left out reads as None."""
        if value is None:
            raise ValueError("null is no value in this format: leave the field out")
        return value

    def to_document(self) -> dict[str, Any]:
        """Return the plain JSON object: the format's names, only what was given.

        Not `exclude_none`: a field that was given is never None, and an
        unknown key that holds `null` is kept as it came.
        """
        return self.model_dump(by_alias=True, exclude_unset=True)

    @classmethod
    def draft(cls, document: Mapping[str, Any]) -> Self:
        """Build from a document that may be incomplete, unchecked; what it lacks reads as None."""
        names = {
            field.alias or name: (name, value_types(field.annotation)[0])
            for name, field in cls.model_fields.items()
        }
        given = {
            name: _draft_of(kind, document[alias])
            for alias, (name, kind) in names.items()
            if alias in document
        }
        extra = {key: value for key, value in document.items() if key not in names}
        lacking = {name: None for name, _ in names.values() if name not in given}
        return cls.model_construct(_fields_set={*given, *extra}, **given, **lacking, **extra)


def _draft_of(kind: Any, value: Any) -> Any:
    if not (isinstance(kind, type) and issubclass(kind, Part)):
        return value
    if isinstance(value, list):
        return [_draft_of(kind, each) for each in value]
    return kind.draft(value) if isinstance(value, Mapping) else value


def value_types(annotation: Any) -> tuple[Any, ...]:
    """Return what a value of a field may be: classes, or the texts of a Literal.

    Looks through lists and unions, without the None of a field left out:
    `list[Algorithm]` gives `(Algorithm,)`, `Number | None` gives `(int, float)`.
    """
    inner = get_args(annotation)
    if not inner:
        return () if annotation is NoneType else (annotation,)
    return tuple(found for part in inner for found in value_types(part))
