from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.slices import Part, Place, get_reference_rid, get_rid, hash63
from hub.slices.parts.part import CORE

masks = st.integers(1, (1 << 62) - 1)
places = st.builds(Place, masks, masks, st.integers(0, 1023), st.none() | st.just("Organization/a"), st.booleans())


def test_the_spine_is_key_zero() -> None:
    assert CORE.key == 0


@given(places, places)
def test_equal_keys_are_equal_places(one: Place, other: Place) -> None:
    assert (one.key == other.key) == (one == other)
    assert 0 < one.key < 1 << 63


def test_numbers_of_references() -> None:
    assert get_rid("Task", "a") == get_reference_rid("Task/a") == hash63("Task", "a")
    assert get_rid("Task", "a") != get_rid("Goal", "a")


def test_what_a_part_says_has_no_ranks() -> None:
    one = Part(CORE, False, {"status": "x"}, {"note": [(0, "a"), (1, "b")]})
    other = Part(CORE, False, {"status": "x"}, {"note": [(4, "a"), (9, "b")]})
    assert one.get_elements() == other.get_elements() == {"status": "x", "note": ["a", "b"]}
