"""Join: items by rank, whatever the order of the parts and whatever is missing."""

from __future__ import annotations

from hub.slices import Part, Place, join
from hub.slices.join import sort_by_rank

HERE, THERE = Place(1, 1), Place(2, 2)


def test_items_of_two_parts_stand_by_rank() -> None:
    parts = [
        Part(HERE, True, {"status": "active"}, {"note": [(0, {"text": "a"}), (2, {"text": "c"})]}),
        Part(THERE, True, {}, {"note": [(1, {"text": "b"})]}),
    ]
    whole = {"status": "active", "note": [{"text": "a"}, {"text": "b"}, {"text": "c"}]}
    assert join(parts) == join(reversed(parts)) == whole
    assert join(parts[:1]) == {"status": "active", "note": [{"text": "a"}, {"text": "c"}]}


def test_equal_ranks_keep_the_order_in_which_they_come() -> None:
    assert sort_by_rank([(1, "b"), (0, "a"), (1, "c")]) == ["a", "b", "c"]


def test_provisions_stand_inside_the_provision() -> None:
    root = Part(HERE, True, {}, {"provision": [(0, {"type": "permit"})]})
    nested = Part(THERE, True, {}, {"provision.provision": [(1, {"type": "deny"}), (0, {"type": "permit"})]})
    assert join([root]) == {"provision": {"type": "permit"}}
    assert join([nested]) == {"provision": {"provision": [{"type": "permit"}, {"type": "deny"}]}}
    assert join([nested, root]) == {
        "provision": {"type": "permit", "provision": [{"type": "permit"}, {"type": "deny"}]},
    }


def test_nothing_joins_to_nothing_and_changes_no_part() -> None:
    assert join([]) == {}
    part = Part(HERE, True, {}, {"provision": [(0, {"type": "permit"})]})
    join([part])["provision"]["type"] = "deny"
    assert part.ranked["provision"][0][1] == {"type": "permit"}
