"""`_include` and `_revinclude`: what stands beside the found resources, by links that the actor sees, to resources that it
sees (https://hl7.org/fhir/R4/search.html#revinclude; `leaks.md` L43–L46).

One statement for all links of one direction; with `:iterate` again from what was included, `HOPS` times. A link or a resource
that is hidden ends the way. All together are `MOST`, the first by their number, which says nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import repeat

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    String,
    and_,
    bindparam,
    literal,
    or_,
    select,
)

from hub.record.prepared import Prepared
from hub.record.search.compile import is_found
from hub.record.search.question import Include, Question
from hub.record.tables import index_token, resource
from hub.record.visibility import Sight, visible

HOPS = 2
MOST = 1000
# From how many resources one statement may go on: the greatest are a page and all that was included.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 2000)


def included(
    connection: Connection, sight: Sight, question: Question, names: Mapping[int, str], types: frozenset[str]
) -> dict[int, str]:
    """The numbers and names of what belongs beside `names`, each once, in order of name. `types`: those that scope and role let
    the actor read."""
    found: dict[int, str] = {}
    wanted, latest = question.includes, dict(names)
    for _ in range(HOPS + 1):
        if not wanted or not latest or len(found) >= MOST:
            break
        # What is known already may come again.
        near = _hop(connection, sight, wanted, latest, types, MOST + len(names) + len(found))
        fresh = sorted(rid for rid in near if rid not in names and rid not in found)
        latest = {rid: near[rid] for rid in fresh[: MOST - len(found)]}
        found |= latest
        wanted = tuple(include for include in wanted if include.iterate)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _hop(
    connection: Connection,
    sight: Sight,
    wanted: tuple[Include, ...],
    names: Mapping[int, str],
    types: frozenset[str],
    most: int,
) -> dict[int, str]:
    found: dict[int, str] = {}
    for reverse in (False, True):
        links = tuple(include for include in wanted if include.reverse == reverse)
        if links:
            values = sight.bound | _listed(names) | {"most": most}
            rows = _beside(links, reverse, types, _size(len(names))).rows(connection, values)
            found |= {rid: f"{kind}/{id_}" for rid, kind, id_ in rows}
    return found


@lru_cache(maxsize=256)
def _beside(links: tuple[Include, ...], reverse: bool, types: frozenset[str], size: int) -> Prepared:
    """(rid, type, id) of up to `:most` resources at the other end of `links` from `:rid_0` and on."""
    index, other = index_token.alias(), resource.alias()
    here, there = (index.c.target, index.c.rid) if reverse else (index.c.rid, index.c.target)
    return Prepared(
        select(other.c.rid, other.c.type, other.c.id)
        .distinct()
        .join_from(index, other, other.c.rid == there)
        .where(
            here.in_([bindparam(f"rid_{rank}", type_=BigInteger) for rank in range(size)]),
            or_(*(_said(index, other, link) for link in links)),
            other.c.type.in_([literal(name, String) for name in sorted(types)]),
            visible(index),
            is_found(other.c.rid),
        )
        .order_by(other.c.rid)
        .limit(bindparam("most", type_=Integer))
    )


def _said(index: FromClause, other: FromClause, link: Include) -> ColumnElement[bool]:
    said = [index.c.type == link.source, index.c.name == link.via.name]
    if link.target and link.reverse:
        # What is pointed to is what was found.
        said.append(index.c.code.like(f"{link.target}/%"))
    elif link.target:
        said.append(other.c.type == link.target)
    return and_(*said)


def _size(length: int) -> int:
    return next(size for size in _SIZES if size >= length)


def _listed(rids: Iterable[int]) -> dict[str, int]:
    """`rids` under the names of a statement; the last one fills it up, so that few statements do for any number."""
    known = list(rids)
    filled = [*known, *repeat(known[-1], _size(len(known)) - len(known))]
    return {f"rid_{rank}": rid for rank, rid in enumerate(filled)}
