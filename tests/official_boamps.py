"""The official BoAmps schemas and samples, which lie beside the checkout and are no part of it."""

import functools
import json
import os
from pathlib import Path

import pytest


def official_folder() -> Path:
    """The folder `shared/boamps` beside the checkout or the one in `BOAMPS_OFFICIAL`; skips without it."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "boamps"
    folder = Path(os.environ.get("BOAMPS_OFFICIAL") or beside)
    if not (folder / "current" / "report_schema.json").is_file():
        pytest.skip(
            f"no official BoAmps schemas in {folder}: set BOAMPS_OFFICIAL to the folder that holds them"
        )
    return folder


def official_schemas() -> dict:
    """The current official schemas by their id."""
    files = (official_folder() / "current").glob("*.json")
    return {schema["id"]: schema for schema in map(read, files)}


@functools.cache
def official_validator():
    """A validator of whole reports against the current official schemas."""
    from jsonschema import Draft4Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT4

    schemas = official_schemas()
    resources = [(name, DRAFT4.create_resource(schema)) for name, schema in schemas.items()]
    report = next(schema for schema in schemas.values() if schema["title"] == "report")
    return Draft4Validator(report, registry=Registry().with_resources(resources))


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))
