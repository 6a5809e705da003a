"""What is JSON is read as `json` reads it; what is not gets one line that says why."""

import gzip
import json

import pytest
from boamps_documents import full_document, places
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.report.reading.text import DEEPEST, NotJson, parse_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
WRITERS = (
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False, indent=2),
    lambda value: json.dumps(value, separators=(" ,\t", "\n:")),
    lambda value: "\ufeff" + json.dumps(value),
    lambda value: json.dumps(value).replace(":", r"\u003a") if isinstance(value, str) else json.dumps(value),
)


@settings(max_examples=100, deadline=None)
@given(JSON, st.sampled_from(WRITERS))
def test_json_is_read_however_it_is_written(value, write):
    read = parse_json(write(value).encode("utf-8", "surrogatepass"))
    assert repr(read) == repr(value)  # also 1 is not 1.0


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_text_with_a_changed_byte_is_read_as_json_does_or_refused(data):
    content = bytearray(json.dumps(full_document()).encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = parse_json(bytes(content))
    except NotJson as error:
        assert "\n" not in str(error)
    else:
        assert read == json.loads(bytes(content))


REFUSED = {
    b"": ("empty-file", "is empty"),
    b" \n\t": ("empty-file", "is empty"),
    b'{"a": 1': ("not-json", r"line 1, column 8 \(its end is missing\)"),
    b'{\n"a": "b': ("not-json", r"line 2, column 6 \(its end is missing\)"),
    b'{"a": [1, 2,]}': ("not-json", r"\(take the last comma away\)"),
    b"{'a': 1}": ("not-json", r'\(JSON has " for quotes\)'),
    b'{"a": 1} // b': ("not-json", "a file holds one document"),
    b'{"a": 1}\n{"a": 1}\n': ("not-json", "in line 2, column 1 .a file holds one document"),
    b'{\n# b\n"a": 1}': ("not-json", r"line 2, column 1 \(JSON has no comments\)"),
    b'{"a": True}': ("not-json", "write true and false"),
    b'{"a": None}': ("not-json", "leave out what has no value"),
    b"<!DOCTYPE html>": ("not-json", "HTML or XML"),
    b'{"a": "NaN",\n"b": NaN}': ("not-json", "NaN in line 2"),
    b'{"a": [-Infinity]}': ("not-json", "-Infinity in line 1"),
    b'{"a": -1e999}': ("not-json", "-1e999, beyond all numbers"),
    b'{"a": ' + b"9" * 5000 + b"}": ("not-json", "thousands of digits"),
    '{"a": "é"}'.encode("latin-1"): ("not-utf-8", "byte 0xe9 in line 1"),
    '{"a": "é"}'.encode("utf-16"): ("not-utf-8", "is UTF-16"),
    '{"a": "é"}'.encode("utf-16-be"): ("not-utf-8", "is UTF-16"),
    '{"a": "é"}'.encode("utf-32"): ("not-utf-8", "is UTF-32"),
    gzip.compress(b"{}", mtime=0): ("not-json", "gzip archive"),
    b"PK\x03\x04rest": ("not-json", "zip archive"),
    b"[" * 100_000: ("nested-too-deep", "nested more than 100 levels"),
    b'{"a": ' * 101 + b"1" + b"}" * 101: ("nested-too-deep", "nested more than 100 levels"),
    b'{"a": 1, "b": 2, "a": 1}': ("duplicate-key", "has a twice"),
    b'{"b": [{},\n{"c.d": 1,\n"c\\u002ed": 1}]}': ("duplicate-key", r"has b\[1\].c.d twice, again in line 3"),
    b'{"a": 1, "a": 2, "b": "\\u003a"}': ("duplicate-key", "has a twice"),
    b'{"a": {}, "a": ' + b"[" * 200 + b"]" * 200 + b"}": ("duplicate-key", "has a twice"),
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: repr(content[:20]))
def test_what_is_no_json_is_told_in_one_line(content):
    code, text = REFUSED[content]
    with pytest.raises(NotJson, match=text) as caught:
        parse_json(content)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


@settings(max_examples=50, deadline=None)
@given(st.data(), st.sampled_from([json.dumps, lambda value: json.dumps(value, indent=1)]))
def test_any_key_that_stands_twice_is_noticed(data, write):
    document = full_document()
    objects = [
        node
        for node in (document, *(holder[key] for holder, key in places(document)))
        if isinstance(node, dict)
    ]
    twice = data.draw(st.sampled_from(objects))
    key = data.draw(st.sampled_from(sorted(twice)))
    twice["a marker"] = None
    text = write(document).replace('"a marker"', json.dumps(key))
    with pytest.raises(NotJson, match="twice"):
        parse_json(text.encode())


def test_the_deepest_that_is_read_is_deep_enough_for_any_report():
    content = b"[" * DEEPEST + b"]" * DEEPEST
    assert parse_json(content) == json.loads(content)
