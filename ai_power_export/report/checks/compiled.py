"""A version's JSON Schema, compiled: tells in microseconds that a document is valid.

The core of pydantic validates in Rust. What it is given here is the JSON Schema itself, keyword by
keyword, so that it says what `jsonschema` says of the same file, which has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, core_schema

from ai_power_export.report.format.schema import load_schema

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

Keywords = Mapping[str, Any]

DESCRIPTIVE = {"$schema", "$comment", "$defs", "title", "description"}
"""Keywords that refuse nothing."""


@cache
def compiled(version: str, form: str) -> SchemaValidator:
    """Return the compiled schema of a form of a version: `isinstance_python(document)` is its verdict.

    What it accepts is valid. Of what it refuses `jsonschema` has the last word: it is stricter with
    integers beyond all floats where any number will do, and with lists of which only the first entry
    has a type.

    Raises:
        NotImplementedError: The schema has a keyword that cannot be compiled.
    """
    schema = load_schema(version, form)
    named = {f"#/$defs/{name}": part for name, part in schema.get("$defs", {}).items()} | {"#": schema}
    definitions: list[Any] = [{**_core(part), "ref": name} for name, part in named.items()]
    whole = core_schema.definition_reference_schema("#")
    return SchemaValidator(core_schema.definitions_schema(whole, definitions))


def _core(schema: Keywords) -> CoreSchema:
    if "$ref" in schema:
        return core_schema.definition_reference_schema(_only(schema, "$ref")["$ref"])
    if "enum" in schema:
        return core_schema.literal_schema(_only(schema, "enum")["enum"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    choices = [_TYPES[name](schema) for name in types]
    return choices[0] if len(choices) == 1 else core_schema.union_schema([*choices])


def _object(schema: Keywords) -> CoreSchema:
    _only(schema, "properties", "required", "additionalProperties")
    if "properties" not in schema:
        values = schema.get("additionalProperties")
        return core_schema.dict_schema(values_schema=_core(values) if values else None, strict=True)
    required = _only(schema, "properties", "required").get("required", [])
    fields = {
        name: core_schema.typed_dict_field(_core(part), required=name in required)
        for name, part in schema["properties"].items()
    }
    if not fields.keys() >= set(required):
        raise NotImplementedError("a required key without a schema")
    return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="ignore")


def _array(schema: Keywords) -> CoreSchema:
    _only(schema, "items", "prefixItems", "minItems")
    of_items = schema.get("items") or next(iter(schema.get("prefixItems", ())), None)
    return core_schema.list_schema(
        _core(of_items) if of_items else None, min_length=schema.get("minItems"), strict=True
    )


def _number(schema: Keywords) -> CoreSchema:
    _only(schema, "minimum", "maximum")
    return core_schema.float_schema(
        ge=schema.get("minimum"), le=schema.get("maximum"), allow_inf_nan=False, strict=True
    )


def _integer(schema: Keywords) -> CoreSchema:
    _only(schema, "minimum", "maximum")
    return core_schema.int_schema(ge=schema.get("minimum"), le=schema.get("maximum"), strict=True)


_TYPES: Mapping[str, Callable[[Keywords], CoreSchema]] = {
    "object": _object,
    "array": _array,
    "number": _number,
    "integer": _integer,
    "string": lambda _: core_schema.str_schema(strict=True),
    "boolean": lambda _: core_schema.bool_schema(strict=True),
    "null": lambda _: core_schema.none_schema(),
}


def _only(schema: Keywords, *keywords: str) -> Keywords:
    """Return a schema that has no keyword that refuses anything but these, and `type`."""
    others = schema.keys() - DESCRIPTIVE - {"type", *keywords}
    if others:
        raise NotImplementedError(f"keywords that cannot be compiled: {', '.join(sorted(others))}")
    return schema
