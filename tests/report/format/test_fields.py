"""The tables of fields: those of the official schemas, in our own words."""

import pytest
from official_boamps import FOLDERS, official_folder, official_report, official_schemas

from ai_power_export.report.format.versions import CURRENT, NAMES, ORANGE, PUBLISHED, VERSIONS, fields_of

FORMS = [(name, form) for name in NAMES for form in VERSIONS[name].models]


def official_leaves(schema, schemas, prefix=""):
    for key, part in schema["properties"].items():
        path, entry = entries(part, schemas)
        if "properties" in entry and entry.get("title") != "report":
            yield from official_leaves(entry, schemas, f"{prefix}{key}{path}.")
        else:
            choices = {choice for choice in part.get("enum", ()) if choice is not None}
            yield prefix + key, part.get("type", "string"), choices


def entries(schema, schemas):
    """What lies below a field through lists and maps, and the path to it."""
    path = ""
    while True:
        schema = schemas.get(schema.get("$ref"), schema)
        if isinstance(schema.get("items"), dict):
            schema = schema["items"]
        elif isinstance(schema.get("additionalProperties"), dict):
            path, schema = path + ".*", schema["additionalProperties"]
        else:
            return path, schema


@pytest.mark.parametrize("name", NAMES)
def test_the_fields_are_the_leaves_of_the_official_schema(name):
    ours = [(field.path, field.kind, set(field.choices)) for field in fields_of(name)]
    official = official_leaves(official_report(name), official_schemas(name))
    assert sorted(ours) == sorted(official)


def test_the_current_fields_stand_in_the_official_order():
    official = official_leaves(official_report(), official_schemas())
    assert [field.path for field in fields_of(CURRENT)] == [path for path, _, _ in official]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_each_field_is_described_in_our_own_words(name, form):
    folder = official_folder() / FOLDERS[name]
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    fields = fields_of(name, form)
    assert len({field.path for field in fields}) == len(fields)
    assert all(field.description for field in fields)
    assert [field.path for field in fields if f'"{field.description}"' in text] == []


def test_published_orange_reports_have_their_fields_right_in_the_lists():
    paths = {field.path for field in fields_of(ORANGE, PUBLISHED)}
    assert {"datasets.$$key", "measures.value", "hardware.items", "environment.country"} <= paths
