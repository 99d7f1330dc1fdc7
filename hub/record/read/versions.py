"""What an actor ever sees of a resource: vread and history (`docs/parts.md` 9, 16, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, case, func, select

from hub.domain.errors import NotFound
from hub.record.access.predicate import actor_changed_at, by_grant, granted, stake_start
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.read.slice import Fragment, Slice, mask_of, render_slice
from hub.record.read.version_id import decrypt_version_id
from hub.record.tables import grant, part
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid


class StoredVersion(NamedTuple):
    """A part that an actor sees, over one of its spells. `given`: since when by its grants; `own`: when what concerns this
    actor in the resource alone last changed, or 0; `by_grant`: not by a stake alone; `begun`: when the first of the stakes
    that it has began, or None."""

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
    by_grant: int
    begun: int | None

    @property
    def fragment(self) -> Fragment:
        return Fragment(self.key, self.body, self.ranked)


# Only the past asks how, and since when, one sees. A row for each `StoredVersion`.
EVER_SEEN = (
    select(
        *(part.c[name] for name in StoredVersion._fields[:6]),
        func.max(grant.c.since),
        actor_changed_at(part),
        part.c.since,
        part.c.until,
        func.max(case((by_grant(part), 1), else_=0)),
        stake_start(part),
    )
    .join_from(part, grant, granted(part))
    .group_by(*part.primary_key)
)
_EVER = CompiledStatement(EVER_SEEN.where(part.c.rid == bindparam("rid", type_=BigInteger)))


def vread(session: ReadSession, name: str, version: str) -> Slice:
    """The places visible now as they stood in `version`, if they are the places of that version; else NotFound.

    What is not visible now has no versions either (`docs/parts.md` 9)."""
    seen = decrypt_version_id(version, name, session.keys)
    rows = _ever(session, name)
    if seen is None or not any(row.content for row in rows if row.until == EVER):
        raise NotFound
    standing = [row for row in rows if _from(row) <= seen.time < row.until]
    fragment = [row.fragment for row in standing]
    if mask_of(fragment) != seen.mask or not any(row.content for row in standing):
        raise NotFound
    return render_slice(name, fragment, seen.time, session.keys)


def history(session: ReadSession, name: str) -> list[Slice]:
    """Every version that this actor sees, the newest first."""
    return versions(name, _ever(session, name), session.keys)


def _ever(session: ReadSession, name: str) -> list[StoredVersion]:
    values = session.params | {"rid": get_reference_rid(name)}
    return [StoredVersion(*row) for row in _EVER.rows(session.connection, values)]


def versions(name: str, rows: Sequence[StoredVersion], keys: tuple[bytes, ...]) -> list[Slice]:
    """What `rows`, all that an actor ever sees of `name`, come to: a version for each moment at which it said something
    else, the newest first. NotFound when it does not see it now.

    A change of rights or labels moves the time of the present version and makes none (`docs/parts.md` 3)."""
    present = [row for row in rows if row.until == EVER]
    if not any(row.content for row in present):
        raise NotFound
    updated = max(max(row.moved, row.given, row.own) for row in present)
    said: list[tuple[int, list[StoredVersion]]] = []
    for at in sorted({_from(row) for row in rows}):
        standing = [row for row in rows if _from(row) <= at < row.until and (row.body or row.ranked)]
        if not said or standing != said[-1][1]:
            said.append((at, standing))
    earlier = [(at, standing) for at, standing in reversed(said[:-1]) if any(row.content for row in standing)]
    return [
        render_slice(name, [row.fragment for row in standing], at, keys)
        for at, standing in [(updated, present), *earlier]
    ]


def _from(row: StoredVersion) -> int:
    """From when a row speaks to this actor: what only a stake opens is history from the stake on (`docs/parts.md` 14)."""
    return int(row.since if row.by_grant else max(row.since, row.begun or row.since))
