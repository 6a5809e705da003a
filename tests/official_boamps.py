"""The official schemas and samples of the format, which lie beside the checkout and are no part of it."""

import functools
import json
import os
from pathlib import Path

import pytest

FOLDERS = {"boamps": "current", "boamps-2024": "2024-08", "orange-0.0.1": "orange-0.0.1"}


def official_folder() -> Path:
    """The folder `shared/boamps` beside the checkout or the one in `BOAMPS_OFFICIAL`; skips without it."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "boamps"
    folder = Path(os.environ.get("BOAMPS_OFFICIAL") or beside)
    if not (folder / "current" / "report_schema.json").is_file():
        pytest.skip(
            f"no official BoAmps schemas in {folder}: set BOAMPS_OFFICIAL to the folder that holds them"
        )
    return folder


def official_schemas(version: str = "boamps") -> dict:
    """The official schemas of a version by their id."""
    schemas = map(read, (official_folder() / FOLDERS[version]).glob("*.json"))
    return {schema.get("id") or schema["$id"]: schema for schema in schemas}


def official_report(version: str = "boamps") -> dict:
    """The official schema of whole reports of a version."""
    return next(schema for schema in official_schemas(version).values() if schema["title"] == "report")


@functools.cache
def official_validator(version: str = "boamps"):
    """A validator of whole reports against the official schemas of a version."""
    from jsonschema import Draft4Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT4

    schemas = official_schemas(version)
    resources = [(name, DRAFT4.create_resource(schema)) for name, schema in schemas.items()]
    return Draft4Validator(official_report(version), registry=Registry().with_resources(resources))


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))
