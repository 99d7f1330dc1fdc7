"""A question answered: the page of names, the total if asked, and the way to the next page.

Paging is by the last row's sort value and id, sealed to the actor and to the question (`leaks.md` L42, L49–L51): pages do not
shift when rows are added, and every page is judged anew.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from hub.errors import Invalid, Problem
from hub.record.seal import cipher
from hub.record.search.compile import page_of, total_of
from hub.record.search.question import Question
from hub.record.search.shape import shape_of
from hub.record.search.worklist import as_listing
from hub.record.tables import index_token, resource
from hub.record.visibility import Sight, visible

Last = tuple[Any, str]


class Row(NamedTuple):
    """One resource found."""

    rid: int
    id: str
    sort: Any


@dataclass(frozen=True)
class Found:
    """`names`: the record's numbers and `Type/id`, in order. `total`: only if asked. `next`: the sealed cursor of the next
    page, or None."""

    names: dict[int, str]
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
    total, rows = None, list[Row]()
    if listing is not None:
        paged, values = listing.statement(last)
        rows = [Row(*row) for row in paged.rows(connection, bound | values | {"most": question.count + 1})]
    else:
        shape, values = shape_of(question, base)
        if question.total:
            ((total,),) = total_of(shape).rows(connection, bound | values)
        if not question.only_count:
            name, descending = question.sort[0] if question.sort else ("", False)
            values |= {"most": question.count + 1}
            values |= {"last": last[0], "last_id": last[1]} if last is not None else {}
            paged = page_of(shape, name, descending, last is not None)
            rows = [Row(*row) for row in paged.rows(connection, bound | values)]
    shown = rows[: question.count]
    more = _seal((shown[-1].sort, shown[-1].id), seal_to, keys) if len(rows) > question.count and shown else None
    return Found({row.rid: f"{question.type}/{row.id}" for row in shown}, total, more)


def included(connection: Connection, sight: Sight, question: Question, names: Collection[str]) -> list[str]:
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
