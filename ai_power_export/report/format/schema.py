"""The JSON Schemas of the format: where they lie, and how they come from the models.

They are written from the pydantic models, so that both say the same. After a
change to the models, in a checkout:

    python -m ai_power_export.report.format.schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from ai_power_export.report.format.versions import CURRENT, VERSIONS, WHOLE, report_model, version
from ai_power_export.report.write import write_json

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from ai_power_export.report.format.part import Part

PACKAGE = Path(__file__).resolve().parents[2]
CHECKOUT_SCHEMAS = PACKAGE.parent / "schemas"
SUFFIX = ".schema.json"

ATTRIBUTION = (
    "The format is {source}, licensed CC BY 4.0. This schema is a separate writing of it: same names and "
    "meaning, other words. Where it says integer, 2.0 is none."
)


def schema_path(name: str = CURRENT, form: str = WHOLE) -> Path:
    """Return the file of a format version's JSON Schema, in the installed package or the checkout.

    Args:
        name: The version, one of `versions.NAMES`.
        form: Which form of it, as `versions.form_of` tells of a document.

    Raises:
        BadInput: There is no such version.
    """
    folder = PACKAGE / "schemas" if (PACKAGE / "schemas").is_dir() else CHECKOUT_SCHEMAS
    return folder / version(name).name / f"{form}{SUFFIX}"


def load_schema(name: str = CURRENT, form: str = WHOLE) -> dict[str, Any]:
    """Return a format version's JSON Schema (draft 2020-12) as a fresh dict; as `schema_path`.

    Its verdicts are those of the official schema if it is read with draft-04's types: an
    integer is written without a point. References are all within it (`#/$defs/...`, and `#`
    for a whole report).
    """
    schema: dict[str, Any] = json.loads(schema_path(name, form).read_text(encoding="utf-8"))
    return schema


def written_schema(name: str, form: str = WHOLE) -> dict[str, Any]:
    """Write the JSON Schema (draft 2020-12) of a format version from its pydantic models."""
    return _Writer(report_model(name, form)).schema(version(name).source)


class _Writer:
    """Writes the schema of a model, and the definitions of all objects in it."""

    def __init__(self, model: type[Part]) -> None:
        self._model = model
        self._definitions: dict[str, Any] = {}

    def schema(self, source: str) -> dict[str, Any]:
        report = self._object(self._model)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$comment": ATTRIBUTION.format(source=source),
            "title": "Report",
            **report,
            "$defs": dict(sorted(self._definitions.items())),
        }

    def _object(self, model: type[Part]) -> dict[str, Any]:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        return {
            "description": model.__doc__,
            "type": "object",
            "properties": {name: self._property(field) for name, field in fields.items()},
            "required": [name for name, field in fields.items() if field.is_required()],
        }

    def _property(self, field: FieldInfo) -> dict[str, Any]:
        from ai_power_export.report.format.part import Null, given_type

        value = self._value(given_type(field.annotation))
        if any(isinstance(mark, Null) for mark in field.metadata):
            value = _or_null(value)
        return {"description": field.description, **value, **_bounds(field)}

    def _value(self, kind: Any) -> dict[str, Any]:
        from ai_power_export.report.format.fields import json_kind
        from ai_power_export.report.format.part import is_part

        if is_part(kind):
            return {"$ref": self._reference(kind)}
        arguments = get_args(kind)
        if get_origin(kind) is Literal:
            return {"enum": list(arguments)}
        if get_origin(kind) is Annotated:
            return {"type": json_kind(kind), "prefixItems": [self._value(arguments[1].kind)]}
        if arguments and arguments[-1] is not Any:
            inside = {list: "items", dict: "additionalProperties"}.get(get_origin(kind))
            if inside:
                return {"type": json_kind(kind), inside: self._value(arguments[-1])}
        return {"type": json_kind(kind)}

    def _reference(self, model: type[Part]) -> str:
        """Return where the model is defined, and define it there if it is the first time."""
        if model is self._model:
            return "#"
        if model.__name__ not in self._definitions:
            self._definitions[model.__name__] = {}
            self._definitions[model.__name__] = self._object(model)
        return f"#/$defs/{model.__name__}"


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    if "enum" in value:
        return {"enum": [*value["enum"], None]}
    return {**value, "type": [value["type"], "null"]}


def _bounds(field: FieldInfo) -> dict[str, Any]:
    """Return the limits of a field, which pydantic keeps as `annotated_types` objects."""
    keywords = {"ge": "minimum", "le": "maximum", "min_length": "minItems"}
    return {
        keyword: getattr(limit, name)
        for limit in field.metadata
        for name, keyword in keywords.items()
        if hasattr(limit, name)
    }


if __name__ == "__main__":
    for known in VERSIONS.values():
        for form in known.models:
            path = CHECKOUT_SCHEMAS / known.name / f"{form}{SUFFIX}"
            write_json(path, written_schema(known.name, form))
