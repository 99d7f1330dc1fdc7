"""Sort matching resources by the values of parameters that the actor sees, then by id (`docs/parts.md` 21; `docs/leaks.md` L47).

Resources without a value come last in both directions (https://hl7.org/fhir/R4/search.html#sort).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, String, and_, bindparam, case, func, or_, select

from hub.record.access.predicate import visible
from hub.record.db.statements import CompiledStatement
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.sql.compiler import TABLES, bind, build_source, select_found, select_updated
from hub.record.search.sql.plan import QueryPlan

# (parameter, descending)
Sort = tuple[tuple[str, bool], ...]

_SORTED_BY = {"date": "low", "string": "folded", "token": "code", "uri": "code", "quantity": "low"}


@lru_cache(maxsize=512)
def compile_sorted_page(shape: QueryPlan, sort: Sort, after: tuple[bool, ...] | None) -> CompiledStatement:
    """Compile the statement of (rid, id, a key for each of `sort`) of the first `:most` matches in that order.

    `after`: for a following page, whether the last row has a value for each key; it binds them as `:last_0`, … and `:last_id`."""
    row = build_source(shape)
    keys = [
        _build_key(shape.type, name, descending, row).label(f"key_{n}") for n, (name, descending) in enumerate(sort)
    ]
    every = select_found(shape, row).add_columns(*keys).subquery()
    columns: list[ColumnElement[Any]] = [every.c[f"key_{rank}"] for rank in range(len(sort))]
    statement = select(every.c.rid, every.c.id, *columns)
    if after is not None:
        statement = statement.where(_build_after_condition(columns, sort, after, every.c.id))
    order: list[ColumnElement[Any]] = []
    for key, (_, descending) in zip(columns, sort, strict=True):
        order += [case((key.is_(None), 1), else_=0), key.desc() if descending else key]
    return CompiledStatement(statement.order_by(*order, every.c.id).limit(bindparam("most", type_=Integer)))


def _build_after_condition(
    keys: list[ColumnElement[Any]], sort: Sort, after: tuple[bool, ...], id_: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Build the condition of rows after the last row: the first keys are equal and the next is beyond it, or all keys are equal
    and the id is greater."""
    ways: list[ColumnElement[bool]] = []
    alike: list[ColumnElement[bool]] = []
    for rank, (key, (_, descending), says) in enumerate(zip(keys, sort, after, strict=True)):
        if says:
            last = bind(f"last_{rank}", key)
            beyond = key < last if descending else key > last
            ways.append(and_(*alike, or_(beyond, key.is_(None))))
            alike.append(key == last)
        else:
            # Rows without a value are last: none is beyond.
            alike.append(key.is_(None))
    return or_(*ways, and_(*alike, id_ > bindparam("last_id", type_=String)))


def _build_key(resource_type: str, name: str, descending: bool, row: FromClause) -> ColumnElement[Any]:
    """Select the value of the parameter that the actor sees in `row`; of several, the first in the direction of the sort."""
    if name == "_id":
        return row.c.id
    if name == "_lastUpdated":
        return select_updated(row)
    kind = PARAMETERS[resource_type][name].kind
    index = TABLES[kind].alias()
    column = index.c[_SORTED_BY[kind]]
    return (
        select(func.max(column) if descending else func.min(column))
        .where(index.c.rid == row.c.rid, index.c.name == name, visible(index))
        .scalar_subquery()
    )


def list_last_values(sort: Sort, keys: list[Any], last_id: str) -> Iterator[tuple[str, Any]]:
    """What `compile_sorted_page` binds of the last row of the page before."""
    for rank, key in enumerate(keys[: len(sort)]):
        if key is not None:
            yield f"last_{rank}", key
    yield "last_id", last_id
