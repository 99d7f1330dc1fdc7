"""Messages as they came, kept before anything is parsed, and the letters that could not be taken (`docs/inbound.md` §7;
`docs/parts.md` 24).

A message is durable when `keep` returns. The same bytes again are not kept again: they lead to the row that has them.
Causes of dead letters are codes and places, never values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from hub.domain.errors import NotFound
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables.inbox import message

RECEIVED, ADMITTED, REPEATED, DEAD, NOTED = "received", "admitted", "repeated", "dead", "noted"
ANSWERED = (ADMITTED, NOTED)
_CAUSE_WIDTH = 200

_SAME = select(message).where(message.c.source == bindparam("source"), message.c.sha256 == bindparam("sha256"))
_STATE = select(message.c.state).where(message.c.mid == bindparam("mid"))
_ONE = select(message).where(message.c.mid == bindparam("mid"))


@dataclass(frozen=True)
class Said:
    """An answer that was given: the same bytes whenever the message comes again. `task`: `Task/<id>`, or ""."""

    body: bytes
    media_type: str
    task: str = ""


@dataclass(frozen=True)
class Kept:
    """A message in the inbox. `received`: when it came first. `client`, `party`: who sent it. `said`: what was answered,
    when it was already admitted. `stored`: False for a row of a table whose file holds the bytes. `role`, `session`: of who
    brings it now, for the trace; a replay has neither."""

    mid: str
    source: str
    client: str
    party: str
    media_type: str
    sha256: str
    received: int
    raw: bytes
    said: Said | None = None
    stored: bool = True
    role: str = ""
    session: str = ""

    def part(self, number: int, raw: bytes) -> Kept:
        """Row `number` of this file as a message of its own, with the bytes that it is by itself. Same file, same name."""
        digest = sha256(raw).hexdigest()
        return replace(self, mid=f"{self.mid}.{number}", sha256=digest, raw=raw, said=None, stored=False)


@dataclass(frozen=True)
class Letter:
    """A dead letter as a list shows it: no content."""

    mid: str
    source: str
    cause: str
    received: int


def keep(
    store: Store, *, source: str, client: str, party: str, media_type: str, raw: bytes, again: bool = False
) -> Kept:
    """`raw` from `client` of `party`, durably. Bytes that were admitted before give their answer (`said`); `again` asks
    for none, so that a file is gone through once more. Bytes still waiting or refused before are found, not stored."""
    digest = sha256(raw).hexdigest()
    row: dict[str, Any] = {
        "source": source,
        "client": client,
        "party": party,
        "media_type": media_type,
        "sha256": digest,
    }
    row |= {"mid": store.new_id("Message"), "received": store.now(), "raw": raw, "state": RECEIVED}
    with store.write() as connection:
        found = _earlier(connection, row)
        if found is None:
            connection.execute(insert(message), row)
            return _kept(row)
        if found["state"] in ANSWERED and not again:
            copied = {name: found[name] for name in ("task", "answer", "answer_type")}
            connection.execute(insert(message), row | copied | {"raw": b"", "state": REPEATED})
            return _kept(found, raw, Said(found["answer"], found["answer_type"], found["task"] or ""))
        return _kept(found, raw)


def _earlier(connection: Connection, row: dict[str, Any]) -> dict[str, Any] | None:
    """The row of the same bytes from the same organisation: one that was answered, else the first. Rows of files and
    repeats hold no bytes of their own."""
    found = connection.execute(_SAME, {"source": row["source"], "sha256": row["sha256"]}).mappings()
    rows = [dict(one) for one in found]
    own = [r for r in rows if r["party"] == row["party"] and r["state"] != REPEATED and "." not in r["mid"]]
    return min(own, key=lambda r: (r["state"] not in ANSWERED, r["received"], r["mid"]), default=None)


def put(connection: Connection, kept: Kept, **changes: Any) -> None:
    """Set `changes` on the message; a row of a file is written here for the first time."""
    if connection.execute(update(message).where(message.c.mid == kept.mid).values(**changes)).rowcount:
        return
    own: dict[str, Any] = {
        "mid": kept.mid,
        "source": kept.source,
        "client": kept.client,
        "party": kept.party,
        "raw": kept.raw,
    }
    own |= {"media_type": kept.media_type, "sha256": kept.sha256, "received": kept.received}
    connection.execute(insert(message), own | changes)


def close(store: Store, kept: Kept, said: Said) -> None:
    """A file whose rows were all gone through; each of them has its own state. A copy that came meanwhile lets its
    bytes go."""
    told: dict[str, Any] = {"state": ADMITTED, "cause": "", "answer": said.body, "answer_type": said.media_type}
    with store.write() as connection:
        tick(connection, store.now())
        first = _earlier(connection, {"source": kept.source, "sha256": kept.sha256, "party": kept.party})
        if first is not None and first["state"] == ADMITTED and first["mid"] != kept.mid:
            told |= {"state": REPEATED, "raw": b""}
        put(connection, kept, **told)


def bury(store: Store, kept: Kept, cause: str, said: Said) -> None:
    """The message is a dead letter, of `cause` (`code@place, …`), and its sender was told `said`. One that was admitted
    stays so."""
    told = {"state": DEAD, "cause": cause[:_CAUSE_WIDTH], "answer": said.body, "answer_type": said.media_type}
    with store.write() as connection:
        if connection.scalar(_STATE, {"mid": kept.mid}) not in ANSWERED:
            put(connection, kept, **told)


def dead_letters(store: Store, *, cause: str = "", since: int = 0, most: int = 1000) -> list[Letter]:
    """Dead letters received at or after `since` with `cause` (a code) among theirs, the oldest first."""
    columns = (message.c.mid, message.c.source, message.c.cause, message.c.received)
    dead = select(*columns).where(message.c.state == DEAD, message.c.received >= since)
    with store.read() as connection:
        letters = [Letter(*row) for row in connection.execute(dead.order_by(message.c.received, message.c.mid))]
    return [letter for letter in letters if not cause or cause in _codes(letter.cause)][:most]


def _codes(cause: str) -> set[str]:
    return {part.partition("@")[0] for part in cause.split(", ")}


def reopen(store: Store, mid: str) -> Kept:
    """A dead letter, to be tried again. NotFound when there is none of that name."""
    with store.read() as connection:
        row = connection.execute(_ONE, {"mid": mid}).mappings().first()
    if row is None or row["state"] != DEAD:
        raise NotFound
    return _kept(dict(row))


def purge_noted(store: Store, before: int) -> int:
    """Forget the bytes of notices about people not followed that came before `before`; how many. The row stays, so
    that the same message again has the same answer."""
    old = (message.c.state == NOTED, message.c.received < before, message.c.raw != b"")
    with store.write() as connection:
        return connection.execute(update(message).where(*old).values(raw=b"")).rowcount


def _kept(row: dict[str, Any], raw: bytes | None = None, said: Said | None = None) -> Kept:
    own = {name: row[name] for name in ("mid", "source", "client", "party", "media_type", "sha256", "received")}
    return Kept(**own, raw=row["raw"] if raw is None else raw, said=said)
