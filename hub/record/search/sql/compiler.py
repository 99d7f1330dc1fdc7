"""A shape of question as one statement, with the predicate on every alias (`docs/leaks.md` L16–L36; docs/security.md §4.3).

A condition is met by an index row that the actor sees; `:not` and `:missing` by the absence of one. A resource is found if a
part of it with content is visible, whatever else holds. Statements are built once for each shape: building one takes
longer than running it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from hub.record.access.predicate import build_grant_condition, select_actor_change, visible
from hub.record.db.dialect import later
from hub.record.db.statements import CompiledStatement
from hub.record.search.sql.plan import (
    Alternatives,
    ChainTerm,
    CompositeTerm,
    ConstantTerm,
    IndexTerm,
    QueryPlan,
    ResourceTerm,
    ReverseChainTerm,
    Term,
)
from hub.record.tables import grant, index_date, index_quantity, index_string, index_token, part, resource
from hub.record.tables.base import EVER

TABLES = dict.fromkeys(("token", "reference", "canonical", "uri"), index_token) | {
    "string": index_string,
    "date": index_date,
    "quantity": index_quantity,
}
_OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator.eq,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "within": lambda column, pattern: column.like(pattern, escape="\\"),
}


@lru_cache(maxsize=512)
def total_of(shape: QueryPlan) -> CompiledStatement:
    """How many are found."""
    return CompiledStatement(select(func.count()).select_from(found(shape, resource.alias()).subquery()))


@lru_cache(maxsize=512)
def page_of(shape: QueryPlan, after: bool) -> CompiledStatement:
    """(rid, id, key) of `:most` that are found, in an order of our own, so that a statement can stop when the page is full;
    `after` the row `:last_0`."""
    row = resource.alias()
    # A list of rids is gone through in the order of rids, a type in that of ids. Both say nothing of what a resource says.
    key = row.c.id if shape.leading is None else row.c.rid
    statement = found(shape, row).add_columns(key.label("sort"))
    if after:
        statement = statement.where(key > bound("last_0", key))
    return CompiledStatement(statement.order_by(key).limit(bindparam("most", type_=Integer)))


def found(shape: QueryPlan, row: FromClause) -> Select[Any]:
    """(rid, id) of the resources `row` that the actor sees and that meet `shape`."""
    asked = [
        row.c.rid.in_(_rids(term, shape.type)) if rank == shape.leading else meets(term, row)
        for rank, term in enumerate(shape.terms)
    ]
    if shape.leading is None:
        # Through the type in the order of ids, until the page is full.
        asked.append(row.c.type == shape.type)
    return select(row.c.rid, row.c.id).where(*asked, is_found(row.c.rid))


def is_found(rid: ColumnElement[Any]) -> ColumnElement[bool]:
    """Some part with content of the resource `rid` is visible (`docs/parts.md` 9)."""
    seen = part.alias()
    return exists(
        select(1)
        .select_from(seen)
        .where(seen.c.rid == rid, seen.c.until == EVER, seen.c.content == true(), visible(seen))
    )


def meets(term: Term, row: FromClause) -> ColumnElement[bool]:
    """`row` meets one term."""
    match term:
        case ConstantTerm():
            return true() if term.holds else false()
        case ResourceTerm():
            of_slice = updated(row) if any(test[0] == "updated" for test in term.alternatives[0]) else None
            return _any(term.alternatives, {"id": row.c.id, "updated": of_slice})
        case CompositeTerm():
            return or_(*(and_(*(meets(part_of, row) for part_of in parts)) for parts in term.alternatives))
        case ChainTerm():
            return _pointing(term, row)
        case ReverseChainTerm():
            return _pointed(term, row)
    index = TABLES[term.kind].alias()
    said = (index.c.rid == row.c.rid, index.c.name == term.parameter, _any(term.alternatives, index.c))
    there = exists(select(1).select_from(index).where(*said, visible(index)))
    return there if term.wanted else not_(there)


def _pointing(term: ChainTerm, row: FromClause) -> ColumnElement[bool]:
    index, target = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(target, target.c.rid == index.c.target)
        .where(
            index.c.rid == row.c.rid,
            index.c.name == term.via,
            target.c.type == term.target,
            visible(index),
            is_found(target.c.rid),
            meets(term.inner, target),
        )
    )


def _pointed(term: ReverseChainTerm, row: FromClause) -> ColumnElement[bool]:
    index, source = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(source, source.c.rid == index.c.rid)
        .where(
            index.c.target == row.c.rid,
            index.c.type == term.source,
            index.c.name == term.via,
            visible(index),
            is_found(source.c.rid),
            meets(term.inner, source),
        )
    )


def _rids(term: Term, resource_type: str) -> Select[Any]:
    """The rids of a type that meet a selective term: as `meets`, written so that a database begins here. It can enter a list of
    rids, and EXISTS only probes."""
    if isinstance(term, ChainTerm):
        index = index_token.alias()
        return select(index.c.rid).where(
            index.c.target.in_(_rids(term.inner, term.target)),
            index.c.type == resource_type,
            index.c.name == term.via,
            visible(index),
            is_found(index.c.target),
        )
    if isinstance(term, ReverseChainTerm):
        index = index_token.alias()
        # Their type is that of the rids: said again, it would lead a database away from them.
        return select(index.c.target).where(
            index.c.rid.in_(_rids(term.inner, term.source)),
            index.c.name == term.via,
            visible(index),
            is_found(index.c.rid),
            _of_type(index.c.target, resource_type),
        )
    assert isinstance(term, IndexTerm)
    index = TABLES[term.kind].alias()
    said = (index.c.type == resource_type, index.c.name == term.parameter, _any(term.alternatives, index.c))
    return select(index.c.rid).where(*said, visible(index))


def _of_type(rid: ColumnElement[Any], resource_type: str) -> ColumnElement[bool]:
    named = resource.alias()
    return exists(select(1).select_from(named).where(named.c.rid == rid, named.c.type == resource_type))


def _any(alternatives: Alternatives, columns: Any) -> ColumnElement[bool]:
    """One of `alternatives` holds; without any, there is nothing to hold."""
    if not alternatives:
        return true()
    return or_(*(and_(*(_test(columns[column], sign, name) for column, sign, name in tests)) for tests in alternatives))


def _test(column: ColumnElement[Any], sign: str, name: str) -> ColumnElement[bool]:
    return _OPERATORS[sign](column, bound(name, column))


def bound(name: str, column: ColumnElement[Any]) -> BindParameter[Any]:
    """A value to compare with `column`, of any length."""
    kinds = {String: String, Double: Double}
    return bindparam(name, type_=next((kinds[kind] for kind in kinds if isinstance(column.type, kind)), BigInteger))


def updated(row: FromClause) -> ColumnElement[int]:
    """`lastUpdated` of the slice: of its visible parts and of the actor's rights (`docs/parts.md` 16, `docs/leaks.md` L47)."""
    seen, rights = part.alias(), grant.alias()
    at = later(later(seen.c.moved, rights.c.since), select_actor_change(seen))
    return (
        select(func.max(at, type_=BigInteger))
        .join_from(seen, rights, build_grant_condition(seen, rights))
        .where(seen.c.rid == row.c.rid, seen.c.until == EVER)
        .scalar_subquery()
    )
