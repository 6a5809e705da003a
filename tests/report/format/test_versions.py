"""Which version of the format a document follows."""

import subprocess
import sys

import pytest
from official_boamps import official_folder, read

from ai_power_export.errors import BadInput
from ai_power_export.report.format.versions import (
    BOAMPS_2024,
    CURRENT,
    NAMES,
    ORANGE,
    PUBLISHED,
    VERSIONS,
    WHOLE,
    form_of,
    version,
    version_of,
)


@pytest.mark.parametrize(
    ("sample", "name", "form"),
    [
        ("boamps-llm-inference", CURRENT, WHOLE),
        ("2024-08-example-1", BOAMPS_2024, WHOLE),
        ("2024-08-example-2", BOAMPS_2024, WHOLE),
        ("orange-0.0.1-instance1", ORANGE, PUBLISHED),
        ("orange-0.0.1-instance2", ORANGE, PUBLISHED),
    ],
)
def test_official_samples_are_recognised(sample, name, form):
    document = read(official_folder() / "examples" / f"{sample}.json")
    assert (version_of(document), form_of(document, name)) == (name, form)
    document.pop("$schema", None)
    assert version_of(document) == name


@pytest.mark.parametrize("name", NAMES)
def test_a_declared_version_counts_whatever_the_fields_are(name):
    header = {"formatVersionSpecificationUri": VERSIONS[name].specification_uri}
    of_another = {CURRENT: {"datasets": []}, BOAMPS_2024: {"region": {}}, ORANGE: {"task": {"nbRequest": 1}}}
    assert version_of({"header": header, **of_another[name]}) == name


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({}, CURRENT),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, CURRENT),
        ({"header": {"formatVersion": "0.1"}}, CURRENT),
        ({"header": {"formatVersion": "0.0.1"}}, ORANGE),
        ({"header": {"reportStatus": "$other"}}, BOAMPS_2024),
        ({"environment": {"powerSource": "other"}}, CURRENT),
        ({"measures": [{"unit": "Wh"}]}, BOAMPS_2024),
        # One field of another version among those of its own is a mistake, no version.
        (
            {"measures": [{"unit": "Wh"}], "task": {"dataset": [{"dataUsage": "input"}], "nbRequest": 1}},
            CURRENT,
        ),
        # Entries under names, as Orange's own schema has them.
        ({"datasets": [], "measures": [{"all": {"$$key": "CodeCarbon"}}]}, ORANGE),
        ({"infrastructure": {"parts": []}, "task": {"type": "supervised"}}, ORANGE),
    ],
)
def test_a_version_shows_by_its_fields(document, name):
    assert version_of(document) == name


def test_the_former_name_of_the_repository_leaves_room_for_what_the_document_shows():
    former = {
        "$schema": "https://raw.githubusercontent.com/Boavizta/ai-power-measures-sharing/main/model/x.json"
    }
    assert version_of(former) == BOAMPS_2024
    dataset = {"dataUsage": "input", "dataType": "text", "dataQuantity": 3}
    assert version_of({**former, "task": {"dataset": [dataset]}}) == CURRENT


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        "text",
        [],
        [{"datasets": []}],
        {1: 2, None: 3},
        {"$schema": {"a": 1}, "header": ["0.0.1"]},
        {"task": None, "measures": {"unit": []}},
        {"task": [[[{"type": 1}]]], "datasets": None, "hardware": 0},
        {"measures": [{}] * 100_000},
    ],
)
def test_documents_of_any_shape_are_taken(document):
    name = version_of(document)
    assert name in NAMES
    assert form_of(document, name) in VERSIONS[name].models


def test_an_unknown_version_is_refused_with_those_that_are_known():
    with pytest.raises(
        BadInput, match=r"there is no format 'boamps-1900' .known: boamps, boamps-2024, orange-0.0.1"
    ):
        version("boamps-1900")


def test_recognising_a_version_imports_nothing_heavy():
    code = (
        "import sys; from ai_power_export.report.format import versions; versions.version_of({});"
        "print(sorted({'pydantic', 'jsonschema'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
