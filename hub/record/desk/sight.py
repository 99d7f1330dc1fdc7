"""The one predicate by which an actor reads a row of the desk (`docs/parts.md` 36). Row-level security has the same."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select

from hub.domain.errors import Refused
from hub.domain.roles import load_roles
from hub.record.access.predicate import ACCOUNT, NOW, PARTY, AccessContext, is_held, is_masked
from hub.record.tables import grant


def check_desk(access: AccessContext) -> None:
    """Raise Refused for an actor whose role does not work at the desk, and for software, which has no account."""
    if not load_roles()[access.actor.role].is_desk or not access.actor.account:
        raise Refused("desk-only")


def is_readable(row: FromClause) -> ColumnElement[bool]:
    """Build the condition that the actor's party holds `row`, and has a grant on its person that is valid now; a row about nobody
    needs none. A row that is its author's own is readable to that account alone, none of a person who masks the account."""
    rights = grant.alias()
    opened = exists(
        select(1)
        .select_from(rights)
        .where(is_held(rights), rights.c.person == row.c.person, rights.c.since <= NOW, rights.c.until > NOW)
        .correlate(row)
    )
    conditions = [row.c.party == PARTY, or_(row.c.person == 0, opened), ~is_masked(row.c.person)]
    if "own" in row.c:
        conditions.append(or_(~row.c.own, row.c.account == ACCOUNT))
    return and_(*conditions)
