"""Ranks that stay: what is between two items changes neither."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.record.unit_of_work.array_positions import GAP, add_gaps, keep_positions
from hub.slices import Part, Place

HOLDERS = ("Organization/a", "Organization/b")
Items = list[tuple[str, str]]  # (holder, item)


def parts(items: Items) -> list[Part]:
    """An array whose items stand in two parts, counted from zero."""
    return [
        Part(
            Place(1, 1, holder=holder),
            True,
            ranked={"note": [(n, item) for n, (whose, item) in enumerate(items) if whose == holder]},
        )
        for holder in HOLDERS
    ]


def ranks(found: list[Part]) -> dict[str, int]:
    return {item: rank for part in found for rank, item in part.ranked["note"]}


def order(found: list[Part]) -> list[Any]:
    return [
        item for _, item in sorted((pair for part in found for pair in part.ranked["note"]), key=lambda pair: pair[0])
    ]


def item(holder: int, name: str) -> tuple[str, str]:
    return HOLDERS[holder], name


def test_a_new_resource_leaves_room() -> None:
    assert ranks(add_gaps(parts([item(0, "x"), item(1, "y")]))) == {"x": 0, "y": GAP}


def test_items_in_front_between_and_behind_move_nobody() -> None:
    before = add_gaps(parts([item(0, "x"), item(0, "y")]))
    after = keep_positions(
        before, parts([item(1, "1"), item(0, "x"), item(1, "2"), item(1, "3"), item(0, "y"), item(1, "4")])
    )
    assert ranks(after).items() >= ranks(before).items()
    assert order(after) == ["1", "x", "2", "3", "y", "4"]


def test_what_goes_leaves_its_place_empty() -> None:
    before = add_gaps(parts([item(0, "x"), item(1, "1"), item(0, "y")]))
    assert ranks(keep_positions(before, parts([item(0, "x"), item(0, "y")]))) == {"x": 0, "y": 2 * GAP}


def test_the_one_that_moves_is_moved() -> None:
    before = add_gaps(parts([item(0, "x"), item(0, "y"), item(1, "1")]))
    after = keep_positions(before, parts([item(1, "1"), item(0, "x"), item(0, "y")]))
    assert ranks(after) == {"x": 0, "y": GAP, "1": -GAP}


def test_where_no_room_is_left_all_are_counted_anew() -> None:
    before = parts([item(0, "x"), item(0, "y")])  # side by side, as no new resource has them
    after = keep_positions(before, parts([item(0, "x"), item(1, "1"), item(0, "y")]))
    assert ranks(after) == {"x": 0, "1": GAP, "y": 2 * GAP}


items = st.lists(st.tuples(st.sampled_from(HOLDERS), st.sampled_from("abcdef")), max_size=8)


@given(st.lists(items, min_size=1, max_size=6))
def test_the_order_is_always_that_of_the_array(versions: list[Items]) -> None:
    found = add_gaps(parts(versions[0]))
    for version in versions[1:]:
        found = keep_positions(found, parts(version))
        assert order(found) == [name for _, name in version]
