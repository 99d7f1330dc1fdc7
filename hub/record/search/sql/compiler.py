"""Compile a query plan into one statement, with the predicate on every alias (`docs/leaks.md` L16–L36; docs/security.md §4.3).

A condition is met by an index row that the actor sees; `:not` and `:missing` by the absence of such a row. A resource matches
only if a part of it with content is visible. Statements are cached for each plan, because compiling one takes longer than
running it.
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

from hub.record.access.predicate import NOW, build_grant_condition, is_held, select_actor_change, visible
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
def compile_total(shape: QueryPlan) -> CompiledStatement:
    """Compile the statement that counts the matches."""
    return CompiledStatement(select(func.count()).select_from(select_found(shape, build_source(shape)).subquery()))


@lru_cache(maxsize=512)
def compile_page(shape: QueryPlan, after: bool) -> CompiledStatement:
    """Compile the statement of (rid, id, key) of `:most` matches in the order of `key`, after the key `:last_0` if `after`.

    The order is that of an index, so that the statement stops when the page is full."""
    row = build_source(shape)
    key = row.c[_name_key(shape)]
    statement = select_found(shape, row).add_columns(key.label("sort"))
    if after:
        statement = statement.where(key > bind("last_0", key))
    return CompiledStatement(statement.order_by(key).limit(bindparam("most", type_=Integer)))


def build_source(shape: QueryPlan) -> FromClause:
    """Build the rows (rid, id) of resources among which `select_found` finds the matches: all, or those that meet the term that
    is looked up by person. These are in order, so that the other conditions are tested until the page is full."""
    if shape.by_person is None:
        return resource.alias()
    rids = _select_rids_by_person(shape.terms[shape.by_person], shape.type)
    rows = select(resource.c.rid, resource.c.id).where(resource.c.rid.in_(rids))
    return rows.order_by(resource.c[_name_key(shape)]).offset(0).subquery()


def _name_key(shape: QueryPlan) -> str:
    """Return the column of the order: a selective term gives rids in order, a scan of a type ids in order. Neither depends on the
    content of a resource."""
    return "id" if shape.leading is None else "rid"


def select_found(shape: QueryPlan, row: FromClause) -> Select[Any]:
    """Select (rid, id) of the resources `row`, of `build_source`, that the actor sees and that match `shape`."""
    conditions: list[ColumnElement[bool]] = []
    for rank, term in enumerate(shape.terms):
        if rank == shape.by_person:
            continue
        if rank == shape.leading:
            conditions.append(row.c.rid.in_(_select_rids(term, shape.type)))
        else:
            conditions.append(build_term_condition(term, row))
    if shape.leading is None and shape.by_person is None:
        # Scan the type in the order of ids, until the page is full.
        conditions.append(row.c.type == shape.type)
    return select(row.c.rid, row.c.id).where(*conditions, is_found(row.c.rid))


def is_found(rid: ColumnElement[Any]) -> ColumnElement[bool]:
    """Build the condition that a part with content of the resource `rid` is visible (`docs/parts.md` 9)."""
    visible_part = part.alias()
    return exists(
        select(1)
        .select_from(visible_part)
        .where(
            visible_part.c.rid == rid,
            visible_part.c.until == EVER,
            visible_part.c.content == true(),
            visible(visible_part),
        )
        .offset(0)
    )


def build_term_condition(term: Term, row: FromClause) -> ColumnElement[bool]:
    """Build the condition that `row` meets `term`."""
    match term:
        case ConstantTerm():
            return true() if term.holds else false()
        case ResourceTerm():
            of_slice = select_updated(row) if any(test[0] == "updated" for test in term.alternatives[0]) else None
            return _build_alternatives(term.alternatives, {"id": row.c.id, "updated": of_slice})
        case CompositeTerm():
            return or_(
                *(and_(*(build_term_condition(part_of, row) for part_of in parts)) for parts in term.alternatives)
            )
        case ChainTerm():
            return _build_chain(term, row)
        case ReverseChainTerm():
            return _build_reverse_chain(term, row)
    index = TABLES[term.kind].alias()
    row_tests = (
        index.c.rid == row.c.rid,
        index.c.name == term.parameter,
        _build_alternatives(term.alternatives, index.c),
    )
    match = exists(select(1).select_from(index).where(*row_tests, visible(index)).offset(0))
    return match if term.wanted else not_(match)


def _build_chain(term: ChainTerm, row: FromClause) -> ColumnElement[bool]:
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
            build_term_condition(term.inner, target),
        )
        .offset(0)
    )


def _build_reverse_chain(term: ReverseChainTerm, row: FromClause) -> ColumnElement[bool]:
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
            build_term_condition(term.inner, source),
        )
        .offset(0)
    )


def _select_rids(term: Term, resource_type: str) -> Select[Any]:
    """Select the rids of the resources of a type that meet a selective term.

    It means the same as `build_term_condition`, but a planner can start from a list of rids, where EXISTS is only a test."""
    if isinstance(term, ChainTerm):
        index = index_token.alias()
        return select(index.c.rid).where(
            index.c.target.in_(_select_rids(term.inner, term.target)),
            index.c.type == resource_type,
            index.c.name == term.via,
            visible(index),
            is_found(index.c.target),
        )
    if isinstance(term, ReverseChainTerm):
        index = index_token.alias()
        # No condition on `index.type`: the rids imply it, and with it planners choose another index.
        return select(index.c.target).where(
            index.c.rid.in_(_select_rids(term.inner, term.source)),
            index.c.name == term.via,
            visible(index),
            is_found(index.c.rid),
            _build_type_condition(index.c.target, resource_type),
        )
    assert isinstance(term, IndexTerm)
    index = TABLES[term.kind].alias()
    row_tests = (
        index.c.type == resource_type,
        index.c.name == term.parameter,
        _build_alternatives(term.alternatives, index.c),
    )
    return select(index.c.rid).where(*row_tests, visible(index))


def _select_rids_by_person(term: Term, resource_type: str) -> Select[Any]:
    """Select what `_select_rids` selects, person by person of those whom the actor has a grant on."""
    assert isinstance(term, IndexTerm)
    rights, index = grant.alias(), TABLES[term.kind].alias()
    persons = (
        select(rights.c.person)
        .where(is_held(rights), rights.c.since <= NOW, rights.c.until > NOW)
        .distinct()
        .cte("persons")
        .prefix_with("MATERIALIZED")
    )
    rids = (
        select(index.c.rid)
        .distinct()
        .join_from(persons, index, index.c.person == persons.c.person)
        .where(
            index.c.type == resource_type,
            index.c.name == term.parameter,
            _build_alternatives(term.alternatives, index.c),
            visible(index),
        )
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    return select(rids.c.rid)


def _build_type_condition(rid: ColumnElement[Any], resource_type: str) -> ColumnElement[bool]:
    typed_resources = resource.alias()
    return exists(
        select(1)
        .select_from(typed_resources)
        .where(typed_resources.c.rid == rid, typed_resources.c.type == resource_type)
    )


def _build_alternatives(alternatives: Alternatives, columns: Any) -> ColumnElement[bool]:
    """Build the condition that one of `alternatives` holds; true without any."""
    if not alternatives:
        return true()
    return or_(
        *(and_(*(_build_test(columns[column], sign, name) for column, sign, name in tests)) for tests in alternatives)
    )


def _build_test(column: ColumnElement[Any], sign: str, name: str) -> ColumnElement[bool]:
    return _OPERATORS[sign](column, bind(name, column))


def bind(name: str, column: ColumnElement[Any]) -> BindParameter[Any]:
    """Build the bind parameter `name` with the type of `column`, without its length limit."""
    kinds = {String: String, Double: Double}
    return bindparam(name, type_=next((kinds[kind] for kind in kinds if isinstance(column.type, kind)), BigInteger))


def select_updated(row: FromClause) -> ColumnElement[int]:
    """Select the `lastUpdated` of the slice (`docs/parts.md` 16, `docs/leaks.md` L47)."""
    visible_part, rights = part.alias(), grant.alias()
    at = later(later(visible_part.c.moved, rights.c.since), select_actor_change(visible_part))
    return (
        select(func.max(at, type_=BigInteger))
        .join_from(visible_part, rights, build_grant_condition(visible_part, rights))
        .where(visible_part.c.rid == row.c.rid, visible_part.c.until == EVER)
        .scalar_subquery()
    )
