"""Read, vread and history of one resource as an actor sees it: one statement each, fragments joined as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, func, select

from hub.errors import NotFound
from hub.record.moments import instant
from hub.record.prepared import Prepared
from hub.record.seal import Seen, seal, unseal
from hub.record.tables import grant, part
from hub.record.tables.base import EVER
from hub.record.visibility import Sight, by_grant, concern, given_since, granted, later, own_moment, stake_start
from hub.slices import order, render, rid_of_reference

# How many resources one statement may ask for: the greatest is more than a page with what it includes.
_SIZES = (1, 5, 20, 50, 100, 200, 1000, 10_000)
_NUMBERED = [f"rid_{rank}" for rank in range(_SIZES[-1])]
_BY_KEY = itemgetter(1)


class Shown(NamedTuple):
    """A part that an actor sees now. `moment`: when it, or what opens it to this actor, last changed."""

    rid: int
    key: int
    content: bool
    body: bytes
    ranked: bytes
    moment: int


class Stood(NamedTuple):
    """A part that an actor sees, over one of its spells. `given`: since when by its grants; `own`: when what concerns this
    actor in the resource alone last changed, or 0; `by_grant`: not by a stake alone; `begun`: when the first of the stakes
    that it has began, or None."""

    rid: int
    key: int
    content: bool
    body: bytes
    ranked: bytes
    moved: int
    given: int
    own: int
    since: int
    until: int
    by_grant: int
    begun: int | None

    def now(self) -> Shown:
        return Shown(*self[:5], max(self.moved, self.given, self.own))


_PART = [part.c[name] for name in Stood._fields[:6]]


@cache
def _current(most: int) -> Prepared:
    """The parts of up to `most` resources, `:rid_0` and on, a row for each `Shown`. Databases plan a list of values better
    than a join with them."""
    concerning = concern([bindparam(name, type_=BigInteger) for name in _NUMBERED[:most]])
    judged = (
        select(*_PART, concerning.c.moment, given_since(part, concerning).label("given"))
        .join_from(concerning, part, and_(part.c.rid == concerning.c.rid, part.c.until == EVER))
        # A fence: what is given is asked once a row, not once for the condition and once for the answer.
        .offset(0)
        .subquery()
    )
    moment = later(later(judged.c.moved, judged.c.given), judged.c.moment)
    shown = [judged.c[name] for name in Shown._fields[:5]]
    return Prepared(select(*shown, moment).where(judged.c.given.is_not(None)))


# Only the past asks how, and since when, one sees. A row for each `Stood`.
EVER_SEEN = (
    select(
        *_PART,
        func.max(grant.c.since),
        own_moment(part),
        part.c.since,
        part.c.until,
        func.max(case((by_grant(part), 1), else_=0)),
        stake_start(part),
    )
    .join_from(part, grant, granted(part))
    .group_by(*part.primary_key)
)
_EVER = Prepared(EVER_SEEN.where(part.c.rid == bindparam("rid", type_=BigInteger)))


class Slice(NamedTuple):
    """One resource as one actor sees it: JSON bytes, the version in its ETag, the time in its Last-Modified."""

    name: str
    body: bytes
    version: str
    updated: int


def read(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> Slice:
    """The slice of `name` (`Type/id`). NotFound when it is absent or hidden: one answer."""
    return slice_of(name, _current(1).rows(connection, sight.bound | {"rid_0": rid_of_reference(name)}), keys)


def present(connection: Connection, sight: Sight, rids: Sequence[int]) -> dict[int, list[Shown]]:
    """The parts of each of `rids` (at least one) that are visible now, in one statement."""
    return {rid: [Shown(*row) for row in rows] for rid, rows in _rows_of(connection, sight, rids).items()}


def _ever(connection: Connection, sight: Sight, name: str) -> list[Stood]:
    return [Stood(*row) for row in _EVER.rows(connection, sight.bound | {"rid": rid_of_reference(name)})]


def read_several(connection: Connection, sight: Sight, names: Sequence[str], keys: tuple[bytes, ...]) -> list[Slice]:
    """The slices of `names` in that order, without those that are absent or hidden: one statement for all."""
    return read_rids(connection, sight, {rid_of_reference(name): name for name in names}, keys)


def read_rids(connection: Connection, sight: Sight, names: Mapping[int, str], keys: tuple[bytes, ...]) -> list[Slice]:
    """`read_several` for who has the record's numbers of `names` at hand."""
    if not names:
        return []
    found = _rows_of(connection, sight, list(names))
    slices = [_present(name, Rows(found[rid]), keys) for rid, name in names.items()]
    return [one for one in slices if one is not None]


