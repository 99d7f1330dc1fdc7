"""A question answered: the page of names, the total if asked, and the way to the next page.

Paging is by the last row's sort value and id, sealed to the actor and to the question (`leaks.md` L42, L49–L51): pages do not
shift when rows are added, and every page is judged anew.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, or_, select

from hub.errors import Invalid, Problem
from hub.record.seal import cipher
from hub.record.search.compile import statement, updated
from hub.record.search.parameters import PARAMETERS
from hub.record.search.question import Question
from hub.record.search.worklist import as_listing
from hub.record.tables import index_date, index_string, index_token, resource
from hub.record.visibility import Sight, visible

_SORTED_BY = {"date": (index_date, "low"), "string": (index_string, "folded"), "token": (index_token, "code")}
# What sorts when a row says nothing there: last when ascending, last when descending too.
_NOTHING = {"date": -(1 << 62), "string": "", "token": ""}

Last = tuple[Any, str]


class Row(NamedTuple):
    """One resource found."""

    id: str
    sort: Any


@dataclass(frozen=True)
class Found:
    """`names`: `Type/id` in order. `total`: only if asked. `next`: the sealed cursor of the next page, or None."""

    names: list[str]
    total: int | None
    next: str | None


def find(
    connection: Connection, sight: Sight, question: Question, cursor: str | None, keys: tuple[bytes, ...], base: str
) -> Found:
    """The page of `question` after `cursor`. Invalid `parameter-value` when the cursor is another's or another question's."""
    bound = sight.bound
    seal_to = _purpose(sight, question)
    last = _open(cursor, seal_to, keys) if cursor else None
    listing = as_listing(question, base)
    total = None
    if listing is not None:
        paged, values = listing.statement(last)
        rows = [Row(*row) for row in paged.rows(connection, bound | values | {"most": question.count + 1})]
    else:
        every = statement(question, base)
        if question.total:
            total = connection.execute(select(func.count()).select_from(every.subquery()), bound).scalar_one()
        found = [] if question.only_count else connection.execute(_page(every, question, last), bound).all()
        rows = [Row(row.id, row.sort) for row in found]
    shown = rows[: question.count]
    more = _seal((shown[-1].sort, shown[-1].id), seal_to, keys) if len(rows) > question.count and shown else None
    return Found([f"{question.type}/{row.id}" for row in shown], total, more)


def included(connection: Connection, sight: Sight, question: Question, names: list[str]) -> list[str]:
    """What the found resources point to by `_include`, each once: index rows that the actor sees, in order of name."""
    found: set[str] = set()
    for source, parameter, target in question.includes:
        ids = [name.partition("/")[2] for name in names if name.startswith(f"{source}/")]
        if not ids:
            continue
        index = index_token.alias()
        rows = connection.execute(
            select(index.c.code)
            .join_from(index, resource, resource.c.rid == index.c.rid)
            .where(resource.c.type == source, resource.c.id.in_(ids), index.c.name == parameter.name, visible(index)),
            sight.bound,
        )
        found |= {row.code for row in rows if not target or row.code.startswith(f"{target}/")}
    return sorted(found - set(names))


def _page(every: Select[Any], question: Question, last: Last | None) -> Select[Any]:
    row = every.get_final_froms()[0]
    name, descending = question.sort[0] if question.sort else ("_id", False)
    key = _sort_key(question, name, row)
    page = every.add_columns(key.label("sort"))
    if last is not None:
        further = key < last[0] if descending else key > last[0]
        page = page.where(or_(further, and_(key == last[0], row.c.id > last[1])))
    return page.order_by(key.desc() if descending else key, row.c.id).limit(question.count + 1)


def _sort_key(question: Question, name: str, row: FromClause) -> ColumnElement[Any]:
    """What the actor sees of the sort parameter in `row` (`leaks.md` L47)."""
    if name == "_id":
        return row.c.id
    if name == "_lastUpdated":
        return updated(row)
    kind = PARAMETERS[question.type][name].kind
    table, column = _SORTED_BY[kind]
    index = table.alias()
    least = (
        select(func.min(index.c[column]))
        .where(index.c.rid == row.c.rid, index.c.type == row.c.type, index.c.name == name, visible(index))
        .scalar_subquery()
    )
    return func.coalesce(least, _NOTHING[kind])


def _purpose(sight: Sight, question: Question) -> bytes:
    asked = [list(pair) for pair in question.asked]
    return msgspec.json.encode([sight.actor.party, sight.actor.role, sight.actor.client, question.type, asked])


def _seal(last: Last, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    return (
        urlsafe_b64encode(cipher(keys[0]).encrypt(msgspec.json.encode(last), [b"page", purpose])).decode().rstrip("=")
    )


def _open(cursor: str, purpose: bytes, keys: tuple[bytes, ...]) -> Last:
    for key in keys:
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            found = msgspec.json.decode(cipher(key).decrypt(sealed, [b"page", purpose]))
        except (InvalidTag, ValueError):
            continue
        return found[0], found[1]
    raise Invalid(Problem("parameter-value", "_cursor"))
