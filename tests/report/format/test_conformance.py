"""The official current schema, ours and our models give the same verdict, also in the odd corners."""

from functools import cache

import pytest
from boamps_documents import full_document, mutated_documents, valid_documents
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from official_boamps import official_folder, official_validator, read
from pydantic import ValidationError

from ai_power_export.report.checks.structure import structure_findings
from ai_power_export.report.format.boamps import FIELDS, Report
from ai_power_export.report.format.schema import load_schema


def examples(count: int) -> settings:
    slow_to_make = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=count, deadline=None, suppress_health_check=slow_to_make)


@cache
def plain_validator():
    return Draft202012Validator(load_schema())


def models_accept(document) -> bool:
    try:
        report = Report.of_document(document)
    except ValidationError:
        return False
    assert report.to_document() == document
    return True


def assert_one_verdict(document, official) -> None:
    verdict = official.is_valid(document)
    assert (list(structure_findings(document)) == []) is verdict
    assert models_accept(document) is verdict
    if not has_float_count(document):
        assert plain_validator().is_valid(document) is verdict


def at(document, path: str):
    """The object and the key of a dotted path, in the first entry of each list."""
    *above, key = path.split(".")
    for part in above:
        document = document[part]
        document = document[0] if isinstance(document, list) else document
    return document, key


def has_float_count(document) -> bool:
    """Whether a count is written like 2.0, an integer for newer drafts alone."""
    infrastructure = document.get("infrastructure")
    components = infrastructure.get("components") if isinstance(infrastructure, dict) else None
    entries = components if isinstance(components, list) else []
    return any(isinstance(entry, dict) and isinstance(entry.get("nbComponent"), float) for entry in entries)


@pytest.fixture(scope="module")
def official():
    return official_validator()


@examples(50)
@given(document=valid_documents)
def test_all_accept_valid_documents(official, document):
    assert official.is_valid(document)
    assert_one_verdict(document, official)


@examples(150)
@given(document=mutated_documents())
def test_all_agree_on_mutated_documents(official, document):
    assert_one_verdict(document, official)


def test_all_agree_on_each_choice_and_its_misspelling(official):
    for field in FIELDS:
        for choice in field.choices:
            for value in (choice, choice.swapcase()):
                document = full_document()
                holder, key = at(document, field.path)
                holder[key] = value
                assert_one_verdict(document, official)


def test_all_accept_the_official_sample(official):
    sample = read(official_folder() / "examples" / "boamps-llm-inference.json")
    assert official.is_valid(sample)
    assert_one_verdict(sample, official)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        # Draft-04 ignores `type: object` beside the `$ref` of list items; what it refers to says it again.
        ("measures", ["codecarbon"]),
        # The official `required` on the list of measures has no effect.
        ("measures", [{"measurementMethod": "codecarbon", "powerConsumption": 1}]),
        # The official choices hold null, the official type rules it out.
        ("task.dataset.dataFormat", None),
        # A count is an integer of draft-04, where 2.0 is none.
        ("infrastructure.components.nbComponent", 2.0),
        # Neither a date nor a sign is looked at.
        ("header.reportDatetime", "yesterday"),
        ("measures.powerConsumption", -0.3),
        # The Python name of a field is an unknown key beside the field itself.
        ("task.task_family", 7),
    ],
)
def test_all_agree_on_the_odd_corners(official, path, value):
    document = full_document()
    holder, key = at(document, path)
    holder[key] = value
    assert_one_verdict(document, official)
