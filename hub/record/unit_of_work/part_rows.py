"""A part as a row of its table."""

from __future__ import annotations

from typing import Any

from hub.record.tables.base import EVER
from hub.slices import Part, encode


def part_row(rid: int, person: int, found: Part, since: int, moved: int | None = None) -> dict[str, Any]:
    """The row of a part that begins at `since`."""
    body, ranked = encode(found)
    return {
        "rid": rid,
        "key": found.place.key,
        "since": since,
        "until": EVER,
        "moved": since if moved is None else moved,
        "person": 0 if found.place.offer else person,
        "needs": found.place.needs,
        "stake_needs": found.place.stake_needs,
        "domain": found.place.domain,
        "holder": found.place.holder,
        "content": found.content,
        "body": body,
        "ranked": ranked,
    }


def silent_row(before: Any, since: int) -> dict[str, Any]:
    """A place that says nothing any more."""
    return dict(before._mapping) | {
        "since": since,
        "moved": since,
        "until": EVER,
        "content": False,
        "body": b"",
        "ranked": b"",
    }
