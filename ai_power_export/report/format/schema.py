"""The JSON Schemas of the format: where they lie, and how the current one comes from the models.

The schema of the current format is written from the pydantic models, so that
both say the same. After a change to the models, in a checkout:

    python -m ai_power_export.report.format.schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from ai_power_export.errors import BadInput
from ai_power_export.report.write import write_json

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

PACKAGE = Path(__file__).resolve().parents[2]
CHECKOUT_SCHEMAS = PACKAGE.parent / "schemas"
FILE = "report.schema.json"

ATTRIBUTION = (
    "The format is BoAmps by Boavizta (https://github.com/Boavizta/BoAmps), licensed CC BY 4.0. This schema "
    "is a separate writing of it: same names and meaning, other words."
)


def schema_path(version: str = "boamps") -> Path:
    """Return the file of a format version's JSON Schema, in the installed package or the checkout.

    Raises:
        BadInput: there is no such version.
    """
    folder = PACKAGE / "schemas" if (PACKAGE / "schemas").is_dir() else CHECKOUT_SCHEMAS
    known = {path.parent.name: path for path in sorted(folder.glob(f"*/{FILE}"))}
    if version not in known:
        raise BadInput(f"there is no format {version!r}", mend=f"known: {', '.join(known) or 'none'}")
    return known[version]


def load_schema(version: str = "boamps") -> dict[str, Any]:
    """Return a format version's JSON Schema as a fresh dict; errors as in `schema_path`."""
    schema: dict[str, Any] = json.loads(schema_path(version).read_text(encoding="utf-8"))
    return schema


def boamps_schema() -> dict[str, Any]:
    """Write the JSON Schema (draft 2020-12) of the current format from the pydantic models."""
    from ai_power_export.report.format.boamps import Report

    definitions: dict[str, Any] = {}
    report = _object(Report, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": ATTRIBUTION,
        "title": "BoAmps report",
        **report,
        "$defs": dict(sorted(definitions.items())),
    }


def _object(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return {
        "description": model.__doc__,
        "type": "object",
        "properties": {name: _property(field, definitions) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.is_required()],
    }


def _property(field: FieldInfo, definitions: dict[str, Any]) -> dict[str, Any]:
    value = _value(field.annotation, definitions)
    if get_origin(field.annotation) is list:
        value = {"type": "array", "items": value}
    return {"description": field.description, **value, **_bounds(field)}


def _value(annotation: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    from pydantic import BaseModel

    from ai_power_export.report.format.fields import json_kind
    from ai_power_export.report.format.part import value_types

    types = value_types(annotation)
    if isinstance(types[0], str):
        return {"enum": list(types)}
    if issubclass(types[0], BaseModel):
        definitions[types[0].__name__] = _object(types[0], definitions)
        return {"$ref": f"#/$defs/{types[0].__name__}"}
    return {"type": json_kind(types)}


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
    write_json(CHECKOUT_SCHEMAS / "boamps" / FILE, boamps_schema())
