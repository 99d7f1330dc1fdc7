"""Which places of a person an actor may write now: by the `writes` of its grants and by its stakes (`docs/parts.md` 12, 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from hub.domain.errors import Invalid, Problem
from hub.domain.policy import compute_directory_rights, compute_rights
from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.record.access.predicate import NOW, PARTY, AccessContext, is_held, is_masked
from hub.record.access.session import ReadSession
from hub.record.tables import grant, stake
from hub.slices import Part, Place, build_default_target

_GRANTS = select(grant.c.person, grant.c.domains, grant.c.sees, grant.c.writes, grant.c.own_writes).where(
    is_held(grant),
    grant.c.person.in_(bindparam("persons", expanding=True)),
    grant.c.since <= NOW,
    grant.c.until > NOW,
    ~is_masked(grant.c.person),
)
_STAKES = select(stake.c.rid).where(
    stake.c.rid.in_(bindparam("rids", expanding=True)),
    stake.c.party == PARTY,
    stake.c.since <= NOW,
    stake.c.until > NOW,
)


@dataclass(frozen=True)
class WriteRights:
    """Which places of one person an actor may write. `lines`: the masks (domains, sees, writes, own_writes) of each grant
    that is valid now. `account_party`: under which its account holds parts by itself, if it has one."""

    lines: tuple[tuple[int, int, int, int], ...]
    party: str
    account_party: str | None = None

    def may_write(self, place: Place, *, staked: bool) -> bool:
        """Whether the actor may write in `place`. `staked`: its party has a stake in the resource, or gets one by creating
        it."""
        own = place.own or place.needs
        # What belongs to the account needs no grant that sees it.
        needs = own if place.holder is not None and place.holder == self.account_party else place.needs
        for domains, sees, writes, own_writes in self.lines:
            # The place itself must be writable; those that targets and labels add need only be seen.
            if domains & place.domain == place.domain and writes & own == own and sees & needs == needs:
                return True
            if staked and own_writes & own == own:
                return True
        return False

    def may_write_core(self, resource_type: str, places: Iterable[Place], *, staked: bool) -> bool:
        """Whether the actor may write the core elements: it may write one of `places` that make this resource visible.

        `places`: those of the parts with content that the resource has."""
        entry = build_default_target(resource_type, load_sections()).entry
        entry_places = (
            [place for place in places if place.needs & entry]
            if RESOURCE_TYPES[resource_type].placement.core
            else list(places)
        )
        return any(self.may_write(place, staked=staked) for place in entry_places or places)


def load_write_rights(session: ReadSession, persons: Iterable[int]) -> dict[int, WriteRights]:
    """Return the actor's write rights for each of `persons` (0: resources that are about no person), in one statement."""
    lines: dict[int, list[tuple[int, int, int, int]]] = {person: [] for person in persons}
    for row in session.connection.execute(_GRANTS, session.params | {"persons": list(lines)}):
        lines[row.person].append((row.domains, row.sees, row.writes, row.own_writes))
    party, account_party = session.actor.party, session.params["account_party"]
    return {person: WriteRights(tuple(own), party, account_party) for person, own in lines.items()}


def build_registration_rights(access: AccessContext) -> WriteRights:
    """Return a desk's write rights for a person whom it is registering, as if their tie existed already."""
    role = load_roles()[access.actor.role]
    by_tie = compute_rights(role, frozenset({"desk"}))
    general = compute_directory_rights(role)
    lines = ((-1, opened.sees, opened.writes, opened.own_writes) for opened in (by_tie, general))
    return WriteRights(tuple(lines), access.actor.party, access.params["account_party"])


def find_stakes(session: ReadSession, rids: Iterable[int]) -> dict[int, bool]:
    """Return for each of `rids` whether the actor's party has a stake in it now, in one statement."""
    numbers = list(rids)
    staked = set(session.connection.scalars(_STAKES, session.params | {"rids": numbers}))
    return {rid: rid in staked for rid in numbers}


def is_desk(access: AccessContext) -> bool:
    """Return whether the actor's role works at the desk."""
    return load_roles()[access.actor.role].is_desk


def check_places(
    rights: WriteRights, resource_type: str, after: list[Part], before: list[Part], *, staked: bool
) -> None:
    """Check that the actor may write every place whose elements differ from what it saw (`before`).

    For a new resource, pass `after` as `before`. Raises Invalid `not-yours-to-write` at the elements."""
    created = after is before
    past = {} if created else {part.place.key: part for part in before if part.get_elements()}
    now = {part.place.key: part for part in after}
    changed = [
        part
        for key, part in now.items()
        if created or key not in past or past[key].get_elements() != part.get_elements()
    ]
    changed += [part for key, part in past.items() if key not in now]
    for part in changed:
        if part.place.needs:
            allowed = rights.may_write(part.place, staked=staked)
        else:
            allowed = rights.may_write_core(resource_type, [p.place for p in now.values() if p.content], staked=staked)
        if not allowed:
            key = part.place.key
            where = _list_changed_elements(
                past[key].get_elements() if key in past else {}, now[key].get_elements() if key in now else {}
            )
            raise Invalid(*[Problem("not-yours-to-write", f"{resource_type}.{element}") for element in where[:20]])


def _list_changed_elements(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of the elements that differ; `[""]`, for the place itself, when it is new and empty."""
    return sorted(name for name in before | after if before.get(name) != after.get(name)) or [""]
