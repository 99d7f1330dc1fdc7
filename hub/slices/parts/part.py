"""What a part is: one place, and what one resource says there. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

# Array elements and, with a dot, arrays inside an element: path → (rank, item), ranks ascending.
Ranked = dict[str, list[tuple[int, Any]]]


def hash63(*words: object) -> int:
    """A 63-bit number of some words: the key of a place, the rid of a resource, a holder. Never shown to anyone."""
    digest = blake2b("|".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def get_rid(resource_type: str, resource_id: str) -> int:
    """The record's number for `Type/id`."""
    return hash63(resource_type, resource_id)


def get_reference_rid(reference: str) -> int:
    """The record's number for a relative reference `Type/id`."""
    return get_rid(*reference.split("/", 1))


@dataclass(frozen=True)
class Place:
    """Where a part stands (`docs/parts.md` 2–6). `needs`: what a grant must see; `stake_needs`: what a stake must open;
    `domain`: activity domain bit or 0; `holder`: the organisation that gave it, or None; `offer`: shown as an open Task."""

    needs: int
    stake_needs: int
    domain: int = 0
    holder: str | None = None
    offer: bool = False
    # The element's own place, without what its targets and labels add: who may write is judged on it.
    own: int = field(default=0, compare=False)

    @cached_property
    def key(self) -> int:
        """The place's number within a resource; 0 is the spine."""
        if not self.needs:
            return 0
        return hash63(self.needs, self.stake_needs, self.domain, self.holder, self.offer)


SPINE = Place(0, 0)


@dataclass(frozen=True)
class Target:
    """What a reference's target asks of those who see the reference (`docs/parts.md` 3, 4). `entry`: places by which the target
    counts as seen. `domain`: its activity domain. `reveals`: for a directory entry, the section extract it betrays; for a
    document, what of its `entry` those who bear it reveal."""

    entry: int
    domain: int = 0
    reveals: int = 0
    directory: bool = False


Targets = Mapping[str, Target]


@dataclass(frozen=True)
class Part:
    """One place's share. `content`: whether it can open the resource (the spine cannot). `members`: whole elements.
    `ranked`: items of arrays that several places may share. `spine`: what it bears of the spine as it is stored."""

    place: Place
    content: bool
    members: dict[str, Any] = field(default_factory=dict)
    ranked: Ranked = field(default_factory=dict)
    spine: dict[str, Any] = field(default_factory=dict)

    def says(self) -> dict[str, Any]:
        """What it says, without ranks: two parts with equal `says` differ for nobody."""
        return self.spine | self.members | {path: [item for _, item in items] for path, items in self.ranked.items()}
