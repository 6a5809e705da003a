"""A key that the format does not have is told, with the field that was meant."""

import copy

import pytest
from boamps_documents import full_document
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.report.checks.unknown import MOST, unknown_findings
from ai_power_export.report.format.versions import BOAMPS_2024, ORANGE


def told(document, *version) -> dict[str, str]:
    found = list(unknown_findings(document, *version))
    assert all((each.severity, each.code) == ("warning", "unknown-key") for each in found)
    return {each.path: each.mend for each in found}


def test_all_fields_of_the_format_are_known():
    assert told(full_document()) == {}


@pytest.mark.parametrize(
    ("key", "place", "mend"),
    [
        ("algoritms", ["task"], "did you mean algorithms?"),
        ("Quality", [], "did you mean quality?"),
        ("power_consumption", ["measures", 0], "did you mean powerConsumption?"),
        ("country", ["infrastructure"], "did you mean environment.country?"),
        ("powerConsumption", ["task", "algorithms", 0], "did you mean measures.powerConsumption?"),
        ("xyz", ["header", "publisher"], "take it out, or say it in a field there is"),
    ],
)
def test_the_field_that_was_meant_is_named(key, place, mend):
    document = node = full_document()
    for part in place:
        node = node[part]
    node[key] = 1
    assert list(told(document).values()) == [mend]


def test_keys_about_the_document_are_allowed_everywhere():
    assert told({"$schema": "x", "task": {"$comment": "y", "dataset": [{"$comment": 1}]}}) == {}


def test_what_no_field_says_is_free_to_hold_anything():
    hyperparameters = {"hyperparameters": {"tuningMethod": "x", "values": [{"odd": 1}]}}
    document = {"task": {"algorithms": [hyperparameters]}}
    assert list(told(document, BOAMPS_2024)) == ["task.algorithms[0].hyperparameters.values[0].odd"]
    assert list(told(document)) == ["task.algorithms[0].hyperparameters"]


def test_the_names_of_oranges_entries_are_free():
    document = {
        "measures": [{"any name": {"$$key": "CodeCarbon", "valeu": 1}}],
        "datasets": [{"name": {"odd": 1}}],
    }
    assert told(document, ORANGE) == {"measures[0].any name.valeu": "did you mean value?"}


def test_a_thousand_keys_are_no_thousand_lines():
    found = told({"task": {f"k{number}" + "x" * 10_000: 1 for number in range(1000)}})
    assert len(found) == MOST + 1


@settings(max_examples=60, deadline=None)
@given(st.data(), st.text(max_size=5))
def test_any_odd_key_is_told_wherever_it_stands(data, text):
    document = copy.deepcopy(full_document())
    key = f"?{text}"
    node = document
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [value for value in node.values() if isinstance(value, dict)]
        inner += [value[0] for value in node.values() if isinstance(value, list)]
        node = data.draw(st.sampled_from(inner)) if inner else node
    node[key] = {"quality": 1}
    assert len(told(document)) == 1
