"""Read, vread and history of one resource as an actor sees it: one statement each, fragments joined as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, select

from hub.errors import NotFound
from hub.record.moments import instant
from hub.record.seal import Seen, seal, unseal
from hub.record.tables import grant, part
from hub.record.tables.base import EVER
from hub.record.visibility import Sight, by_grant, granted, stake_moment
from hub.slices import render, rid_of

_COLUMNS = (
    part.c.rid,
    part.c.key,
    part.c.since,
    part.c.until,
    part.c.moved,
    part.c.content,
    part.c.body,
    part.c.ranked,
    grant.c.since.label("granted"),
    by_grant(part).label("by_grant"),
    stake_moment(part).label("staked"),
)

_VISIBLE = select(*_COLUMNS).join_from(part, grant, granted(part))
CURRENT = _VISIBLE.where(part.c.rid == bindparam("rid", type_=BigInteger), part.c.until == EVER)
_ALWAYS = _VISIBLE.where(part.c.rid == bindparam("rid", type_=BigInteger))
_SEVERAL = _VISIBLE.where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER)


@dataclass(frozen=True)
class Slice:
    """One resource as one actor sees it: JSON bytes, the version in its ETag, the time in its Last-Modified."""

    name: str
    body: bytes
    version: str
    updated: int


def read(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> Slice:
    """The slice of `name` (`Type/id`). NotFound when it is absent or hidden: one answer."""
    rows = connection.execute(CURRENT, sight.bound | {"rid": rid_of(*name.split("/"))}).all()
    return slice_of(name, rows, keys)


def read_several(connection: Connection, sight: Sight, names: Sequence[str], keys: tuple[bytes, ...]) -> list[Slice]:
    """The slices of `names` in that order, without those that are absent or hidden: one statement for all."""
    if not names:
        return []
    rids = {rid_of(*name.split("/")): name for name in names}
    found: dict[int, list[Any]] = {}
    for row in connection.execute(_SEVERAL, sight.bound | {"rids": list(rids)}):
        found.setdefault(row.rid, []).append(row)
    return [
        slice_of(name, found[rid], keys) for rid, name in rids.items() if any(row.content for row in found.get(rid, ()))
    ]


def vread(connection: Connection, sight: Sight, name: str, version: str, keys: tuple[bytes, ...]) -> Slice:
    """The places visible now as they stood in `version`, if they are the places of that version; else NotFound."""
    seen = unseal(version, name, keys)
    rows = connection.execute(_ALWAYS, sight.bound | {"rid": rid_of(*name.split("/"))}).all()
    if seen is None:
        raise NotFound
    standing = [row for row in rows if _from(row) <= seen.time < row.until]
    if _mask(standing) != seen.mask:
        raise NotFound
    return _rendered(name, standing, seen, keys)


def history(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> list[Slice]:
    """Every version that this actor sees, the newest first: one for each moment at which something visible moved."""
    rows = connection.execute(_ALWAYS, sight.bound | {"rid": rid_of(*name.split("/"))}).all()
    now = slice_of(name, [row for row in rows if row.until == EVER], keys)
    moments = sorted({_from(row) for row in rows} | {row.moved for row in rows})
    versions = []
    for at in moments[:-1]:
        standing = [row for row in rows if _from(row) <= at < row.until]
        if any(row.content for row in standing):
            versions.append(_rendered(name, standing, Seen(at, _mask(standing)), keys))
    return [now, *reversed(versions)]


def slice_of(name: str, rows: Iterable[Any], keys: tuple[bytes, ...]) -> Slice:
    """The present slice made of visible rows. NotFound when no part with content is among them."""
    rows = list(rows)
    if not any(row.content for row in rows):
        raise NotFound
    updated = max(max(row.since, row.moved, row.granted, row.staked or 0) for row in rows)
    return _rendered(name, rows, Seen(updated, _mask(rows)), keys)


def _rendered(name: str, rows: Iterable[Any], seen: Seen, keys: tuple[bytes, ...]) -> Slice:
    # Two grants may open one part (all domains, and one's own): each part is said once, in the order of keys.
    parts = {row.key: row for row in rows}
    if not any(row.content for row in parts.values()):
        raise NotFound
    version = seal(seen, name, keys)
    stored = [(parts[key].body, parts[key].ranked) for key in sorted(parts)]
    return Slice(name, render(_head(name, version, seen.time), stored), version, seen.time)


def _head(name: str, version: str, updated: int) -> bytes:
    # The label is the same on every slice, so it tells nothing (`parts.md` 11).
    resource_type, _, resource_id = name.partition("/")
    return (
        f'"resourceType":"{resource_type}","id":"{resource_id}","meta":{{"versionId":"{version}",'
        f'"lastUpdated":"{instant(updated)}","security":[{{"system":'
        '"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"REDACTED"}]}'
    ).encode()


def _from(row: Any) -> int:
    """From when a row speaks to this actor: what only a stake opens is history from the stake on (`parts.md` 14)."""
    return int(row.since if row.by_grant else max(row.since, row.staked or row.since))


def _mask(rows: Iterable[Any]) -> int:
    mask = 0
    for key in {row.key for row in rows if row.body or row.ranked}:
        mask ^= key
    return mask
