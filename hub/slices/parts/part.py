"""What a part is: one place, and the elements of one resource there. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

# Array elements and, with a dot, arrays inside an element: path → (rank, item), ranks ascending.
Ranked = dict[str, list[tuple[int, Any]]]


def hash63(*words: object) -> int:
    """Return a 63-bit number for some words: the key of a place, the rid of a resource, a holder. It is never shown to anyone."""
    digest = blake2b("|".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def get_rid(resource_type: str, resource_id: str) -> int:
    """Return the rid, the record's number, of `Type/id`."""
    return hash63(resource_type, resource_id)


def get_reference_rid(reference: str) -> int:
    """Return the rid of a relative reference `Type/id`."""
    return get_rid(*reference.split("/", 1))


@dataclass(frozen=True)
class Place:
    """What it takes to see a part (`docs/parts.md` 2–6).

    `needs`: the places that a grant must see; `stake_needs`: those that a stake must open; `domain`: the bit of an activity
    domain, or 0; `holder`: the organisation that it belongs to, or None; `offer`: an open Task shows it."""

    needs: int
    stake_needs: int
    domain: int = 0
    holder: str | None = None
    offer: bool = False
    # The element's own place, without what its targets and labels add: it decides who may write.
    own: int = field(default=0, compare=False)

    @cached_property
    def key(self) -> int:
        """The place's number within a resource; 0 is the core."""
        if not self.needs:
            return 0
        return hash63(self.needs, self.stake_needs, self.domain, self.holder, self.offer)


CORE = Place(0, 0)


@dataclass(frozen=True)
class Target:
    """What it takes to see a reference to a resource (`docs/parts.md` 3, 4).

    `entry`: the places by which the resource counts as seen. `domain`: its activity domain. `reveals`: of a directory entry,
    the extract of the section that it reveals; of a document, the places of `entry` that its authors reveal."""

    entry: int
    domain: int = 0
    reveals: int = 0
    directory: bool = False


Targets = Mapping[str, Target]


@dataclass(frozen=True)
class Part:
    """The elements of one resource at one place.

    `content`: whether it can open the resource (the core cannot). `members`: whole elements. `ranked`: items of arrays that
    several places may share. `core`: the core elements that it carries when it is stored."""

    place: Place
    content: bool
    members: dict[str, Any] = field(default_factory=dict)
    ranked: Ranked = field(default_factory=dict)
    core: dict[str, Any] = field(default_factory=dict)

    def get_elements(self) -> dict[str, Any]:
        """Return its elements without ranks: two parts with equal elements look the same to everybody."""
        return self.core | self.members | {path: [item for _, item in items] for path, items in self.ranked.items()}
