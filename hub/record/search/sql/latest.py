"""The worklist by `_lastUpdated`: the latest first, without reading more than the page (`docs/performance.md` §4.3).

The time of a slice depends on its reader, so that no index has it. It is the latest of the times of the visible parts, of the
actor's grants and of its access to this resource. `worklist.age` has the time of the latest part, visible or not, which is at
least the first of these. The statement takes the rows that come first by it, with their exact times. If they fill the page down
to a time t, another row belongs on it only if a grant, a stake or the end of a withholding is of t or later, and such rows come
from the indexes of these; or if its own time by `age` is later than that of the rows taken. `choose_page` notices: then more are
taken, and at last the time of every row of the list is computed.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from hub.record.access.predicate import NOW, PARTY, ROLE, is_held, visible
from hub.record.db.statements import CompiledStatement
from hub.record.search.sql.compiler import select_updated
from hub.record.tables import grant, stake, withheld, worklist
from hub.record.tables.base import EVER

# More rows by `age` than the page has: some were changed last where the actor does not see it.
_SLACK = 10


class Candidate(NamedTuple):
    """A row that may be on the page. `sort`: the time that the actor sees; `age`: None unless it is of the first by `age`."""

    rid: int
    id: str
    sort: int
    age: int | None

    @property
    def place(self) -> tuple[int, str]:
        """The place in the order, the latest first, then by id."""
        return -self.sort, self.id


def count_candidates(most: int) -> tuple[int, ...]:
    """Return how many rows by `age` to take for a page of `most`, first and again if they were not enough."""
    return most + _SLACK, 8 * (most + _SLACK)


def choose_page(rows: Iterable[tuple[Any, ...]], most: int, limit: int) -> list[tuple[int, str, int]] | None:
    """Return the first `most` of the candidates as (rid, id, sort); None if one that is not among them may come before.

    `limit`: how many rows by `age` were asked for."""
    candidates = {row[0]: Candidate(*row) for row in rows}
    by_age = [(row.age, row.id) for row in candidates.values() if row.age is not None]
    page = sorted(candidates.values(), key=lambda row: row.place)[:most]
    is_complete = len(by_age) < limit
    if not is_complete and page[-1].place > max(by_age):
        return None
    return [(row.rid, row.id, row.sort) for row in page]


def _list_conditions(row: FromClause, with_status: bool) -> list[ColumnElement[bool]]:
    values = [row.c.type == bindparam("type", type_=String), row.c.name == bindparam("list", type_=String)]
    values.append(row.c.party == bindparam("listed", type_=String))
    return [*values, row.c.status == bindparam("status", type_=String)] if with_status else values


def _is_after(sort: ColumnElement[Any], row: FromClause, descending: bool) -> ColumnElement[bool]:
    last = bindparam("last", type_=BigInteger)
    beyond = sort < last if descending else sort > last
    return or_(beyond, and_(sort == last, row.c.id > bindparam("last_id", type_=String)))


@cache
def compile_latest(with_status: bool, after: bool) -> CompiledStatement:
    """Compile the statement of the candidates for a page of `:most`, with `:limit` rows by `age`. `after`: those after the row
    with `:last` and `:last_id`."""
    row = worklist.alias()
    updated = select_updated(row)
    top = select(row.c.rid, row.c.id, updated.label("sort"), row.c.age).where(
        *_list_conditions(row, with_status), visible(row)
    )
    if after:
        top = top.where(_is_after(updated, row, descending=True))
    first_rows = (
        top.order_by(row.c.age, row.c.id)
        .limit(bindparam("limit", type_=Integer))
        .cte("first_rows")
        .prefix_with("MATERIALIZED")
    )
    least = (
        select(first_rows.c.sort)
        .order_by(first_rows.c.sort.desc(), first_rows.c.id)
        .limit(1)
        .offset(bindparam("rank", type_=Integer))
        .scalar_subquery()
    )
    changed = union(*_list_changed(least)).cte("changed").prefix_with("MATERIALIZED")
    other = worklist.alias()
    updated = select_updated(other)
    late_rows = (
        select(other.c.rid, other.c.id, updated.label("sort"))
        .join_from(changed, other, other.c.rid == changed.c.rid)
        .where(*_hide_from_planner(other, with_status), other.c.rid.not_in(select(first_rows.c.rid)), visible(other))
    )
    if after:
        late_rows = late_rows.where(_is_after(updated, other, descending=True))
    late_rows = late_rows.add_columns(func.nullif(0, 0, type_=BigInteger))
    return CompiledStatement(union_all(select(*first_rows.c), late_rows))


def _list_changed(least: ScalarSelect[Any]) -> list[Select[Any]]:
    """Select the rids of those lists' rows to which the actor's access changed at `least` or later, after their parts did."""
    rights, stakes, retentions = grant.alias(), stake.alias(), withheld.alias()
    row = worklist.alias()
    selected = select(row.c.rid).where(*_hide_from_planner(row, with_status=False))
    granted = selected.join_from(rights, row, row.c.about == rights.c.person).where(
        is_held(rights), rights.c.person != 0
    )
    # The grant of offers opens parts of any person's Task.
    offered = selected.select_from(rights, row).where(is_held(rights), rights.c.person == 0)
    staked = selected.join_from(stakes, row, row.c.rid == stakes.c.rid).where(stakes.c.party == PARTY)
    released = selected.join_from(retentions, row, row.c.rid == retentions.c.rid).where(
        or_(retentions.c.party == PARTY, retentions.c.role == ROLE)
    )
    moments = [(granted, rights.c.since), (offered, rights.c.since), (staked, stakes.c.since)]
    moments += [(staked, stakes.c.until), (released, retentions.c.until)]
    # The bounds of the partial indexes, as they have them.
    bounds = {"since": (operator.gt, "0"), "until": (operator.lt, str(EVER))}
    return [
        every.where(at >= least, at <= NOW, at > -row.c.age, bounds[at.name][0](at, literal_column(bounds[at.name][1])))
        for every, at in moments
    ]


def _hide_from_planner(row: FromClause, with_status: bool) -> list[ColumnElement[bool]]:
    """Return the conditions of the list in a form that no index answers: the row is found by what changed, and a list may have
    thousands of rows."""
    columns = {"type": row.c.type, "list": row.c.name, "listed": row.c.party}
    if with_status:
        columns["status"] = row.c.status
    return [func.coalesce(column, "") == bindparam(name, type_=String) for name, column in columns.items()]


@cache
def compile_by_change(with_status: bool, after: bool, descending: bool) -> CompiledStatement:
    """Compile the statement of (rid, id, sort) of the first `:most` rows of the list by the time that the actor sees, for all of
    which it is computed."""
    row = worklist.alias()
    every = select(row.c.rid, row.c.id, select_updated(row).label("sort")).where(
        *_list_conditions(row, with_status), visible(row)
    )
    rows = every.offset(0).subquery()
    statement = select(*rows.c)
    if after:
        statement = statement.where(_is_after(rows.c.sort, rows, descending))
    order = rows.c.sort.desc() if descending else rows.c.sort
    return CompiledStatement(statement.order_by(order, rows.c.id).limit(bindparam("most", type_=Integer)))
