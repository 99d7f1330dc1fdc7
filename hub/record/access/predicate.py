"""`visible(actor)`: the one predicate that decides what is loaded (`docs/parts.md` 2, 5–7; docs/security.md §4.2).

A row of a part or of an index is visible if a grant that is valid now sees its places, or if it is held by the actor's
party, or if a stake of the party opens it; and if nobody withholds it. It stands inside every statement, before ORDER
BY, LIMIT and COUNT, on every alias. Its default is false: no grant row, nothing.

The bound values are `:holder`, `:party`, `:role` and `:now`, given by `sight()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from hub.domain.actor import Actor
from hub.record.db.dialect import later
from hub.record.tables import grant, stake, withheld
from hub.slices import hash63

HOLDER = bindparam("holder", type_=BigInteger)
PARTY = bindparam("party", type_=String)
ROLE = bindparam("role", type_=String)
NOW = bindparam("now", type_=BigInteger)


@dataclass(frozen=True)
class AccessContext:
    """An actor at a moment: what the predicate binds. `now` is the moment of the request, in microseconds."""

    actor: Actor
    now: int

    @cached_property
    def params(self) -> dict[str, Any]:
        return {
            "holder": holder_of(self.actor.party, self.actor.role),
            "party": self.actor.party,
            "role": self.actor.role,
            "now": self.now,
        }


@lru_cache(maxsize=4096)
def holder_of(party: str, role: str) -> int:
    """The number of a party in one role."""
    return hash63("holder", party, role)


def granted(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """`rights` (an alias of grant) opens `row`: the condition of a join that also wants the grant's `since`."""
    return and_(_opens(row, rights, _has_stake(row)), ~_is_withheld(row))


def visible_resources(resources: FromClause) -> CTE:
    """The rows of `resources` whose `rid` is not withheld, with what the predicate asks once a resource instead of once a part.

    Added columns: `staked`, whether the party has a stake in it now; `moment`, as in `actor_changed_at`."""
    return (
        select(*resources.c, _has_stake(resources).label("staked"), actor_changed_at(resources).label("moment"))
        .where(~_is_withheld(resources))
        .cte("concern")
        # Else databases would put it back into each row.
        .prefix_with("MATERIALIZED")
    )


def granted_since(row: FromClause, concerning: CTE) -> ScalarSelect[Any]:
    """When the latest of the grants that open `row`, one of the resources of `concerning`, was given; NULL without any: it is
    hidden."""
    return (
        select(grant.c.since)
        .where(_opens(row, grant, concerning.c.staked))
        # Down the index to the first that opens it, where a maximum would judge them all.
        .order_by(grant.c.since.desc())
        .limit(1)
        .correlate(row, concerning)
        .scalar_subquery()
    )


def _opens(row: FromClause, rights: FromClause, staked: ColumnElement[bool]) -> ColumnElement[bool]:
    c, g = row.c, rights.c
    return and_(
        g.holder == HOLDER,
        g.person == c.person,
        g.since <= NOW,
        g.until > NOW,
        g.domains.bitwise_and(c.domain) == c.domain,
        or_(by_grant(row, rights), and_(g.own.bitwise_and(c.stake_needs) == c.stake_needs, staked)),
    )


def by_grant(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """Opened by the grant itself or by holding the row, not by a stake alone."""
    return or_(rights.c.sees.bitwise_and(row.c.needs) == row.c.needs, row.c.holder == PARTY)


def visible(row: FromClause) -> ColumnElement[bool]:
    """The predicate on one alias of part, of an index or of the worklist."""
    rights = grant.alias()
    return exists(select(1).select_from(rights).where(granted(row, rights)))


def _has_stake(row: FromClause) -> ColumnElement[bool]:
    held = stake.alias()
    # `correlate` is not for show: two selects deep, SQLAlchemy would join `row` again and ask for a stake in anything.
    return exists(
        select(1)
        .select_from(held)
        .where(held.c.rid == row.c.rid, held.c.party == PARTY, held.c.since <= NOW, held.c.until > NOW)
        .correlate(row)
    )


def _is_withheld(row: FromClause) -> ColumnElement[bool]:
    kept = withheld.alias()
    return exists(
        select(1)
        .select_from(kept)
        .where(
            kept.c.rid == row.c.rid,
            kept.c.since <= NOW,
            kept.c.until > NOW,
            or_(kept.c.party == PARTY, kept.c.role == ROLE),
        )
        .correlate(row)
    )


def stake_start(row: FromClause) -> ScalarSelect[Any]:
    """When the first of this party's stakes in the row's resource that hold now began, or NULL (`docs/parts.md` 13)."""
    held = stake.alias()
    return (
        select(func.min(held.c.since))
        .where(held.c.rid == row.c.rid, held.c.party == PARTY, held.c.since <= NOW, held.c.until > NOW)
        .correlate(row)
        .scalar_subquery()
    )


def actor_changed_at(row: FromClause) -> ColumnElement[int]:
    """When what concerns this actor in the row's resource alone last changed, or 0 (`docs/parts.md` 16, `since`): its party's
    stakes, and the end of what was withheld from it. Other resources of the person do not move: that something is withheld
    would be told by their clocks."""
    held, kept = stake.alias(), withheld.alias()
    staked = (
        select(func.max(case((held.c.until <= NOW, held.c.until), else_=held.c.since)))
        .where(held.c.rid == row.c.rid, held.c.party == PARTY, held.c.since <= NOW)
        .correlate(row)
        .scalar_subquery()
    )
    given_back = (
        select(func.max(kept.c.until))
        .where(kept.c.rid == row.c.rid, kept.c.until <= NOW, or_(kept.c.party == PARTY, kept.c.role == ROLE))
        .correlate(row)
        .scalar_subquery()
    )
    return later(func.coalesce(staked, 0), func.coalesce(given_back, 0))
