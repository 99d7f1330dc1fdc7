"""Read the past versions of a resource as an actor sees them: vread and history (`docs/parts.md` 9, 16, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, case, func, select

from hub.domain.errors import NotFound
from hub.record.access.predicate import (
    build_direct_grant_condition,
    build_grant_condition,
    select_actor_change,
    select_stake_start,
)
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.read.slice import Fragment, Slice, compute_mask, render_slice
from hub.record.read.version_id import decrypt_version_id
from hub.record.tables import grant, part
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid


class StoredVersion(NamedTuple):
    """A part that an actor sees, as it was in [since, until). Times are in microseconds.

    `given`: the latest start of the grants that open it; `own`: as in `select_actor_change`; `granted_directly`: 1 if a grant
    opens it without a stake; `begun`: the earliest start of the party's present stakes, or None."""

    rid: int
    key: int
    body: bytes
    ranked: bytes
    content: bool
    moved: int
    given: int
    own: int
    since: int
    until: int
    granted_directly: int
    begun: int | None

    @property
    def fragment(self) -> Fragment:
        return Fragment(self.key, self.body, self.ranked)


# Rows of `StoredVersion`. Only past versions depend on what gives the actor access and since when.
EVER_SEEN = (
    select(
        *(part.c[name] for name in StoredVersion._fields[:6]),
        func.max(grant.c.since),
        select_actor_change(part),
        part.c.since,
        part.c.until,
        func.max(case((build_direct_grant_condition(part), 1), else_=0)),
        select_stake_start(part),
    )
    .join_from(part, grant, build_grant_condition(part))
    .group_by(*part.primary_key)
)
_EVER = CompiledStatement(EVER_SEEN.where(part.c.rid == bindparam("rid", type_=BigInteger)))


def vread(session: ReadSession, name: str, version: str) -> Slice:
    """Return the slice of `name` in `version`. Raises NotFound when the places visible now are not those of that version.

    A part that is not visible now has no past versions either (`docs/parts.md` 9)."""
    version_key = decrypt_version_id(version, name, session.keys)
    rows = _load_stored_versions(session, name)
    if version_key is None or not any(row.content for row in rows if row.until == EVER):
        raise NotFound
    valid = [row for row in rows if _compute_start(row) <= version_key.time < row.until]
    fragments = [row.fragment for row in valid]
    if compute_mask(fragments) != version_key.mask or not any(row.content for row in valid):
        raise NotFound
    return render_slice(name, fragments, version_key.time, session.keys)


def read_history(session: ReadSession, name: str) -> list[Slice]:
    """Return every version of `name` that the actor sees, the newest first. Raises NotFound when it sees none now."""
    return build_versions(name, _load_stored_versions(session, name), session.keys)


def _load_stored_versions(session: ReadSession, name: str) -> list[StoredVersion]:
    values = session.params | {"rid": get_reference_rid(name)}
    return [StoredVersion(*row) for row in _EVER.rows(session.connection, values)]


def build_versions(name: str, rows: Sequence[StoredVersion], keys: tuple[bytes, ...]) -> list[Slice]:
    """Build the versions of `name` from `rows`, its visible parts of all times: one for each change, the newest first.

    A change of rights or labels changes the time of the present version and makes no new one (`docs/parts.md` 3). Raises
    NotFound when no part with content is visible now."""
    present = [row for row in rows if row.until == EVER]
    if not any(row.content for row in present):
        raise NotFound
    updated = max(max(row.moved, row.given, row.own) for row in present)
    changes: list[tuple[int, list[StoredVersion]]] = []
    for at in sorted({_compute_start(row) for row in rows}):
        valid = [row for row in rows if _compute_start(row) <= at < row.until and (row.body or row.ranked)]
        if not changes or valid != changes[-1][1]:
            changes.append((at, valid))
    earlier = [(at, valid) for at, valid in reversed(changes[:-1]) if any(row.content for row in valid)]
    return [
        render_slice(name, [row.fragment for row in valid], at, keys) for at, valid in [(updated, present), *earlier]
    ]


def _compute_start(row: StoredVersion) -> int:
    """Return the moment from which the actor sees a row: the start of its stake if only a stake opens it (`docs/parts.md` 14)."""
    return int(row.since if row.granted_directly else max(row.since, row.begun or row.since))
