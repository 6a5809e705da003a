"""What the objects of every version of the format are made of.

The models accept and reject the same documents as the official JSON Schemas
do: unknown keys are allowed and kept, types are strict (no text for a number,
no truth value for a number, no `2.0` for a count), and `null` stands for no
value at all where the official schema does not choose it. NaN and infinities,
which JSON does not have, are refused beyond that.

A document is read by `of_document`, which knows the format's names alone. In
Python, `Measure(power_consumption=0.2, ...)` can be written as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function, nullable_schema
from typing_extensions import Self

Number = Union[int, float]
"""JSON's number: an integer stays one, so that 13 is not written as 13.0."""

T = TypeVar("T")


class Null:
    """Marks a field where `null` is a value of the format, not a field left out."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return nullable_schema(handler(source)["schema"], metadata={Null.__name__: True})


Nullable = Annotated[Union[T, None], Null()]
"""A field that may hold `null`."""


@dataclass(frozen=True)
class First:
    """Marks a list whose first entry, if there is one, is of one type, the others of any.

    That is what one schema in brackets means for `items` in draft-04.
    """

    kind: type

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._checked, handler(source))

    def _checked(self, entries: list[Any]) -> list[Any]:
        if entries and type(entries[0]) is not self.kind:
            raise ValueError(f"the first entry is no {self.kind.__name__}")
        return entries


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

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse a `null` that was given; an attribute left out reads as None.

        In pydantic's compiled core, not by a validator in Python: whole folders are checked.
        """
        schema = handler(source)
        for field in handler.resolve_ref_schema(schema)["schema"]["fields"].values():
            default = field["schema"]
            value = default["schema"] if default["type"] == "default" else default
            if value["type"] == "nullable" and Null.__name__ not in value.get("metadata", {}):
                default["schema"] = value["schema"]
        return schema

    @classmethod
    def of_document(cls, document: object) -> Self:
        """Build from a document, checked; a field under its Python name is an unknown key.

        Raises:
            pydantic.ValidationError: The document is no such object of the format.
        """
        return cls.model_validate(document, by_alias=True, by_name=False)

    def to_document(self) -> dict[str, Any]:
        """Return the plain JSON object: the format's names, only what was given, unknown keys too.

        Not pydantic's `model_dump`: it takes an unknown key `task_family` for the field of that name.
        """
        extra = self.__pydantic_extra__ or {}
        document = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in self.model_fields_set and not (name in extra and value is None):
                document[field.alias or name] = _plain(value)
        return {**document, **_plain(extra)}

    @classmethod
    def draft(cls, document: Mapping[str, Any]) -> Self:
        """Build from a document that may be incomplete, unchecked; what it lacks reads as None."""
        names = {field.alias or name: (name, field) for name, field in cls.model_fields.items()}
        given = {
            name: _draft_of(field.annotation, document[alias])
            for alias, (name, field) in names.items()
            if alias in document
        }
        extra = {key: value for key, value in document.items() if key not in names}
        lacking = {name: None for name in cls.model_fields if name not in given}
        part = cls.model_construct(_fields_set=set(given), **given, **lacking)
        object.__setattr__(part, "__pydantic_extra__", extra)
        return part


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return value.to_document()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _draft_of(annotation: Any, value: Any) -> Any:
    kind = given_type(annotation)
    if get_origin(kind) is list and isinstance(value, list):
        return [_draft_of(get_args(kind)[0], each) for each in value]
    return kind.draft(value) if is_part(kind) and isinstance(value, Mapping) else value


def given_type(annotation: Any) -> Any:
    """Return what a field's value has to be: its annotation without the None of a field left out."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    return Union[tuple(each for each in get_args(annotation) if each is not NoneType)]


def is_part(kind: Any) -> TypeGuard[type[Part]]:
    """Return whether a type is one of the format's objects."""
    # Python 3.10 takes list[int] for a type, which has no base classes.
    return isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, Part)
