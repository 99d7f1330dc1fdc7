"""What an actor sees now, one resource or many: one statement, fragments joined as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    column,
    select,
    values,
)

from hub.domain.errors import NotFound
from hub.record.access.predicate import granted_since, visible_resources
from hub.record.access.session import ReadSession
from hub.record.db.dialect import later, stored_at
from hub.record.db.statements import CompiledStatement
from hub.record.read.slice import Fragment, Slice, render_slice
from hub.record.tables import part, resource
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid

# How many resources one statement may ask for: the greatest is more than a page with what it includes.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 10_000)
# Up to how many are listed as rows, which is faster.
_LISTED = 100
_NUMBERED = [f"rid_{rank}" for rank in range(_SIZES[-1])]


class VisiblePart(NamedTuple):
    """A part that an actor sees now. `content`: it opens the resource; `moment`: when it, or what opens it to this actor,
    last changed."""

    rid: int
    key: int
    body: bytes
    ranked: bytes
    content: bool
    moment: int

    @property
    def fragment(self) -> Fragment:
        return Fragment(self.key, self.body, self.ranked)


_LOADED = [part.c[name] for name in VisiblePart._fields[:5]]


@cache
def _current(most: int) -> CompiledStatement:
    """The parts of up to `most` resources, `:rid_0` and on, a row for each `VisiblePart`."""
    concerning = visible_resources(_asked([bindparam(name, type_=BigInteger) for name in _NUMBERED[:most]]))
    if most == 1:
        return CompiledStatement(_judged(concerning, *_LOADED))
    # Of many it is judged first which are seen, and these alone are loaded: what is judged is small, and a database that does
    # one thing at a time does it faster.
    seen = _judged(concerning, stored_at(part).label("place")).cte("seen").prefix_with("MATERIALIZED")
    return CompiledStatement(select(*_LOADED, seen.c.moment).join_from(seen, part, stored_at(part) == seen.c.place))


def _asked(rids: list[BindParameter[int]]) -> FromClause:
    if len(rids) > _LISTED:
        # For so many rows of a list, SQLite would first index all the parts that there are.
        return select(resource.c.rid).where(resource.c.rid.in_(rids)).subquery("asked")
    return values(column("rid", BigInteger), name="asked").data([(rid,) for rid in rids]).cte("asked")


def _judged(concerning: CTE, *columns: ColumnElement[Any]) -> Select[Any]:
    """`columns` of each visible part of the resources of `concerning`, and its `moment`."""
    every = (
        select(*columns, part.c.moved, concerning.c.moment, granted_since(part, concerning).label("given"))
        .join_from(concerning, part, and_(part.c.rid == concerning.c.rid, part.c.until == EVER))
        # A fence: what is given is asked once a row, not once for the condition and once for the answer.
        .offset(0)
        .subquery()
    )
    moment = later(later(every.c.moved, every.c.given), every.c.moment)
    return select(*list(every.c)[: len(columns)], moment.label("moment")).where(every.c.given.is_not(None))


def read(session: ReadSession, name: str) -> Slice:
    """The slice of `name` (`Type/id`). NotFound when it is absent or hidden: one answer."""
    rows = _current(1).rows(session.connection, session.params | {"rid_0": get_reference_rid(name)})
    return slice_of(name, rows, session.keys)


def present(session: ReadSession, rids: Sequence[int]) -> dict[int, list[VisiblePart]]:
    """The parts of each of `rids` (at least one) that are visible now, in one statement."""
    return {rid: [VisiblePart(*row) for row in rows] for rid, rows in _rows_of(session, rids).items()}


def read_several(session: ReadSession, names: Sequence[str]) -> list[Slice]:
    """The slices of `names` in that order, without those that are absent or hidden: one statement for all."""
    return read_rids(session, {get_reference_rid(name): name for name in names})


def read_rids(session: ReadSession, names: Mapping[int, str]) -> list[Slice]:
    """`read_several` for who has the record's numbers of `names` at hand."""
    if not names:
        return []
    rows, keys = _rows_of(session, list(names)), session.keys
    slices = [_present(name, tuple(rows[rid]), keys) for rid, name in names.items()]
    return [shown for shown in slices if shown is not None]


def _rows_of(session: ReadSession, rids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    most = next(size for size in _SIZES if size >= len(rids))
    # Numbers that no resource has fill the list up, so that few statements do for any number.
    asked = zip(_NUMBERED, [*rids, *range(len(rids) - most, 0)], strict=False)
    rows: dict[int, list[tuple[Any, ...]]] = {rid: [] for rid in rids}
    for row in _current(most).rows(session.connection, session.params | dict(asked)):
        rows[row[0]].append(row)
    return rows


def slice_of(name: str, rows: Iterable[tuple[Any, ...]], keys: tuple[bytes, ...]) -> Slice:
    """The present slice made of visible rows. NotFound when no part with content is among them."""
    shown = _present(name, tuple(rows), keys)
    if shown is None:
        raise NotFound
    return shown


# A function of what was just read under the predicate, so remembering it opens nothing and changes no answer: a list is
# asked for again and again.
@lru_cache(maxsize=8192)
def _present(name: str, rows: tuple[tuple[Any, ...], ...], keys: tuple[bytes, ...]) -> Slice | None:
    """What `rows` come to; None without content."""
    shown = [VisiblePart(*row) for row in rows]
    if not any(row.content for row in shown):
        return None
    return render_slice(name, [row.fragment for row in shown], max(row.moment for row in shown), keys)
