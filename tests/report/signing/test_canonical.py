"""Canonical JSON as RFC 8785 has it."""

import json
import struct

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.errors import BadInput
from ai_power_export.report.signing.canonical import canonical, read_object

NUMBERS = {  # RFC 8785, appendix B: the bits of a double, and how it is written
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_the_rfc(bits, text):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical({"": number}).decode() == f'{{"":{text}}}'


def test_the_example_of_the_rfc():
    text = r"""{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"""
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(json.loads(text)).decode() == expected


def test_names_are_sorted_by_their_utf_16_code_units():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]  # RFC 8785, 3.2.3
    written = canonical(dict.fromkeys(names, 0))
    assert [*json.loads(written)] == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(), JSON | st.floats(1e-7, 1e-3) | st.floats(1e14, 1e22), max_size=3))
def test_the_quick_way_writes_what_rfc8785_writes(document):
    document.pop("$hash", None)
    assert canonical(document) == rfc8785.dumps(document)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text().filter(lambda name: name != "$hash"), JSON, max_size=3))
def test_it_says_the_same_and_in_one_way_only(document):
    written = canonical(document)
    read = json.loads(written)
    assert json.loads(written, parse_int=float) == json.loads(json.dumps(document), parse_int=float)
    assert canonical(read) == written
    assert canonical(json.loads(json.dumps(document, indent=3, sort_keys=True))) == written


@pytest.mark.parametrize(
    "value",
    [2**53 + 1, -(2**53) - 1, 2**60, 10**21, 10**400, float("nan"), float("inf"), "\ud800", {"\ud800": 1}],
)
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(BadInput, match="cannot be signed"):
        canonical({"a": value})


def test_a_whole_number_beyond_2_53_that_is_a_double_has_its_form():
    assert canonical({"a": 12191443562436516}) == canonical({"a": 1.2191443562436516e16})


def test_the_signature_is_left_out_where_the_version_has_one():
    signed = {"task": {"taskType": "x"}, "$hash": {"value": "x"}}
    assert canonical(signed) == canonical({"task": {"taskType": "x"}})
    # The current version has no such field: there it is a value like any other.
    current = {"task": {"nbRequest": 1, "taskDescription": ""}, "$hash": {"value": "x"}}
    assert b"$hash" in canonical(current)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '{"a": NaN}', "[]", "", '{"a": {"b": 1, "\\u0062": 2}}']
)
def test_what_readers_may_understand_differently_is_no_report(tmp_path, text):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"report\.json"):
        read_object(path)
