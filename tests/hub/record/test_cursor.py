"""The way to the next page opens for whom and for what it was sealed."""

from __future__ import annotations

import pytest

from hub.actor import Actor
from hub.errors import Invalid
from hub.record.cursor import open_cursor, purpose_of, seal_cursor

KEYS = (b"0" * 64,)
ACTOR = Actor("Organization/ccas", "ccas", "demo")
PURPOSE = purpose_of(ACTOR, "Task", [["status", "requested"]])


def test_it_opens_on_what_was_sealed_also_after_a_rotation() -> None:
    cursor = seal_cursor([1 << 62, "x"], PURPOSE, KEYS)
    assert open_cursor(cursor, PURPOSE, KEYS) == [1 << 62, "x"]
    assert open_cursor(cursor, PURPOSE, (b"1" * 64, *KEYS)) == [1 << 62, "x"]
    assert "Task" not in cursor


@pytest.mark.parametrize(
    "other",
    [
        purpose_of(ACTOR, "Task", [["status", "accepted"]]),
        purpose_of(Actor("Organization/ccas", "ccas", "autre"), "Task", [["status", "requested"]]),
        purpose_of(Actor("Organization/ccas", "ems_apa", "demo"), "Task", [["status", "requested"]]),
        purpose_of(Actor("Organization/chu", "ccas", "demo"), "Task", [["status", "requested"]]),
    ],
)
def test_for_anything_else_it_is_noise(other: bytes) -> None:
    with pytest.raises(Invalid, match="parameter-value@_cursor"):
        open_cursor(seal_cursor(1, PURPOSE, KEYS), other, KEYS)


@pytest.mark.parametrize("text", ["", "x", "é", "a" * 1000, "===="])
def test_what_was_never_sealed_is_noise(text: str) -> None:
    with pytest.raises(Invalid, match="parameter-value@_cursor"):
        open_cursor(text, PURPOSE, KEYS)
