"""The one SQL predicate by which a row is visible to an actor (`docs/parts.md` 2, 5–7; docs/security.md §4.2).

A row of a part or of an index is visible if the actor has a grant on the person that is valid now, and one of these is true:
the grant sees all of the row's `needs`; the actor's party is the row's holder; the party has a stake in the resource and the
grant's `own` covers `stake_needs`. A resource that is withheld is not visible. The predicate is in every statement, before
ORDER BY, LIMIT and COUNT, on every alias. Without a grant row it is false.

It binds `:holder`, `:party`, `:role` and `:now`, which `AccessContext.params` gives.
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
    """An actor at the moment of the request, `now` in microseconds: the values that the predicate binds."""

    actor: Actor
    now: int

    @cached_property
    def params(self) -> dict[str, Any]:
        return {
            "holder": hash_holder(self.actor.party, self.actor.role),
            "party": self.actor.party,
            "role": self.actor.role,
            "now": self.now,
        }


@lru_cache(maxsize=4096)
def hash_holder(party: str, role: str) -> int:
    """Return the number (63 bits) that stands for a party in one role in the column `holder` of `grant`."""
    return hash63("holder", party, role)


def build_grant_condition(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """Build the condition that `rights` (an alias of `grant`) opens `row`, for a join that also reads the grant's `since`."""
    return and_(_opens(row, rights, _has_stake(row)), ~_is_withheld(row))


def select_visible_resources(resources: FromClause) -> CTE:
    """Select the rows of `resources` that are not withheld, with two columns that depend on the resource and not on the part.

    `staked`: whether the party has a stake in it now; `moment`: as in `select_actor_change`."""
    return (
        select(*resources.c, _has_stake(resources).label("staked"), select_actor_change(resources).label("moment"))
        .where(~_is_withheld(resources))
        .cte("concern")
        # Without this hint, databases inline the subquery and evaluate it for each part.
        .prefix_with("MATERIALIZED")
    )


def select_grant_start(row: FromClause, concerning: CTE) -> ScalarSelect[Any]:
    """Select the latest `since` of the grants that open `row`, a part of a resource of `concerning`; NULL when it is hidden."""
    return (
        select(grant.c.since)
        .where(_opens(row, grant, concerning.c.staked))
        # LIMIT 1 stops at the first grant in the index that opens the row; MAX would evaluate all of them.
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
        or_(build_direct_grant_condition(row, rights), and_(g.own.bitwise_and(c.stake_needs) == c.stake_needs, staked)),
    )


def build_direct_grant_condition(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """Build the condition that `rights` opens `row` without a stake: it sees its places, or the party holds the row."""
    return or_(rights.c.sees.bitwise_and(row.c.needs) == row.c.needs, row.c.holder == PARTY)


def visible(row: FromClause) -> ColumnElement[bool]:
    """Build the predicate on `row`, an alias of `part`, of an index table or of `worklist`."""
    rights = grant.alias()
    return exists(select(1).select_from(rights).where(build_grant_condition(row, rights)))


def _has_stake(row: FromClause) -> ColumnElement[bool]:
    stakes = stake.alias()
    # Without `correlate`, SQLAlchemy adds `row` to the inner FROM when it is two selects deep: any stake would do.
    return exists(
        select(1)
        .select_from(stakes)
        .where(stakes.c.rid == row.c.rid, stakes.c.party == PARTY, stakes.c.since <= NOW, stakes.c.until > NOW)
        .correlate(row)
    )


def _is_withheld(row: FromClause) -> ColumnElement[bool]:
    retentions = withheld.alias()
    return exists(
        select(1)
        .select_from(retentions)
        .where(
            retentions.c.rid == row.c.rid,
            retentions.c.since <= NOW,
            retentions.c.until > NOW,
            or_(retentions.c.party == PARTY, retentions.c.role == ROLE),
        )
        .correlate(row)
    )


def select_stake_start(row: FromClause) -> ScalarSelect[Any]:
    """Select the earliest start of the party's present stakes in the row's resource, or NULL (`docs/parts.md` 13)."""
    stakes = stake.alias()
    return (
        select(func.min(stakes.c.since))
        .where(stakes.c.rid == row.c.rid, stakes.c.party == PARTY, stakes.c.since <= NOW, stakes.c.until > NOW)
        .correlate(row)
        .scalar_subquery()
    )


def select_actor_change(row: FromClause) -> ColumnElement[int]:
    """Build the time of the last change of the actor's access to the row's resource alone, or 0 (`docs/parts.md` 16, `since`).

    Such changes are: a stake of its party begins or ends, and a withholding from it ends. The other resources of the person
    keep their time, because theirs would reveal that something was withheld."""
    stakes, retentions = stake.alias(), withheld.alias()
    staked = (
        select(func.max(case((stakes.c.until <= NOW, stakes.c.until), else_=stakes.c.since)))
        .where(stakes.c.rid == row.c.rid, stakes.c.party == PARTY, stakes.c.since <= NOW)
        .correlate(row)
        .scalar_subquery()
    )
    released = (
        select(func.max(retentions.c.until))
        .where(
            retentions.c.rid == row.c.rid,
            retentions.c.until <= NOW,
            or_(retentions.c.party == PARTY, retentions.c.role == ROLE),
        )
        .correlate(row)
        .scalar_subquery()
    )
    return later(func.coalesce(staked, 0), func.coalesce(released, 0))
