"""Read, vread and history of one resource as an actor sees it: one statement each, fragments joined as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, case, func, select

from hub.errors import NotFound
from hub.record.moments import instant
from hub.record.prepared import Prepared
from hub.record.seal import Seen, seal, unseal
from hub.record.tables import grant, part
from hub.record.tables.base import EVER
from hub.record.visibility import Sight, by_grant, granted, stake_moment
from hub.slices import render, rid_of_reference

# How many resources one statement may ask for: the greatest is more than a page with what it includes.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 10_000)
_BY_KEY = attrgetter("key")


class Shown(NamedTuple):
    """A part that an actor sees, once although several of its grants may open it.

    `granted`: since when by its grants; `by_grant`: not by a stake alone; `staked`: when its stakes last changed, or None.
    """

    rid: int
    key: int
    since: int
    until: int
    moved: int
    content: bool
    body: bytes
    ranked: bytes
    granted: int
    by_grant: int
    staked: int | None


_VISIBLE = (
    select(
        *(part.c[name] for name in Shown._fields[:8]),
        func.max(grant.c.since).label("granted"),
        func.max(case((by_grant(part), 1), else_=0)).label("by_grant"),
        stake_moment(part).label("staked"),
    )
    .join_from(part, grant, granted(part))
    .group_by(*part.primary_key)
)
_ALL = _VISIBLE.where(part.c.rid == bindparam("rid", type_=BigInteger))
_ALWAYS, _CURRENT = Prepared(_ALL), Prepared(_ALL.where(part.c.until == EVER))


@cache
def _several(most: int) -> Prepared:
    """The parts of up to `most` resources, `:rid_0` and on. Databases plan a list of values better than a join with them."""
    rids = [bindparam(f"rid_{number}", type_=BigInteger) for number in range(most)]
    return Prepared(_VISIBLE.where(part.c.rid.in_(rids), part.c.until == EVER))


class Slice(NamedTuple):
    """One resource as one actor sees it: JSON bytes, the version in its ETag, the time in its Last-Modified."""

    name: str
    body: bytes
    version: str
    updated: int


def read(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> Slice:
    """The slice of `name` (`Type/id`). NotFound when it is absent or hidden: one answer."""
    return slice_of(name, present(connection, sight, name), keys)


def present(connection: Connection, sight: Sight, name: str) -> list[Shown]:
    """The parts of `name` that are visible now."""
    return [Shown(*row) for row in _CURRENT.rows(connection, sight.bound | {"rid": rid_of_reference(name)})]


def _ever(connection: Connection, sight: Sight, name: str) -> list[Shown]:
    return [Shown(*row) for row in _ALWAYS.rows(connection, sight.bound | {"rid": rid_of_reference(name)})]


def read_several(connection: Connection, sight: Sight, names: Sequence[str], keys: tuple[bytes, ...]) -> list[Slice]:
    """The slices of `names` in that order, without those that are absent or hidden: one statement for all."""
    if not names:
        return []
    rids = {rid_of_reference(name): name for name in names}
    most = next(size for size in _SIZES if size >= len(rids))
    # The last one fills the list up, so that few statements do for any number.
    asked = dict(enumerate([*rids, *repeat(next(reversed(rids)), most - len(rids))]))
    found: dict[int, list[Shown]] = {rid: [] for rid in rids}
    for row in _several(most).rows(connection, sight.bound | {f"rid_{rank}": rid for rank, rid in asked.items()}):
        found[row[0]].append(Shown(*row))
    return [slice_of(name, found[rid], keys) for rid, name in rids.items() if any(row.content for row in found[rid])]


def vread(connection: Connection, sight: Sight, name: str, version: str, keys: tuple[bytes, ...]) -> Slice:
    """The places visible now as they stood in `version`, if they are the places of that version; else NotFound."""
    seen = unseal(version, name, keys)
    rows = _ever(connection, sight, name)
    if seen is None:
        raise NotFound
    standing = [row for row in rows if _from(row) <= seen.time < row.until]
    if _mask(standing) != seen.mask:
        raise NotFound
    return _rendered(name, standing, seen, keys)


def history(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> list[Slice]:
    """Every version that this actor sees, the newest first: one for each moment at which something visible moved."""
    rows = _ever(connection, sight, name)
    now = slice_of(name, [row for row in rows if row.until == EVER], keys)
    moments = sorted({_from(row) for row in rows} | {row.moved for row in rows})
    versions = []
    for at in moments[:-1]:
        standing = [row for row in rows if _from(row) <= at < row.until]
        if any(row.content for row in standing):
            versions.append(_rendered(name, standing, Seen(at, _mask(standing)), keys))
    return [now, *reversed(versions)]


def slice_of(name: str, rows: Sequence[Shown], keys: tuple[bytes, ...]) -> Slice:
    """The present slice made of visible rows. NotFound when no part with content is among them."""
    updated = max([max(row.since, row.moved, row.granted, row.staked or 0) for row in rows], default=0)
    return _rendered(name, rows, Seen(updated, _mask(rows)), keys)


def _rendered(name: str, rows: Iterable[Shown], seen: Seen, keys: tuple[bytes, ...]) -> Slice:
    stored, opened = [], False
    for row in sorted(rows, key=_BY_KEY):
        stored.append((row.body, row.ranked))
        opened = opened or row.content
    if not opened:
        raise NotFound
    version = seal(seen, name, keys)
    return Slice(name, render(_head(name, version, seen.time), stored), version, seen.time)


def _head(name: str, version: str, updated: int) -> bytes:
    # The label is the same on every slice, so it tells nothing (`parts.md` 11).
    resource_type, _, resource_id = name.partition("/")
    return (
        f'"resourceType":"{resource_type}","id":"{resource_id}","meta":{{"versionId":"{version}",'
        f'"lastUpdated":"{instant(updated)}","security":[{{"system":'
        '"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"REDACTED"}]}'
    ).encode()


def _from(row: Shown) -> int:
    """From when a row speaks to this actor: what only a stake opens is history from the stake on (`parts.md` 14)."""
    return int(row.since if row.by_grant else max(row.since, row.staked or row.since))


def _mask(rows: Iterable[Shown]) -> int:
    mask = 0
    for row in rows:
        if row.body or row.ranked:
            mask ^= row.key
    return mask
