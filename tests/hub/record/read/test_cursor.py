"""The way to the next page opens for whom and for what it was sealed."""

from __future__ import annotations

import pytest

from hub.domain.actor import Actor
from hub.domain.errors import Invalid
from hub.record.read.cursor import LONGEST, build_cursor_after, build_purpose, open_cursor, read_position, seal_cursor

KEYS = (b"0" * 64,)
ACTOR = Actor("Organization/ccas", "ccas", "demo")
PURPOSE = build_purpose(ACTOR, "search", "Task")


def test_it_opens_on_what_was_sealed_also_after_a_rotation() -> None:
    cursor = seal_cursor([1 << 62, "x"], PURPOSE, KEYS)
    assert open_cursor(cursor, PURPOSE, KEYS) == [1 << 62, "x"]
    assert open_cursor(cursor, PURPOSE, (b"1" * 64, *KEYS)) == [1 << 62, "x"]
    assert "Task" not in cursor


@pytest.mark.parametrize(
    "other",
    [
        build_purpose(ACTOR, "search", "Goal"),
        build_purpose(ACTOR, "history", "Task"),
        build_purpose(Actor("Organization/ccas", "ccas", "autre"), "search", "Task"),
        build_purpose(Actor("Organization/ccas", "ems_apa", "demo"), "search", "Task"),
        build_purpose(Actor("Organization/chu", "ccas", "demo"), "search", "Task"),
    ],
)
def test_for_anything_else_it_is_noise(other: bytes) -> None:
    with pytest.raises(Invalid, match="parameter-value@_cursor"):
        open_cursor(seal_cursor(1, PURPOSE, KEYS), other, KEYS)


@pytest.mark.parametrize("text", ["", "x", "é", "a" * 1000, "===="])
def test_what_was_never_sealed_is_noise(text: str) -> None:
    with pytest.raises(Invalid, match="parameter-value@_cursor"):
        open_cursor(text, PURPOSE, KEYS)


def test_it_holds_the_question_and_not_the_size_of_its_pages() -> None:
    asked = [("status", "requested"), ("_count", "2")]
    cursor = build_cursor_after(["x"], read_position(asked, None, PURPOSE, KEYS).asked, PURPOSE, KEYS)
    assert read_position([], cursor, PURPOSE, KEYS) == ([("status", "requested")], ["x"], [("_cursor", cursor)])
    further = read_position([("_count", "5")], cursor, PURPOSE, KEYS)
    assert further.asked == [("status", "requested"), ("_count", "5")]
    assert further.sent == [("_cursor", cursor), ("_count", "5")]
    with pytest.raises(Invalid, match="parameter-beside-cursor@status"):
        read_position([("_count", "5"), ("status", "requested")], cursor, PURPOSE, KEYS)


@pytest.mark.parametrize("sort", [(), ("name",), ("name", "-date", "code", "_id")])
def test_what_it_holds_is_no_longer_than_an_address_may_be(sort: tuple[str, ...]) -> None:
    order = [("_sort", ",".join(sort))] if sort else []
    row = ["\U00020000" * 200] * len(sort)
    length = LONGEST
    while True:
        asked = [("code", "x" * length), *order]
        try:
            read_position(asked, None, PURPOSE, KEYS)
            break
        except Invalid as error:
            assert error.problems[0].code == "search-too-costly"
            length -= 1
    assert length > 1000
    # A request line of the server's holds 8190.
    assert 5500 < len(build_cursor_after([row, "i" * 64], asked, PURPOSE, KEYS)) < 6500
