"""Places are found where they stand, whatever is written around them."""

import json
import re

from boamps_documents import mutated_documents
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.report.reading.places import dotted, line_numbers, one_line, places

LAYOUTS = ({"indent": 2}, {"indent": 0}, {"separators": ("\n,", "\n:\n")}, {})


@settings(max_examples=25, deadline=None)
@given(mutated_documents(), st.sampled_from(LAYOUTS))
def test_every_key_and_entry_is_found_where_it_stands(document, layout):
    text = json.dumps(document, **layout)
    reader = json.JSONDecoder()
    found = list(places(text))
    assert [path for path, _ in found] == [path for path, _ in walk(document, ())]
    for (_, offset), (_, expected) in zip(found, walk(document, ()), strict=True):
        assert reader.raw_decode(text, offset)[0] == expected


def walk(node, above):
    """All places with what stands there: the key itself, or the entry of a list."""
    for key, value in (
        node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    ):
        place = (*above, key)
        yield dotted(place), key if isinstance(node, dict) else value
        yield from walk(value, place)


def test_lines_are_those_of_keys():
    text = '{\n "task": {"algorithms": [\n  {"a": "{[,\\":"},\n  {"a.b": 1}]},\n\n "quality":\n  "low"}'
    lines = line_numbers(text, ["task", "task.algorithms[1]", "task.algorithms[1].a.b", "quality", "report"])
    assert [*lines.values()] == [2, 4, 4, 6, 1]


def test_what_is_missing_has_the_line_of_what_lacks_it():
    text = '{"measures": [\n{},\n{"version": 1}]}'
    lines = line_numbers(text, ["measures[1].powerConsumption", "measures[7].version", "task.taskStage"])
    assert [*lines.values()] == [3, 1, 1]


def test_keys_of_strangers_are_shown_in_one_short_line():
    assert one_line("a\n\x1b[31m") == r"a\n\u001b[31m"
    assert len(one_line("x" * 10_000)) == 60
    assert re.fullmatch(r"task\.\\ud800", dotted(("task", "\ud800")))
