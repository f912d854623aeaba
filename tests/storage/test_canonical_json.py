"""Canonical JSON: one value, one byte string, the one RFC 8785 prescribes."""

import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.canonical import NotCanonical, canonical_json, digest, read_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)

RFC_8785_NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "written"), RFC_8785_NUMBERS)
def test_numbers_are_written_as_in_appendix_b_of_rfc_8785(bits, written):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(number) == written.encode()


def test_keys_are_sorted_by_utf_16_code_units_as_in_rfc_8785():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    written = json.loads(canonical_json(dict.fromkeys(keys, 0)))
    assert list(written) == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


def test_text_is_escaped_as_in_rfc_8785():
    text = '\u20ac$\x0f\nA\'B"\\\\"/'
    assert canonical_json(text).decode() == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@settings(deadline=None)
@given(VALUES)
def test_what_is_written_reads_back_as_the_same_value(value):
    assert read_json(canonical_json(value).decode()) == value


@settings(deadline=None)
@given(st.dictionaries(st.text(), SCALARS), st.randoms())
def test_the_order_of_keys_does_not_matter(mapping, random):
    items = list(mapping.items())
    random.shuffle(items)
    assert canonical_json(dict(items)) == canonical_json(mapping)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_two_values_share_a_digest_only_if_they_are_equal(one, other):
    assert digest(one) != digest(other) or canonical_json(one) == canonical_json(other)


@settings(deadline=None)
@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_whole_numbers_are_written_alike_as_integer_and_as_float(number):
    assert canonical_json(float(number)) == canonical_json(number)


def test_negative_zero_is_zero():
    assert canonical_json(-0.0) == b"0"


def test_text_is_not_normalised():
    assert canonical_json("\u00e9") != canonical_json("e\u0301")


def test_true_is_not_one():
    assert canonical_json(True) == b"true"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**53, -(2**53), b"bytes", {1: 2}, {1, 2}, "\ud800"])
def test_what_has_no_single_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_json({"inside": [value]})


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_reading_refuses_what_is_not_json(text):
    with pytest.raises(NotCanonical, match="not a JSON number"):
        read_json(text)
