"""A `Part` as a row of the table `part`, and back."""

from __future__ import annotations

from typing import Any

from hub.domain.sections import load_sections
from hub.record.tables.base import EVER
from hub.slices import Part, decode, encode
from hub.slices.parts.part import Place


def build_part_row(rid: int, person: int, part: Part, since: int, moved: int | None = None) -> dict[str, Any]:
    """Return the row of a part that begins at `since`. `moved`: when its place last changed by relabelling, else `since`."""
    body, ranked = encode(part)
    return {
        "rid": rid,
        "key": part.place.key,
        "since": since,
        "until": EVER,
        "moved": since if moved is None else moved,
        "person": 0 if part.place.offer else person,
        "needs": part.place.needs,
        "stake_needs": part.place.stake_needs,
        "domain": part.place.domain,
        "holder": part.place.holder,
        "content": part.content,
        "body": body,
        "ranked": ranked,
    }


def build_silent_row(before: Any, since: int) -> dict[str, Any]:
    """Return the row, from `since` on, of a part without elements, which follows the row `before`: its readers notice the
    change."""
    return dict(before._mapping) | {
        "since": since,
        "moved": since,
        "until": EVER,
        "content": False,
        "body": b"",
        "ranked": b"",
    }


def read_part(row: Any) -> Part:
    """Return a stored row as a `Part`."""
    place = Place(row.needs, row.stake_needs, row.domain, row.holder, row.needs == load_sections().place("offers"))
    core, members, ranked = decode(row.body, row.ranked)
    return Part(place, row.content, members, ranked, core)


def read_elements(body: bytes, ranked: bytes) -> dict[str, Any]:
    """Return the elements in the columns `body` and `ranked`, without ranks. Two rows with equal elements look the same to
    everybody."""
    core, members, arrays = decode(body, ranked)
    return core | members | {path: [item for _, item in items] for path, items in arrays.items()}
