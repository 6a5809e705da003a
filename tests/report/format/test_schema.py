import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from ai_power_export.errors import BadInput
from ai_power_export.report.format.schema import load_schema, schema_path, written_schema
from ai_power_export.report.format.versions import NAMES, ORANGE, VERSIONS

FORMS = [(name, form) for name in NAMES for form in VERSIONS[name].models]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_committed_schema_is_the_one_of_the_models(name, form):
    remedy = "the models changed: run `python -m ai_power_export.report.format.schema`"
    assert load_schema(name, form) == written_schema(name, form), remedy


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_schema_is_sound_and_says_whose_format_it_is(name, form):
    schema = load_schema(name, form)
    Draft202012Validator.check_schema(schema)
    assert ("Orange" if name == ORANGE else "Boavizta") in schema["$comment"]
    assert "CC BY 4.0" in schema["$comment"]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_schema_stands_alone(name, form):
    references = [part["$ref"] for part in _objects(load_schema(name, form)) if "$ref" in part]
    assert references
    assert all(reference == "#" or reference.startswith("#/$defs/") for reference in references)


def test_an_unknown_version_is_named_with_those_that_are_known():
    with pytest.raises(BadInput, match=r"there is no format 'boamps-1900' \(known: boamps"):
        schema_path("boamps-1900")


def test_finding_a_schema_imports_nothing_heavy():
    code = (
        "import sys; from ai_power_export.report import write; from ai_power_export.report.checks import structure;"
        "from ai_power_export.report.format import schema; schema.load_schema();"
        "print(sorted({'pydantic', 'jsonschema'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def _objects(node):
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(part)
