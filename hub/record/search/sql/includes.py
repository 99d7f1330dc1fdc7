"""`_include` and `_revinclude`: follow references that the actor sees to resources that it sees.

https://hl7.org/fhir/R4/search.html#revinclude; `docs/leaks.md` L43–L46. One statement for all references of one direction; with
`:iterate` again from the included resources, `HOPS` times. At most `MOST` resources are included, the first by rid, which
reveals nothing; the result says whether there are more that the actor sees, further on too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import count, repeat
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    String,
    and_,
    bindparam,
    literal,
    or_,
    select,
)

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.search.index.parameter import list_targets
from hub.record.search.query.query import Include, SearchQuery
from hub.record.search.sql.compiler import is_found
from hub.record.tables import index_token, resource

HOPS = 2
MOST = 1000
# From how many resources a statement starts. The largest is a page and all its includes.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 2000)


class Included(NamedTuple):
    """The included resources. `names`: {rid: `Type/id`}, sorted by name. `cut`: there are more."""

    names: dict[int, str]
    cut: bool


def list_included_types(question: SearchQuery) -> frozenset[str]:
    """Return the types of all resources that `question` may include."""
    types: set[str] = set()
    for link in question.includes:
        ends = (link.target,) if link.target else list_targets(link.source, link.via)
        types.update((link.source,) if link.reverse else ends)
    return frozenset(types)


def find_included(
    session: ReadSession, question: SearchQuery, names: Mapping[int, str], types: frozenset[str]
) -> Included:
    """Return what `question` includes with the matches `names`. `types`: those that scope and role let the actor read."""
    others: dict[int, str] = {}
    includes, latest, cut = question.includes, dict(names), False
    for hop in count():
        if not includes or not latest or not types or cut:
            break
        # The limit leaves room for resources that are known already and are found again.
        near = _follow(session, includes, latest, types, MOST + len(names) + len(others) + 1)
        fresh = sorted(rid for rid in near if rid not in names and rid not in others)
        room = MOST - len(others) if hop <= HOPS else 0
        latest, cut = {rid: near[rid] for rid in fresh[:room]}, len(fresh) > room
        others |= latest
        includes = tuple(include for include in includes if include.iterate)
    return Included(dict(sorted(others.items(), key=lambda pair: pair[1])), cut)


def _follow(
    session: ReadSession, includes: tuple[Include, ...], names: Mapping[int, str], types: frozenset[str], most: int
) -> dict[int, str]:
    others: dict[int, str] = {}
    for reverse in (False, True):
        links = tuple(include for include in includes if include.reverse == reverse)
        if links:
            values = session.params | _build_rid_binds(names) | {"most": most}
            rows = _compile_hop(links, reverse, types, _choose_size(len(names))).rows(session.connection, values)
            others |= {rid: f"{kind}/{id_}" for rid, kind, id_ in rows}
    return others


@lru_cache(maxsize=256)
def _compile_hop(links: tuple[Include, ...], reverse: bool, types: frozenset[str], size: int) -> CompiledStatement:
    """Compile the statement of (rid, type, id) of up to `:most` resources at the other end of `links` from `:rid_0`, …"""
    index, other = index_token.alias(), resource.alias()
    start, end = (index.c.target, index.c.rid) if reverse else (index.c.rid, index.c.target)
    # Several references may lead to one resource; IN evaluates the predicate on it once.
    ends = select(end).where(
        start.in_([bindparam(f"rid_{rank}", type_=BigInteger) for rank in range(size)]),
        or_(*(_build_link_condition(index, link) for link in links)),
        visible(index),
    )
    return CompiledStatement(
        select(other.c.rid, other.c.type, other.c.id)
        .where(
            other.c.rid.in_(ends),
            _disable_index(other.c.type).in_([literal(name, String) for name in sorted(types)]),
            is_found(other.c.rid),
        )
        .order_by(other.c.rid)
        .limit(bindparam("most", type_=Integer))
    )


def _build_link_condition(index: FromClause, link: Include) -> ColumnElement[bool]:
    conditions = [_disable_index(index.c.type) == link.source, index.c.name == link.via.name]
    if link.target:
        conditions.append(index.c.code.like(f"{link.target}/%"))
    return and_(*conditions)


def _disable_index(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return an expression equal to `column` that uses no index. Without table statistics, SQLite would otherwise scan all
    resources of a type instead of looking up the few rids."""
    return column.concat("")


def _choose_size(length: int) -> int:
    return next(size for size in _SIZES if size >= length)


def _build_rid_binds(rids: Iterable[int]) -> dict[str, int]:
    """Return `rids` by bind name; the last one is repeated to the next size, so that few statements serve any number."""
    known = list(rids)
    filled = [*known, *repeat(known[-1], _choose_size(len(known)) - len(known))]
    return {f"rid_{rank}": rid for rank, rid in enumerate(filled)}
