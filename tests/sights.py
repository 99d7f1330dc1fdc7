"""The predicate of `hub.record.access.predicate` in plain Python, over the places of parts: what an actor sees of a resource.

A second statement of the same rule (`docs/parts.md` 2, 5, 6): tests of slices need no database, and the record is held to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from hub.domain.policy import ALL_DOMAINS, Rights, compute_directory_rights, compute_rights
from hub.domain.roles import TIES, load_roles
from hub.domain.sections import load_sections
from hub.slices import Part, Place, join

# At most this many ties at once: more than two open nothing that two of them do not.
MOST_TIES = 2


@dataclass(frozen=True)
class Sees:
    """What one actor may see of a resource: its rights on the person and in general, and whether it has a stake in it."""

    on_person: Rights
    in_general: Rights
    staked: bool = False
    party: str = ""

    def place(self, place: Place) -> bool:
        """Whether a part that stands in `place` is visible."""
        if not place.needs:
            return True
        found = self.in_general if place.offer or place.needs == load_sections().place("directory") else self.on_person
        if place.holder is not None and place.holder == self.party and _opens(found):
            return True
        for domains, sees in ((ALL_DOMAINS, found.sees & ~found.limited), (found.domains, found.sees)):
            if domains & place.domain == place.domain and sees & place.needs == place.needs:
                return True
        return self.staked and found.own & place.stake_needs == place.stake_needs

    def parts(self, parts: Iterable[Part]) -> list[Part]:
        """The visible ones of `parts`; none when no content is among them (`docs/parts.md` 9)."""
        seen = [part for part in parts if self.place(part.place)]
        return seen if any(part.content for part in seen) else []

    def slice_of(self, resource: dict[str, Any], parts: Iterable[Part]) -> dict[str, Any] | None:
        """What it sees of `resource`, whose parts these are; None when that is nothing."""
        seen = self.parts(parts)
        return {"resourceType": resource["resourceType"], "id": resource.get("id", "x")} | join(seen) if seen else None


def _opens(found: Rights) -> bool:
    return bool(found.sees or found.own)


def sees(role: str, *ties: str, consented: Iterable[str] = (), opposed: Iterable[str] = (), party: str = "") -> Sees:
    """What `role` sees with these ties; `stake` among them is a stake in the resource itself."""
    found = compute_rights(load_roles()[role], frozenset(ties), frozenset(consented), frozenset(opposed))
    return Sees(found, compute_directory_rights(load_roles()[role]), "stake" in ties, party)


@cache
def every_sight() -> tuple[Sees, ...]:
    """Every role with every tie, with and without consent, with and without a stake: each different one once."""
    return tuple(dict.fromkeys(_every_sight()))


def _every_sight() -> Iterator[Sees]:
    ties = sorted(TIES | {"asked", "oriented"})
    for name, role in load_roles().items():
        for count in range(MOST_TIES + 1):
            for some in combinations(ties, count):
                for consented in ((), tuple(role.cells)):
                    yield sees(name, *some, consented=consented)
                    yield sees(name, *some, "stake", consented=consented)