def _rows_of(connection: Connection, sight: Sight, rids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    most = next(size for size in _SIZES if size >= len(rids))
    # The last one fills the list up, so that few statements do for any number.
    asked = zip(_NUMBERED, [*rids, *repeat(rids[-1], most - len(rids))], strict=False)
    found: dict[int, list[tuple[Any, ...]]] = {rid: [] for rid in rids}
    for row in _current(most).rows(connection, sight.bound | dict(asked)):
        found[row[0]].append(row)
    return found


def out_of_sight(name: str, time: int, keys: tuple[bytes, ...]) -> Slice:
    """What is left to say to who wrote `name` out of its own sight at `time`: that it is done."""
    version = seal(Seen(time, 0), name, keys)
    return Slice(name, render(_head(name, version, time), []), version, time)


def vread(connection: Connection, sight: Sight, name: str, version: str, keys: tuple[bytes, ...]) -> Slice:
    """The places visible now as they stood in `version`, if they are the places of that version; else NotFound.

    What is not visible now has no versions either (`parts.md` 9)."""
    seen = unseal(version, name, keys)
    rows = _ever(connection, sight, name)
    if seen is None or not any(row.content for row in rows if row.until == EVER):
        raise NotFound
    standing = [row for row in rows if _from(row) <= seen.time < row.until]
    if _mask(standing) != seen.mask:
        raise NotFound
    return _rendered(name, standing, seen, keys)


def history(connection: Connection, sight: Sight, name: str, keys: tuple[bytes, ...]) -> list[Slice]:
    """Every version that this actor sees, the newest first."""
    return versions(name, _ever(connection, sight, name), keys)


def versions(name: str, rows: Sequence[Stood], keys: tuple[bytes, ...]) -> list[Slice]:
    """What `rows`, all that an actor ever sees of `name`, come to: a version for each moment at which it said something
    else, the newest first. NotFound when it does not see it now.

    A change of rights or labels moves the time of the present version and makes none (`parts.md` 3)."""
    now = slice_of(name, [row.now() for row in rows if row.until == EVER], keys)
    said: list[tuple[int, list[Stood]]] = []
    for at in sorted({_from(row) for row in rows}):
        standing = [row for row in rows if _from(row) <= at < row.until and (row.body or row.ranked)]
        if not said or standing != said[-1][1]:
            said.append((at, standing))
    past = [(at, standing) for at, standing in said[:-1] if any(row.content for row in standing)]
    return [now, *(_rendered(name, standing, Seen(at, _mask(standing)), keys) for at, standing in reversed(past))]


def slice_of(name: str, rows: Iterable[tuple[Any, ...]], keys: tuple[bytes, ...]) -> Slice:
    """The present slice made of visible rows. NotFound when no part with content is among them."""
    found = _present(name, Rows(rows), keys)
    if found is None:
        raise NotFound
    return found


class Rows(tuple[tuple[Any, ...], ...]):
    """Rows in the order of `Shown`, quick to be found again: what is equal has the same moments, so they do for a hash, which
    else would be of every byte of the bodies."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash((len(self), self[0][5], self[-1][1], self[-1][5])) if self else 0


# A function of what was just read under the predicate, so remembering it opens nothing and changes no answer: a list is
# asked for again and again.
@lru_cache(maxsize=8192)
def _present(name: str, rows: Rows, keys: tuple[bytes, ...]) -> Slice | None:
    """What `rows`, in the order of `Shown`, come to; None without content. Called for each resource of a page."""
    updated = mask = 0
    opened = False
    stored = []
    shared = []
    for _, key, content, body, ranked, moment in sorted(rows, key=_BY_KEY):
        updated = moment if moment > updated else updated
        opened = opened or content
        if ranked:
            shared.append((key, ranked))
        elif not body:
            continue
        mask ^= key
        stored.append((body, ranked))
    if not opened:
        return None
    if len(shared) > 1:
        mask ^= order(tuple(shared))
    version = seal(Seen(updated, mask), name, keys)
    return Slice(name, render(_head(name, version, updated), stored), version, updated)


def _rendered(name: str, rows: Sequence[Stood], seen: Seen, keys: tuple[bytes, ...]) -> Slice:
    """`rows` as they stood in a version of the past."""
    stored = [(row.body, row.ranked) for row in sorted(rows, key=_BY_KEY)]
    if not any(row.content for row in rows):
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


def _from(row: Stood) -> int:
    """From when a row speaks to this actor: what only a stake opens is history from the stake on (`parts.md` 14)."""
    return int(row.since if row.by_grant else max(row.since, row.begun or row.since))


def _mask(rows: Iterable[Stood]) -> int:
    mask = 0
    shared = []
    for row in sorted(rows, key=_BY_KEY):
        if row.body or row.ranked:
            mask ^= row.key
        if row.ranked:
            shared.append((row.key, row.ranked))
    return mask ^ order(tuple(shared)) if len(shared) > 1 else mask
