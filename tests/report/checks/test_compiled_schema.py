"""The compiled schema says what jsonschema says of the same schema, for every version."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_documents import documents

from ai_power_export.report.checks.compiled import compiled
from ai_power_export.report.checks.structure import structure_findings, validator
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import CURRENT, ORANGE, PUBLISHED, VERSIONS, WHOLE

FORMS = [(version.name, form) for version in VERSIONS.values() for form in version.models]
"""All schemas that there are."""


@pytest.mark.parametrize(("version", "form"), FORMS)
def test_verdicts_are_the_same(version, form):
    verdicts = Counter()
    for document in documents(load_schema(version, form), 600):
        verdict = validator(version, form).is_valid(document)
        assert compiled(version, form).isinstance_python(document) is verdict
        verdicts[verdict] += 1
    assert min(verdicts[True], verdicts[False]) > 100


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**30, 0.0, -0.0, 5e-324, 1.7976931348623157e308])
def test_any_number_is_a_number(number):
    document = {"task": {}, "measures": [{"measurementMethod": "x", "powerConsumption": number}]}
    paths = {each.path for each in structure_findings(document)}
    assert paths
    assert "measures[0].powerConsumption" not in paths


def test_only_the_first_entry_of_a_shape_has_a_type():
    """As the official schema has it: compiled alone it would be refused."""
    data = {"$$key": "tabular", "volume": 1, "volumeUnit": "megabyte", "shape": [1, "x"]}
    found = structure_findings({"datasets": [data], "hardware": []}, ORANGE)
    assert "datasets[0].shape[1]" not in {each.path for each in found}
    found = structure_findings({"datasets": [{**data, "shape": ["x"]}], "hardware": []}, ORANGE)
    assert "datasets[0].shape[0]" in {each.path for each in found}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=3), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_gets_a_verdict(document):
    for version, form in FORMS:
        assert compiled(version, form).isinstance_python(document) is validator(version, form).is_valid(
            document
        )


def test_a_keyword_that_is_not_known_is_no_silent_yes(monkeypatch):
    schema = {**load_schema(), "patternProperties": {"x": {"type": "string"}}}
    monkeypatch.setattr("ai_power_export.report.checks.compiled.load_schema", lambda *_: schema)
    with pytest.raises(NotImplementedError, match="patternProperties"):
        compiled.__wrapped__(CURRENT, WHOLE)


def test_published_reports_of_orange_are_held_against_their_own_form():
    assert (ORANGE, PUBLISHED) in FORMS
