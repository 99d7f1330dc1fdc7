"""A question as one statement, with the predicate on every alias (`leaks.md` L16–L36; security.md §4.3).

A condition is met by an index row that the actor sees; `:not` and `:missing` by the absence of one. A resource is found if a
part of it with content is visible, whatever else holds.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, false, func, not_, or_, select, true

from hub.record.search.extract import fold, span
from hub.record.search.question import Chain, Condition, Has, Question, date_of
from hub.record.tables import grant, index_date, index_string, index_token, part, resource
from hub.record.tables.base import EVER
from hub.record.visibility import granted, stake_moment, visible

_TABLES = {"token": index_token, "reference": index_token, "string": index_string, "date": index_date}


def is_found(row: FromClause) -> ColumnElement[bool]:
    """Some part with content of the resource `row` is visible (`parts.md` 9)."""
    seen = part.alias()
    return exists(
        select(1)
        .select_from(seen)
        .where(seen.c.rid == row.c.rid, seen.c.until == EVER, seen.c.content == true(), visible(seen))
    )


def statement(question: Question, base: str) -> Select[tuple[object, ...]]:
    """SELECT id of what `question` finds, without order or limit. `base`: the FHIR base of absolute references."""
    row = resource.alias()
    asked = [meets(condition, row, base) for condition in question.conditions]
    return select(row.c.id, row.c.rid).where(row.c.type == question.type, *asked, is_found(row))


def meets(condition: Condition | Chain | Has, row: FromClause, base: str) -> ColumnElement[bool]:
    """`row` meets one condition."""
    if isinstance(condition, Chain):
        return _chained(condition, row, base)
    if isinstance(condition, Has):
        return _reversed(condition, row, base)
    if condition.name == "_id":
        return row.c.id.in_(condition.values)
    if condition.name == "_lastUpdated":
        return _updated(condition, row)
    parameter = condition.parameter
    assert parameter is not None
    table = _TABLES[parameter.kind]
    if condition.modifier == "missing":
        there = _indexed(table, row, parameter.name, lambda _index: true())
        return not_(there) if condition.values == ("true",) else there
    if condition.modifier == "identifier":
        # Logical references are not indexed: one searches what the slice says, and it says none.
        return false()
    match = _MATCH[parameter.kind](condition, base)
    if condition.modifier == "not":
        return not_(_indexed(table, row, parameter.name, match))
    return _indexed(table, row, parameter.name, match)


def _indexed(
    table: FromClause, row: FromClause, name: str, match: Callable[[FromClause], ColumnElement[bool]]
) -> ColumnElement[bool]:
    index = table.alias()
    return exists(
        select(1)
        .select_from(index)
        .where(index.c.rid == row.c.rid, index.c.type == row.c.type, index.c.name == name, match(index), visible(index))
    )


def _token(condition: Condition, base: str) -> Callable[[FromClause], ColumnElement[bool]]:
    del base

    def match(index: FromClause) -> ColumnElement[bool]:
        tests = []
        for value in condition.values:
            system, bar, code = value.rpartition("|")
            tests.append(
                and_(
                    index.c.code == code if code else true(),
                    (index.c.system == system) if bar else true(),
                )
            )
        return or_(*tests)

    return match


def _reference(condition: Condition, base: str) -> Callable[[FromClause], ColumnElement[bool]]:
    def match(index: FromClause) -> ColumnElement[bool]:
        tests: list[ColumnElement[bool]] = []
        for value in condition.values:
            name = value.removeprefix(f"{base}/")
            # A bare id may be of any type: R4 matches it against the type that the element points to.
            tests.append(index.c.code == name if "/" in name else index.c.code.like(f"%/{_literal(name)}", escape="\\"))
        return or_(*tests)

    return match


def _string(condition: Condition, base: str) -> Callable[[FromClause], ColumnElement[bool]]:
    del base

    def match(index: FromClause) -> ColumnElement[bool]:
        if condition.modifier == "exact":
            return index.c.exact.in_(condition.values)
        lead = "%" if condition.modifier == "contains" else ""
        return or_(*(index.c.folded.like(f"{lead}{_literal(fold(v))}%", escape="\\") for v in condition.values))

    return match


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _date(condition: Condition, base: str) -> Callable[[FromClause], ColumnElement[bool]]:
    del base

    def match(index: FromClause) -> ColumnElement[bool]:
        return or_(*(_compare(value, index.c.low, index.c.high) for value in condition.values))

    return match


def _compare(value: str, low: ColumnElement[int], high: ColumnElement[int]) -> ColumnElement[bool]:
    """R4's prefixes on [low, high) against the span of the value (https://hl7.org/fhir/R4/search.html#prefix)."""
    prefix, text = date_of(value)
    start, end = span(text)
    inside = and_(low >= start, high <= end)
    return {
        "eq": inside,
        "ne": not_(inside),
        "gt": high > end,
        "lt": low < start,
        "ge": or_(inside, high > end),
        "le": or_(inside, low < start),
        "sa": low >= end,
        "eb": high <= start,
    }[prefix]


_MATCH = {"token": _token, "reference": _reference, "string": _string, "date": _date}


def updated(row: FromClause) -> ColumnElement[int]:
    """`lastUpdated` of the slice: of its visible parts and of the actor's rights (`parts.md` 16, `leaks.md` L47)."""
    seen, rights = part.alias(), grant.alias()
    at = _later(_later(seen.c.moved, rights.c.since), func.coalesce(stake_moment(seen), 0))
    return (
        select(func.max(at))
        .join_from(seen, rights, granted(seen, rights))
        .where(seen.c.rid == row.c.rid, seen.c.until == EVER)
        .scalar_subquery()
    )


def _later(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """The greater of two; SQLite and PostgreSQL have no common function for it."""
    return case((one >= other, one), else_=other)


def _updated(condition: Condition, row: FromClause) -> ColumnElement[bool]:
    at = updated(row)
    return or_(*(_compare(value, at, at + 1) for value in condition.values))


def _chained(chain: Chain, row: FromClause, base: str) -> ColumnElement[bool]:
    index, target = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(target, target.c.type + "/" + target.c.id == index.c.code)
        .where(
            index.c.rid == row.c.rid,
            index.c.type == row.c.type,
            index.c.name == chain.via.name,
            target.c.type == chain.target,
            visible(index),
            is_found(target),
            meets(chain.inner, target, base),
        )
    )


def _reversed(has: Has, row: FromClause, base: str) -> ColumnElement[bool]:
    index, source = index_token.alias(), resource.alias()
    return exists(
        select(1)
        .select_from(index)
        .join(source, source.c.rid == index.c.rid)
        .where(
            index.c.type == has.source,
            index.c.name == has.via.name,
            index.c.code == row.c.type + "/" + row.c.id,
            visible(index),
            is_found(source),
            meets(has.inner, source, base),
        )
    )
