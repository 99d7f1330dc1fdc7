"""Exact JSON in and out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import Malformed
from hub.fhir import DEPTH, DIGITS, dumps, loads

numbers = st.integers(-(10**DIGITS) + 1, 10**DIGITS - 1) | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
)
scalars = st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=["Cs"]))
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def code_of(data: bytes, **limits: int) -> str:
    with pytest.raises(Malformed) as raised:
        loads(data, **limits)
    return raised.value.problems[0].code


@given(st.dictionaries(st.text(max_size=8), trees, max_size=4).map(lambda value: {"value": value}))
def test_what_is_written_is_read_again(value: dict) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize("digits", ["72.50", "0.0", "-0.0", "1.0E-7", "1E+2", "100", "0.123456789012345678"])
def test_numbers_keep_their_digits(digits: str) -> None:
    body = b'{"value":%s}' % digits.encode()
    assert dumps(loads(body)) == body


def test_order_is_kept() -> None:
    body = b'{"z":[3,1,2],"a":"\xc3\xa9"}'
    assert dumps(loads(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b'{"a":NaN}',
            b'{"a":Infinity}',
            b'{"a":01}',
            b"{'a':1}",
            b'{"a":1,}',
            b'{"a":1} {}',
            b"\xef\xbb\xbf{}",
        ),
        *(rb'{"a":"\ud800"}', rb'{"a":"\udc00"}', rb'{"a":"\ud800\u0041"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xff"}'),
    ],
)
def test_what_is_not_utf8_json_is_refused(body: bytes) -> None:
    assert code_of(body) == "json-malformed"


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"null", b"1"])
def test_one_object_is_expected(body: bytes) -> None:
    assert code_of(body) == "json-not-object"


def nested(depth: int) -> bytes:
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_depth_has_a_limit_below_that_of_the_stack() -> None:
    loads(nested(DEPTH))
    for depth in (DEPTH + 1, 900, 100_000):
        assert code_of(nested(depth)) == "json-too-deep"


def test_size_has_a_limit_that_a_door_may_set() -> None:
    assert loads(b'{"a":1}', size=7) == {"a": 1}
    assert code_of(b'{"a":1}', size=6) == "json-too-large"


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1e-400", b"9" * 19, b"9" * 5000, b"1." + b"0" * 18])
def test_numbers_have_a_limit(number: bytes) -> None:
    assert code_of(b'{"a":[%s]}' % number) in {"json-number", "json-malformed"}


@pytest.mark.parametrize(
    "body", [b'{"a":1,"a":2}', b'{"b":[{"a":1 , "a" :2}]}', rb'{"a":"\"x\":","b":{},"b":{}}', rb'{"a":1,"\u0061":1}']
)
def test_a_key_given_twice_is_refused(body: bytes) -> None:
    assert code_of(body) == "json-duplicate-key"


@pytest.mark.parametrize("body", [rb'{"a":"\"a\":1,\"a\":2"}', b'{"a":":","b":": x","c":" :"}', rb'{"\"":1,"\\":":"}'])
def test_what_looks_like_a_key_in_a_text_is_none(body: bytes) -> None:
    assert dumps(loads(body)) == body


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises(Malformed):
        dumps({"a": [value]})


def test_words_that_look_like_nan_are_written() -> None:
    assert dumps({"a": "NaN null Infinity", "b": None}) == b'{"a":"NaN null Infinity","b":null}'


def test_an_error_carries_no_value() -> None:
    with pytest.raises(Malformed) as raised:
        loads(b'{"name":"Dupont" oops}')
    assert "Dupont" not in repr(raised.value) and raised.value.__cause__ is None
