"""The official schema of each version, ours and the models give the same verdict on thousands of documents."""

import copy

import pytest
from generated_documents import Documents, inlined, places
from official_boamps import official_folder, official_report, official_schemas, official_validator, read
from pydantic import ValidationError

from ai_power_export.report.checks.structure import structure_findings, validator
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import (
    NAMES,
    ORANGE,
    PUBLISHED,
    WHOLE,
    form_of,
    report_model,
    version_of,
)

COUNT = 2500
"""Documents from each schema of each version, and as many mutants of them."""

REFUSALS = {
    "boamps-llm-inference": 0,
    "2024-08-example-1": 0,
    "2024-08-example-2": 9,
    "orange-0.0.1-instance1": 19,
    "orange-0.0.1-instance2": 23,
}
"""Places of the official samples that their own official schema refuses."""

ODD_VALUES = [
    None,
    True,
    0,
    2.0,
    -1,
    1.001,
    10**400,
    "",
    "1",
    "other",
    "$other",
    [],
    {},
    [{}],
    ["a"],
    {"a": 1},
]


def our_schema(name, form=WHOLE):
    schema = load_schema(name, form)
    definitions = schema.pop("$defs")
    return inlined(schema, lambda reference: definitions.get(reference.removeprefix("#/$defs/"), schema))


def official_schema(name):
    return inlined(official_report(name), official_schemas(name).__getitem__)


SCHEMAS = [our_schema, official_schema]


def models_accept(model, document) -> bool:
    try:
        report = model.of_document(document)
    except ValidationError:
        return False
    assert report.to_document() == document
    return True


def judged(name, documents) -> list[bool]:
    """The official verdicts on documents of a version, which are ours too."""
    official, ours, model = official_validator(name), validator(name, WHOLE), report_model(name)
    verdicts = []
    for document in documents:
        verdict = official.is_valid(document)
        assert ours.is_valid(document) is verdict, document
        if form_of(document, name) == WHOLE:
            assert (next(structure_findings(document, name), None) is None) is verdict, document
        assert models_accept(model, document) is verdict, document
        verdicts.append(verdict)
    return verdicts


def leaves(node) -> int:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
    return 1 if inner is None else sum(map(leaves, inner))


def variants(full):
    """A document with all fields, each time with one place odd or left out."""
    for number, _ in enumerate(places(full)):
        for odd in [*ODD_VALUES, "left out"]:
            document = copy.deepcopy(full)
            holder, key = list(places(document))[number]
            holder[key] = odd
            if odd == "left out":
                del holder[key]
            yield document


def places_refused(validator, document) -> list[str]:
    return sorted(error.json_path for error in validator.iter_errors(document))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("schema", SCHEMAS)
def test_all_agree_on_generated_documents_and_their_mutants(name, schema):
    documents = Documents(schema(name), number=SCHEMAS.index(schema))
    valid = list(documents.valid(COUNT))
    assert sum(leaves(document) > 30 for document in valid) > COUNT / 5
    assert all(judged(name, valid))
    accepted = sum(judged(name, documents.mutants(valid)))
    assert COUNT / 5 < accepted < COUNT * 4 / 5


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_all_agree_on_each_place_odd_or_left_out(name):
    full = Documents(our_schema(name), number=0).full()
    assert set(judged(name, variants(full))) == {True, False}


@pytest.mark.slow
def test_schema_and_models_of_published_orange_reports_agree():
    documents = Documents(our_schema(ORANGE, PUBLISHED), number=0)
    valid = list(documents.valid(500))
    ours, model = validator(ORANGE, PUBLISHED), report_model(ORANGE, PUBLISHED)
    assert all(map(ours.is_valid, valid))
    for document in [*valid, *documents.mutants(valid), *variants(documents.full())]:
        assert models_accept(model, document) is ours.is_valid(document), document


@pytest.mark.parametrize("sample", REFUSALS)
def test_samples_are_refused_where_their_official_schema_refuses_them(sample):
    document = read(official_folder() / "examples" / f"{sample}.json")
    name = version_of(document)
    refused = places_refused(official_validator(name), document)
    assert len(refused) == REFUSALS[sample]
    assert places_refused(validator(name, WHOLE), document) == refused
    assert models_accept(report_model(name), document) is (not refused)


@pytest.mark.parametrize("sample", [sample for sample in REFUSALS if sample.startswith("orange")])
def test_the_published_form_takes_what_orange_published(sample):
    document = read(official_folder() / "examples" / f"{sample}.json")
    assert validator(ORANGE, PUBLISHED).is_valid(document)
    assert models_accept(report_model(ORANGE, PUBLISHED), document)


def test_a_count_is_an_integer_in_a_report_within_a_report_too():
    report = {
        "datasets": [],
        "measures": [],
        "task": {"type": None, "algorithms": []},
        "infrastructure": {"parts": [{"processor": {"$$key": "cpu", "items": 2.0}}]},
    }
    assert judged(ORANGE, [report, {**report, "datasets": [{"": report}]}]) == [False, False]
    report["infrastructure"]["parts"] = []
    assert judged(ORANGE, [report, {**report, "datasets": [{"": report}]}]) == [True, True]
