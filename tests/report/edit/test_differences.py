"""What was changed in an editor, found by comparing."""

from __future__ import annotations

from pathlib import Path

import pytest
from boamps_documents import mutated_documents, valid_documents
from edited_report import read, write
from hypothesis import given, settings

from ai_power_export.errors import BadInput
from ai_power_export.report.edit.changes import changed
from ai_power_export.report.edit.differences import differences
from ai_power_export.report.edit.places import places, value_of
from ai_power_export.report.evidence import without_indices
from ai_power_export.report.read import Saved

RESTATED = ("task.taskDescription", "header.reportStatus")


@settings(max_examples=25, deadline=None)
@given(valid_documents | mutated_documents(), valid_documents | mutated_documents())
def test_differences_make_one_document_of_the_other(before, after):
    saved = Saved(Path("report.json"), before, None)
    try:
        result = changed(saved, {}, differences(before, after), "here")
    except BadInput:  # what no report holds, such as null or a text for an object
        return
    gone = {fact.field for fact in result.gone}
    for place, value in places(after):
        if without_indices(place) not in (*gone, *RESTATED):
            assert value_of(result.document, place) == value


def test_equal_documents_do_not_differ(tmp_path):
    document = read(write(tmp_path))[0]
    assert differences(document, read(write(tmp_path))[0] | {"header": document["header"]}) == {}


def test_types_make_a_difference():
    assert differences({"quality": 1}, {"quality": 1.0}) == {"quality": 1.0}
    assert differences({"quality": 1}, {"quality": True}) == {"quality": True}


def test_an_entry_that_is_gone_is_named_whole():
    before = {"measures": [{"version": "1"}, {"version": "2"}, {"version": "3"}]}
    after = {"measures": [{"version": "1"}, {"version": "3"}]}
    assert differences(before, after) == {"measures[1]": None}


@pytest.mark.parametrize("after", [{"quality": None}, {"system": {}}, {"a.b": 1}, {"a[0]": 1}, {"": 1}])
def test_what_says_nothing_or_cannot_be_named_is_refused(after):
    with pytest.raises(BadInput):
        differences({}, after)
