"""Whatever stands anywhere in a good message: a Referral or one of the hub's errors, never another exception."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.fhir.answer import render_outcome
from adapters.fhir.elements.parse import encode_canonical, parse
from adapters.fhir.referral import read
from hub.domain.errors import HubError
from hub.domain.referral.message import Referral
from tests.adapters.fhir.golden import raw

GOOD = ("transaction-complete", "message-two-requests-one-focus", "two-persons-and-a-document", "lone-contained")
MESSAGES = {case: parse(raw(case)) for case in GOOD}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["#", "#p", "Patient/p1", "Bundle"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(inner, (*path, key))
    return found


PLACES = [(case, place) for case, message in MESSAGES.items() for place in places(message)]


def judged(message: bytes) -> None:
    try:
        assert isinstance(read(message), Referral)
    except HubError as error:
        assert json.loads(render_outcome(error.problems))["resourceType"] == "OperationOutcome"


def replaced(case: str, place: tuple[Any, ...], value: Any) -> bytes:
    message = copy.deepcopy(MESSAGES[case])
    holder: Any = message
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return encode_canonical(message)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), values)
def test_any_value_at_any_place(at: tuple[str, tuple[Any, ...]], value: Any) -> None:
    judged(replaced(*at, value))


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], True], ids=repr)
def test_each_place_with_each_kind_of_value(value: Any) -> None:
    for case, place in PLACES[:: 3 if value is None else 5]:
        judged(replaced(case, place, value))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_any_part_of_another_message_at_any_place(
    at: tuple[str, tuple[Any, ...]], of: tuple[str, tuple[Any, ...]]
) -> None:
    part: Any = MESSAGES[of[0]]
    for key in of[1]:
        part = part[key]
    judged(replaced(*at, part))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:0e.-', max_size=30).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    judged(data)
