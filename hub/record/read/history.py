"""History, page by page: https://hl7.org/fhir/R4/http.html#history, of one resource or of all that are of a type.

The versions are those of the actor's own slices, found among the parts that it sees now, as in a search (`docs/leaks.md` L09,
L10): where nothing is seen there was nothing. The newest come first; a page goes on after the moment at which the one
before it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, String, and_, bindparam, case, func, or_, select, union

from hub.domain.errors import NotFound
from hub.record.access.predicate import actor_changed_at, by_grant, granted, stake_start
from hub.record.access.session import ReadSession
from hub.record.db.dialect import later
from hub.record.db.statements import CompiledStatement
from hub.record.read.history_params import HistoryParams
from hub.record.read.slice import Slice
from hub.record.read.versions import EVER_SEEN, StoredVersion, history, versions
from hub.record.search.query.query import MOST
from hub.record.tables import grant, part, resource
from hub.record.tables.base import EVER

_SIZES = (1, 10, 50, 200, MOST)


class HistoryEntry(NamedTuple):
    """One version. `created`: the first that the actor sees, so that what it says there counts as its creation."""

    slice: Slice
    created: bool


class PastPage(NamedTuple):
    """A page of versions, the newest first. `total`: of one resource alone. `last`: of the last one, if there are more."""

    entries: list[HistoryEntry]
    total: int | None
    last: int | tuple[int, str] | None


class Past(NamedTuple):
    """A page of history. `next`: the cursor of the next page. `asked`, `question`: as in `Page` of `hub.record.repository`."""

    entries: list[HistoryEntry]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]
    question: list[tuple[str, str]]

    @property
    def slices(self) -> list[Slice]:
        return [entry.slice for entry in self.entries]


def past_of(session: ReadSession, name: str, wanted: HistoryParams, last: int | None) -> PastPage:
    """The page of the versions of `name` after the moment `last`. NotFound when it is hidden or absent."""
    every = history(session, name)
    first, following = every[-1], [EVER, *(version.updated for version in every)]
    met = [
        version
        for version, until in zip(every, following, strict=False)
        if version.updated >= wanted.since
        and (wanted.at is None or (version.updated < wanted.at[1] and until > wanted.at[0]))
    ]
    left = met if last is None else [version for version in met if version.updated < last]
    shown = left[: wanted.count]
    more = shown[-1].updated if len(left) > len(shown) and shown else None
    return PastPage([HistoryEntry(version, version is first) for version in shown], len(met), more)


def past_of_type(
    session: ReadSession, resource_type: str, wanted: HistoryParams, last: tuple[int, str] | None
) -> PastPage:
    """The page of the versions of all of a type after `last`: two statements, however many resources and versions there are.

    A page may be short: a moment at which something changed that says nothing to this actor is no version."""
    last_at, last_id = last or (EVER, "")
    values = {"type": resource_type, "since_when": wanted.since, "last": last_at, "last_id": last_id}
    moments = _MOMENTS.rows(session.connection, session.params | values | {"most": wanted.count + 1})
    shown = moments[: wanted.count]
    names = {rid: f"{resource_type}/{resource_id}" for rid, resource_id, _ in shown}
    entries = _told(session, names)
    more = (shown[-1][2], shown[-1][1]) if len(moments) > len(shown) and shown else None
    page = [entry for rid, _, at in shown if (entry := entries.get((rid, at))) is not None]
    return PastPage(page, None, more)


def _told(session: ReadSession, names: dict[int, str]) -> dict[tuple[int, int], HistoryEntry]:
    """(rid, moment) → the version of that moment, of all of `names`."""
    rows: dict[int, list[StoredVersion]] = {rid: [] for rid in names}
    if names:
        most = next(size for size in _SIZES if size >= len(names))
        padded = [*names, *[next(iter(names))] * (most - len(names))]
        values = session.params | {f"rid_{n}": rid for n, rid in enumerate(padded)}
        for row in _ever_of(most).rows(session.connection, values):
            rows[row[0]].append(StoredVersion(*row))
    return {
        (rid, entry.slice.updated): entry
        for rid, name in names.items()
        for entry in _each(name, rows[rid], session.keys)
    }


def _each(name: str, rows: list[StoredVersion], keys: tuple[bytes, ...]) -> Iterable[HistoryEntry]:
    try:
        every = versions(name, rows, keys)
    except NotFound:
        return
    for version in every:
        yield HistoryEntry(version, version is every[-1])


@cache
def _ever_of(most: int) -> CompiledStatement:
    return CompiledStatement(
        EVER_SEEN.where(part.c.rid.in_([bindparam(f"rid_{n}", type_=BigInteger) for n in range(most)]))
    )


def _moments() -> CompiledStatement:
    """(rid, id, moment) of each version, or nearly, of the resources of `:type` that the actor sees now."""
    begun = func.coalesce(stake_start(part), part.c.since)
    since = case((func.max(case((by_grant(part), 1), else_=0)) == 1, part.c.since), else_=later(part.c.since, begun))
    present = part.c.until == EVER
    seen = (
        select(
            part.c.rid,
            resource.c.id,
            since.label("at"),
            case((present, later(later(part.c.moved, func.max(grant.c.since)), actor_changed_at(part))), else_=0).label(
                "moved"
            ),
            case((and_(present, part.c.content), 1), else_=0).label("opens"),
        )
        .join_from(part, grant, granted(part))
        .join(resource, resource.c.rid == part.c.rid)
        .where(resource.c.type == bindparam("type", type_=String))
        .group_by(*part.primary_key, resource.c.id)
        .subquery()
    )
    whole = {
        name: func.max(seen.c[column]).over(partition_by=seen.c.rid).label(name)
        for name, column in (("latest", "at"), ("updated", "moved"), ("opened", "opens"))
    }
    each = select(seen.c.rid, seen.c.id, seen.c.at, *whole.values()).cte("each_moment")
    # The latest says what stands now, in the version of when rights or labels last moved.
    moments = union(
        select(each.c.rid, each.c.id, each.c.at).where(each.c.opened == 1, each.c.at < each.c.latest),
        select(each.c.rid, each.c.id, each.c.updated).where(each.c.opened == 1),
    ).subquery()
    rid, resource_id, at = moments.c
    last, last_id = bindparam("last", type_=BigInteger), bindparam("last_id", type_=String)
    return CompiledStatement(
        select(rid, resource_id, at)
        .where(at >= bindparam("since_when", type_=BigInteger))
        .where(or_(at < last, and_(at == last, resource_id < last_id)))
        .order_by(at.desc(), resource_id.desc())
        .limit(bindparam("most", type_=Integer))
    )


_MOMENTS = _moments()
