"""A shape of question as one statement, with the predicate on every alias (`leaks.md` L16–L36; security.md §4.3).

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

from hub.record.prepared import Prepared
from hub.record.search.parameters import PARAMETERS
from hub.record.search.shape import Alternatives, Own, Pointed, Pointing, Said, Shape, Term
from hub.record.tables import grant, index_date, index_string, index_token, part, resource
from hub.record.tables.base import EVER
from hub.record.visibility import granted, later, own_moment, visible

_TABLES = {"token": index_token, "reference": index_token, "string": index_string, "date": index_date}
_SORTED_BY = {"date": (index_date, "low"), "string": (index_string, "folded"), "token": (index_token, "code")}
# What sorts when a row says nothing there: last when ascending, last when descending too.
_NOTHING = {"date": -(1 << 62), "string": "", "token": ""}
_OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator.eq,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "starts": lambda column, pattern: column.like(pattern, escape="\\"),
    "within": lambda column, pattern: column.like(pattern, escape="\\"),
}


@lru_cache(maxsize=512)
def page_of(shape: Shape, sort: str, descending: bool, after: bool) -> Prepared:
    """(rid, id, sort) of `:most` that are found, by the parameter `sort` and the id; `after` the row `:last`, `:last_id`.

    `sort` "": in an order of our own, so that a statement can stop when the page is full."""
    row = resource.alias()
    if not sort:
        return _unsorted(shape, row, after)
    key = _sort_key(shape.type, sort, row)
    found = _found(shape, row).add_columns(key.label("sort"))
    if after:
        last = _bound("last", key)
        further = key < last if descending else key > last
        found = found.where(or_(further, and_(key == last, row.c.id > bindparam("last_id", type_=String))))
    ordered = found.order_by(key.desc() if descending else key, row.c.id)
    return Prepared(ordered.limit(bindparam("most", type_=Integer)))


def _unsorted(shape: Shape, row: FromClause, after: bool) -> Prepared:
    # A list of rids is gone through in the order of rids, a type in that of ids. Both say nothing of what a resource says.
    key = row.c.id if shape.leading is None else row.c.rid
    found = _found(shape, row).add_columns(key.label("sort"))
    if after:
        found = found.where(key > _bound("last", key))
    return Prepared(found.order_by(key).limit(bindparam("most", type_=Integer)))


@lru_cache(maxsize=512)
def total_of(shape: Shape) -> Prepared:
    """How many are found."""
    return Prepared(select(func.count()).select_from(_found(shape, resource.alias()).subquery()))


def _found(shape: Shape, row: FromClause) -> Select[Any]:
    asked = [
        _led_by(term, row, shape.type) if rank == shape.leading and isinstance(term, Said) else meets(term, row)
        for rank, term in enumerate(shape.terms)
    ]
    if shape.leading is None:
        # Through the type in the order of ids, until the page is full.
        asked.append(row.c.type == shape.type)
    return select(row.c.rid, row.c.id).where(*asked, is_found(row))


def is_found(row: FromClause) -> ColumnElement[bool]:
    """Some part with content of the resource `row` is visible (`parts.md` 9)."""
    seen = part.alias()
    return exists(
        select(1)
        .select_from(seen)
        .where(seen.c.rid == row.c.rid, seen.c.until == EVER, seen.c.content == true(), visible(seen))
    )


def meets(term: Term, row: FromClause) -> ColumnElement[bool]:
    """`row` meets one term."""
    if isinstance(term, Pointing):
        return _pointing(term, row)
    if isinstance(term, Pointed):
        return _pointed(term, row)
    if isinstance(term, Own):
        if not term.alternatives:
            return false()
        of_slice = updated(row) if any(test[0] == "updated" for test in term.alternatives[0]) else None
        return _any(term.alternatives, {"id": row.c.id, "updated": of_slice})
    index = _TABLES[term.kind].alias()
    there = exists(
        select(1)
        .select_from(index)
        .where(
            index.c.rid == row.c.rid, index.c.name == term.parameter, _any(term.alternatives, index.c), visible(index)
        )
    )
    return there if term.wanted else not_(there)


def _led_by(term: Said, row: FromClause, resource_type: str) -> ColumnElement[bool]:
    """As `meets`, written so that a database begins here: it can enter a list of rids, and EXISTS only probes."""
    index = _TABLES[term.kind].alias()
    said = (index.c.type == resource_type, index.c.name == term.parameter, _any(term.alternatives, index.c))
    return row.c.rid.in_(select(index.c.rid).where(*said, visible(index)))


def _any(alternatives: Alternatives, columns: Any) -> ColumnElement[bool]:
    """One of `alternatives` holds; without any, there is nothing to hold."""
    if not alternatives:
        return true()
    return or_(*(and_(*(_test(columns[column], sign, name) for column, sign, name in tests)) for tests in alternatives))


def _test(column: ColumnElement[Any], sign: str, name: str) -> ColumnElement[bool]:
    return _OPERATORS[sign](column, _bound(name, column))


def _bound(name: str, column: ColumnElement[Any]) -> BindParameter[Any]:
    """A value to compare with `column`, of any length."""
    return bindparam(name, type_=String if isinstance(column.type, String) else BigInteger)


def _pointing(term: Pointing, row: FromClause) -> ColumnElement[bool]:
    index, target = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(target, target.c.type + "/" + target.c.id == index.c.code)
        .where(
            index.c.rid == row.c.rid,
            index.c.name == term.via,
            target.c.type == term.target,
            visible(index),
            is_found(target),
            meets(term.inner, target),
        )
    )


def _pointed(term: Pointed, row: FromClause) -> ColumnElement[bool]:
    index, source = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(source, source.c.rid == index.c.rid)
        .where(
            index.c.type == term.source,
            index.c.name == term.via,
            index.c.code == row.c.type + "/" + row.c.id,
            visible(index),
            is_found(source),
            meets(term.inner, source),
        )
    )


def updated(row: FromClause) -> ColumnElement[int]:
    """`lastUpdated` of the slice: of its visible parts and of the actor's rights (`parts.md` 16, `leaks.md` L47)."""
    seen, rights = part.alias(), grant.alias()
    at = later(later(seen.c.moved, rights.c.since), own_moment(seen))
    return (
        select(func.max(at, type_=BigInteger))
        .join_from(seen, rights, granted(seen, rights))
        .where(seen.c.rid == row.c.rid, seen.c.until == EVER)
        .scalar_subquery()
    )


def _sort_key(resource_type: str, name: str, row: FromClause) -> ColumnElement[Any]:
    """What the actor sees of the sort parameter in `row` (`leaks.md` L47)."""
    if name == "_id":
        return row.c.id
    if name == "_lastUpdated":
        return updated(row)
    kind = PARAMETERS[resource_type][name].kind
    table, column = _SORTED_BY[kind]
    index = table.alias()
    least = (
        select(func.min(index.c[column]))
        .where(index.c.rid == row.c.rid, index.c.name == name, visible(index))
        .scalar_subquery()
    )
    return func.coalesce(least, _NOTHING[kind])
