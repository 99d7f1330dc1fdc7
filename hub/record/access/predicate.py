"""The one SQL predicate by which a row is visible to an actor (`docs/parts.md` 2, 5–7, 31; docs/security.md §4.2).

A row of a part or of an index is visible if the actor has a grant on the person that is valid now, and one of these is true:
the grant sees all of the row's `needs`; the actor's party is the row's holder; the party has a stake in the resource and the
grant's `own` covers `stake_needs`. A resource that is withheld is not visible, nor any of a person who masks the account. The
predicate is in every statement, before ORDER BY, LIMIT and COUNT, on every alias. Without a grant row it is false.

A grant, and a part, is held by a party in a role or by the account that acts for it. The binds `:holder`, `:party`, `:role` and
`:now`, and of an account `:account`, `:account_holder` and `:account_party`, come from `AccessContext.params`. A client of
software has no account: those three are NULL and match nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
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
from hub.record.access.account_party import build_account_party
from hub.record.db.dialect import later
from hub.record.tables import grant, masked, stake, withheld
from hub.slices import hash63

HOLDER = bindparam("holder", type_=BigInteger)
PARTY = bindparam("party", type_=String)
ROLE = bindparam("role", type_=String)
NOW = bindparam("now", type_=BigInteger)
ACCOUNT = bindparam("account", type_=String)
ACCOUNT_HOLDER = bindparam("account_holder", type_=BigInteger)
ACCOUNT_PARTY = bindparam("account_party", type_=String)

_NO_ACCOUNT: dict[str, Any] = {"account": None, "account_holder": None, "account_party": None}


@dataclass(frozen=True)
class AccessContext:
    """An actor at the moment of the request, `now` in microseconds: the values that the predicate binds."""

    actor: Actor
    now: int

    @cached_property
    def params(self) -> dict[str, Any]:
        actor = self.actor
        of_party = {
            "holder": hash_holder(actor.party, actor.role),
            "party": actor.party,
            "role": actor.role,
            "now": self.now,
        }
        if not actor.account:
            return of_party | _NO_ACCOUNT
        own = build_account_party(actor.account, actor.party, actor.role)
        return of_party | {
            "account": actor.account,
            "account_holder": hash_holder(own, actor.role),
            "account_party": own,
        }


@lru_cache(maxsize=4096)
def hash_holder(party: str, role: str) -> int:
    """Return the number (63 bits) of a party in one role, as in the column `holder` of `grant`."""
    return hash63("holder", party, role)


def build_grant_condition(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """Build the condition that `rights` (an alias of `grant`) opens `row`, for a join that also reads the grant's `since`."""
    return and_(is_held(rights), _opens(row, rights, _has_stake(row)), ~_is_withheld(row))


def is_held(rights: FromClause) -> ColumnElement[bool]:
    """Build the condition that the actor holds `rights`, an alias of `grant`: its party in its role, or its account."""
    return rights.c.holder.in_([HOLDER, ACCOUNT_HOLDER])


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


# What `select_grant_start` selects when no grant opens a row.
HIDDEN = -1


def select_grant_start(row: FromClause, concerning: CTE) -> ColumnElement[int]:
    """Build the latest `since` of the grants that open `row`, a part of a resource of `concerning`; `HIDDEN` without one."""
    # One subquery for each holder: each follows the index in the order of `since`, which both in one would not.
    of_party, of_account = (
        func.coalesce(_select_start(row, concerning, holder), HIDDEN) for holder in (HOLDER, ACCOUNT_HOLDER)
    )
    return later(of_party, case((ACCOUNT.is_not(None), of_account), else_=HIDDEN))


def _select_start(row: FromClause, concerning: CTE, holder: BindParameter[Any]) -> ScalarSelect[Any]:
    return (
        select(grant.c.since)
        .where(grant.c.holder == holder, _opens(row, grant, concerning.c.staked))
        # LIMIT 1 stops at the first grant in the index that opens the row; MAX would evaluate all of them.
        .order_by(grant.c.since.desc())
        .limit(1)
        .correlate(row, concerning)
        .scalar_subquery()
    )


def _opens(row: FromClause, rights: FromClause, staked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Build the condition that `rights`, which the actor holds, opens `row` now."""
    c, g = row.c, rights.c
    return and_(
        g.person == c.person,
        g.since <= NOW,
        g.until > NOW,
        g.domains.bitwise_and(c.domain) == c.domain,
        or_(build_direct_grant_condition(row, rights), and_(g.own.bitwise_and(c.stake_needs) == c.stake_needs, staked)),
        ~is_masked(c.person),
    )


def build_direct_grant_condition(row: FromClause, rights: FromClause = grant) -> ColumnElement[bool]:
    """Build the condition that `rights` opens `row` without a stake: it sees its places, or the party or the account holds the
    row."""
    return or_(rights.c.sees.bitwise_and(row.c.needs) == row.c.needs, row.c.holder.in_([PARTY, ACCOUNT_PARTY]))


def visible(row: FromClause) -> ColumnElement[bool]:
    """Build the predicate on `row`, an alias of `part`, of an index table or of `worklist`."""
    rights = grant.alias()
    # OFFSET 0 keeps this a test of one row: PostgreSQL would make a join of it, and sort all matches before the limit.
    return exists(select(1).select_from(rights).where(build_grant_condition(row, rights)).offset(0))


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


def is_masked(person: ColumnElement[int]) -> ColumnElement[bool]:
    """Build the condition that `person`, a column, masks the account now."""
    masks = masked.alias()
    mask = exists(
        select(1)
        .select_from(masks)
        .where(masks.c.account == ACCOUNT, masks.c.person == person, masks.c.since <= NOW, masks.c.until > NOW)
        .correlate(person.table)
    )
    # The first operand spares who has no account the look at the table, for each row.
    return and_(ACCOUNT.is_not(None), mask)


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
