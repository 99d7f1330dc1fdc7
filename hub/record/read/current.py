"""Read the present slices of one resource or of many, in one statement; the stored fragments are joined as bytes."""

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
from hub.record.access.predicate import HIDDEN, select_grant_start, select_visible_resources
from hub.record.access.session import ReadSession
from hub.record.db.dialect import later, stored_at
from hub.record.db.statements import CompiledStatement
from hub.record.read.slice import Fragment, Slice, render_slice
from hub.record.tables import part, resource
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid

# How many resources a statement reads. The largest is more than a page and its includes.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 10_000)
# Up to this number, the rids are written as VALUES, which is faster.
_LISTED = 100
_NUMBERED = [f"rid_{rank}" for rank in range(_SIZES[-1])]


class VisiblePart(NamedTuple):
    """A part that an actor sees now. `content`: it makes the resource visible. `moment`: the last change of the part or of the
    actor's access to it, in microseconds."""

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
def _compile_current(most: int) -> CompiledStatement:
    """Compile the statement that reads the visible parts of `most` resources (`:rid_0`, …), as rows of `VisiblePart`."""
    concerning = select_visible_resources(
        _build_rid_source([bindparam(name, type_=BigInteger) for name in _NUMBERED[:most]])
    )
    if most == 1:
        return CompiledStatement(_select_visible_parts(concerning, *_LOADED))
    # For many resources, first find the row addresses of the visible parts, then load only those rows: it measured faster.
    visible_parts = (
        _select_visible_parts(concerning, stored_at(part).label("place")).cte("seen").prefix_with("MATERIALIZED")
    )
    return CompiledStatement(
        select(*_LOADED, visible_parts.c.moment).join_from(
            visible_parts, part, stored_at(part) == visible_parts.c.place
        )
    )


def _build_rid_source(rids: list[BindParameter[int]]) -> FromClause:
    if len(rids) > _LISTED:
        # With so many VALUES rows, SQLite builds an automatic index over the whole table of parts.
        return select(resource.c.rid).where(resource.c.rid.in_(rids)).subquery("asked")
    return values(column("rid", BigInteger), name="asked").data([(rid,) for rid in rids]).cte("asked")


def _select_visible_parts(concerning: CTE, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select `columns` and the `moment` of each visible part of the resources of `concerning`."""
    every = (
        select(*columns, part.c.moved, concerning.c.moment, select_grant_start(part, concerning).label("given"))
        .join_from(concerning, part, and_(part.c.rid == concerning.c.rid, part.c.until == EVER))
        # OFFSET 0 stops the planner from inlining the subquery and evaluating `given` twice for each row.
        .offset(0)
        .subquery()
    )
    moment = later(later(every.c.moved, every.c.given), every.c.moment)
    return select(*list(every.c)[: len(columns)], moment.label("moment")).where(every.c.given > HIDDEN)


def read(session: ReadSession, name: str) -> Slice:
    """Return the slice of `name` (`Type/id`). Raises NotFound alike when it is absent and when it is hidden."""
    rows = _compile_current(1).rows(session.connection, session.params | {"rid_0": get_reference_rid(name)})
    return build_slice(name, rows, session.keys)


def read_visible_parts(session: ReadSession, rids: Sequence[int]) -> dict[int, list[VisiblePart]]:
    """Return the parts of each of `rids` (at least one) that are visible now, in one statement."""
    return {rid: [VisiblePart(*row) for row in rows] for rid, rows in _load_rows(session, rids).items()}


def read_several(session: ReadSession, names: Sequence[str]) -> list[Slice]:
    """Return the slices of `names` in their order, without those that are absent or hidden, in one statement."""
    return read_rids(session, {get_reference_rid(name): name for name in names})


def read_rids(session: ReadSession, names: Mapping[int, str]) -> list[Slice]:
    """Return what `read_several` returns, for a caller that has the rids of the names: {rid: `Type/id`}."""
    if not names:
        return []
    rows, keys = _load_rows(session, list(names)), session.keys
    slices = [_render_present(name, tuple(rows[rid]), keys) for rid, name in names.items()]
    return [visible_rows for visible_rows in slices if visible_rows is not None]


def _load_rows(session: ReadSession, rids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    most = next(size for size in _SIZES if size >= len(rids))
    # Negative numbers, which no resource has, fill the list up, so that few statements serve any number.
    binds = zip(_NUMBERED, [*rids, *range(len(rids) - most, 0)], strict=False)
    rows: dict[int, list[tuple[Any, ...]]] = {rid: [] for rid in rids}
    for row in _compile_current(most).rows(session.connection, session.params | dict(binds)):
        rows[row[0]].append(row)
    return rows


def build_slice(name: str, rows: Iterable[tuple[Any, ...]], keys: tuple[bytes, ...]) -> Slice:
    """Build the present slice from rows of visible parts. Raises NotFound when none of them has content."""
    visible_rows = _render_present(name, tuple(rows), keys)
    if visible_rows is None:
        raise NotFound
    return visible_rows


# The rows were just read under the predicate, and the result depends on the arguments alone: the cache reveals nothing.
@lru_cache(maxsize=8192)
def _render_present(name: str, rows: tuple[tuple[Any, ...], ...], keys: tuple[bytes, ...]) -> Slice | None:
    """Render the slice of `rows`; None when no part has content."""
    visible_rows = [VisiblePart(*row) for row in rows]
    if not any(row.content for row in visible_rows):
        return None
    return render_slice(name, [row.fragment for row in visible_rows], max(row.moment for row in visible_rows), keys)
