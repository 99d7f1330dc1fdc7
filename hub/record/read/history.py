"""Read the history of a resource or of a type, page by page: https://hl7.org/fhir/R4/http.html#history.

The versions are those of the actor's own slices, made of the parts that it sees now, as in a search (`docs/leaks.md` L09,
L10): a part that it does not see now has no past either. The newest versions come first; a page begins after the moment of the
last version of the page before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, String, and_, bindparam, case, func, or_, select, union

from hub.domain.errors import NotFound
from hub.record.access.predicate import (
    build_direct_grant_condition,
    build_grant_condition,
    select_actor_change,
    select_stake_start,
)
from hub.record.access.session import ReadSession
from hub.record.db.dialect import later
from hub.record.db.statements import CompiledStatement
from hub.record.read.history_params import HistoryParams
from hub.record.read.slice import Slice
from hub.record.read.versions import EVER_SEEN, StoredVersion, build_versions, read_history
from hub.record.search.query.query import MOST
from hub.record.tables import grant, part, resource
from hub.record.tables.base import EVER

_SIZES = (1, 10, 50, 200, MOST)


class HistoryEntry(NamedTuple):
    """One version. `created`: the oldest one that the actor sees, which its history reports as the creation."""

    slice: Slice
    created: bool


class PastPage(NamedTuple):
    """A page of versions, the newest first. `total`: for one resource only. `last`: the moment of the last entry, or
    (moment, id) for a type, if there are more."""

    entries: list[HistoryEntry]
    total: int | None
    last: int | tuple[int, str] | None


class Past(NamedTuple):
    """A page of history. `next`: the cursor of the next page. `asked`, `question`: as in `repository.searches.Page`."""

    entries: list[HistoryEntry]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]
    question: list[tuple[str, str]]

    @property
    def slices(self) -> list[Slice]:
        return [entry.slice for entry in self.entries]


def read_history_page(session: ReadSession, name: str, params: HistoryParams, last: int | None) -> PastPage:
    """Return the page of the versions of `name` after the moment `last`. Raises NotFound when it is hidden or absent."""
    every = read_history(session, name)
    first, following = every[-1], [EVER, *(version.updated for version in every)]
    met = [
        version
        for version, until in zip(every, following, strict=False)
        if version.updated >= params.since
        and (params.at is None or (version.updated < params.at[1] and until > params.at[0]))
    ]
    remaining = met if last is None else [version for version in met if version.updated < last]
    page = remaining[: params.count]
    next_last = page[-1].updated if len(remaining) > len(page) and page else None
    return PastPage([HistoryEntry(version, version is first) for version in page], len(met), next_last)


def read_type_history_page(
    session: ReadSession, resource_type: str, params: HistoryParams, last: tuple[int, str] | None
) -> PastPage:
    """Return the page of the versions of all resources of a type after `last`, in two statements.

    A page may be shorter than `count`: a moment at which the actor's own slice did not change is not a version."""
    last_at, last_id = last or (EVER, "")
    values = {"type": resource_type, "since_when": params.since, "last": last_at, "last_id": last_id}
    moments = _MOMENTS.rows(session.connection, session.params | values | {"most": params.count + 1})
    page = moments[: params.count]
    names = {rid: f"{resource_type}/{resource_id}" for rid, resource_id, _ in page}
    entries = _read_entries(session, names)
    next_last = (page[-1][2], page[-1][1]) if len(moments) > len(page) and page else None
    versions = [entry for rid, _, at in page if (entry := entries.get((rid, at))) is not None]
    return PastPage(versions, None, next_last)


def _read_entries(session: ReadSession, names: dict[int, str]) -> dict[tuple[int, int], HistoryEntry]:
    """Return {(rid, moment): version} for all versions of `names` ({rid: `Type/id`})."""
    rows: dict[int, list[StoredVersion]] = {rid: [] for rid in names}
    if names:
        most = next(size for size in _SIZES if size >= len(names))
        padded = [*names, *[next(iter(names))] * (most - len(names))]
        values = session.params | {f"rid_{n}": rid for n, rid in enumerate(padded)}
        for row in _compile_stored_versions(most).rows(session.connection, values):
            rows[row[0]].append(StoredVersion(*row))
    return {
        (rid, entry.slice.updated): entry
        for rid, name in names.items()
        for entry in _list_entries(name, rows[rid], session.keys)
    }


def _list_entries(name: str, rows: list[StoredVersion], keys: tuple[bytes, ...]) -> Iterable[HistoryEntry]:
    try:
        every = build_versions(name, rows, keys)
    except NotFound:
        return
    for version in every:
        yield HistoryEntry(version, version is every[-1])


@cache
def _compile_stored_versions(most: int) -> CompiledStatement:
    return CompiledStatement(
        EVER_SEEN.where(part.c.rid.in_([bindparam(f"rid_{n}", type_=BigInteger) for n in range(most)]))
    )


def _compile_moments() -> CompiledStatement:
    """Compile the statement of (rid, id, moment) for the possible versions of the resources of `:type` visible now."""
    begun = func.coalesce(select_stake_start(part), part.c.since)
    since = case(
        (func.max(case((build_direct_grant_condition(part), 1), else_=0)) == 1, part.c.since),
        else_=later(part.c.since, begun),
    )
    present = part.c.until == EVER
    visible_parts = (
        select(
            part.c.rid,
            resource.c.id,
            since.label("at"),
            case(
                (present, later(later(part.c.moved, func.max(grant.c.since)), select_actor_change(part))), else_=0
            ).label("moved"),
            case((and_(present, part.c.content), 1), else_=0).label("opens"),
        )
        .join_from(part, grant, build_grant_condition(part))
        .join(resource, resource.c.rid == part.c.rid)
        .where(resource.c.type == bindparam("type", type_=String))
        .group_by(*part.primary_key, resource.c.id)
        .subquery()
    )
    whole = {
        name: func.max(visible_parts.c[column]).over(partition_by=visible_parts.c.rid).label(name)
        for name, column in (("latest", "at"), ("updated", "moved"), ("opened", "opens"))
    }
    each = select(visible_parts.c.rid, visible_parts.c.id, visible_parts.c.at, *whole.values()).cte("each_moment")
    # The present version has the time of the last change of rights or labels, which may be later than that of its parts.
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


_MOMENTS = _compile_moments()
