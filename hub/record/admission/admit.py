"""Admission: a kept message becomes resources, in one durable transaction, once (`docs/parts.md` 24; `docs/inbound.md` §1).

`admit` is the only way by which intake writes. It takes the clock first, so writers follow each other and a second copy
that arrives at the same moment finds the first. It gives back names and the answer, never what the record holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hub.domain.actor import Actor
from hub.domain.errors import Conflict
from hub.record.access.predicate import AccessContext
from hub.record.admission import inbox
from hub.record.admission.inbox import Kept, Said
from hub.record.admission.lookup import Lookup
from hub.record.audit.trace import write_trace
from hub.record.db.clock import tick
from hub.record.db.store import FAILURES, Store
from hub.record.tables.inbox import message
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

REUSED = "message-id-reused"
_KEY_WIDTH = 200
_CLAIMED = select(message).where(message.c.source == bindparam("source"), message.c.key == bindparam("key"))


class Unavailable(Exception):  # noqa: N818 - a state of the database, not one of the five errors
    """The database could not finish: nothing was written, the message waits in the inbox, the sender sends again."""


@dataclass(frozen=True)
class Write:
    """One resource to write. `by`: its author, who gets a stake in it; "" for the hub itself. `known`: it is the new
    state of one that the record has."""

    resource: dict[str, Any]
    by: str
    known: bool = False


@dataclass(frozen=True)
class Admission:
    """What a message comes to: resources in the order of `hub.mapping`, and the answer. Without any, it is `noted`."""

    writes: tuple[Write, ...]
    said: Said


@dataclass(frozen=True)
class Admitted:
    """`repeated`: the message was admitted before, and this is what was said then."""

    said: Said
    repeated: bool = False


def admit(store: Store, kept: Kept, key: str, make: Callable[[Lookup], Admission]) -> Admitted:
    """Claim `key` (the sender's own name of the message) for `kept` and write what `make` makes of it; durable on return.

    `make` runs inside the transaction and sees the record through its `Lookup` alone. Raises Conflict `message-id-reused`
    when other bytes came under this key, Unavailable when the database gave up, and whatever `make` or the record raise;
    nothing is then written.
    """
    claimed = key if len(key) <= _KEY_WIDTH else f"sha256:{sha256(key.encode()).hexdigest()}"
    try:
        with store.write() as connection:
            unit = UnitOfWork(connection, tick(connection, store.now()), store.new_id)
            before = _said_before(connection, kept, claimed)
            if before is not None:
                return Admitted(before, repeated=True)
            made = make(Lookup(connection, unit, kept.party))
            _write(unit, made)
            _record(connection, kept, claimed, made)
            _trace(store, unit, kept, made)
            return Admitted(made.said)
    except FAILURES as fault:
        raise Unavailable from fault


def _said_before(connection: Connection, kept: Kept, key: str) -> Said | None:
    """The answer under `key`, if its bytes were these; this copy is then a repeat and its bytes are let go."""
    first = connection.execute(_CLAIMED, {"source": kept.source, "key": key}).one_or_none()
    if first is None:
        return None
    if first.sha256 != kept.sha256 or first.party != kept.party:
        raise Conflict(REUSED)
    said = Said(first.answer, first.answer_type, first.task or "")
    if first.mid != kept.mid and kept.stored:
        told = {"task": first.task, "answer": said.body, "answer_type": said.media_type}
        inbox.put(connection, kept, state=inbox.REPEATED, raw=b"", cause="", **told)
    return said


def _write(unit: UnitOfWork, made: Admission) -> None:
    for write in made.writes:
        if write.known:
            unit.replace(f"{write.resource['resourceType']}/{write.resource['id']}", write.resource, by=write.by)
        else:
            unit.create(write.resource, by=write.by)
    if made.writes:
        flush(unit)


def _record(connection: Connection, kept: Kept, key: str, made: Admission) -> None:
    told: dict[str, Any] = {"key": key, "cause": "", "answer": made.said.body, "answer_type": made.said.media_type}
    told |= {"state": inbox.ADMITTED if made.writes else inbox.NOTED, "task": made.said.task or None}
    if not kept.stored:
        # The file holds the bytes, and the person's document those of this row.
        told["raw"] = b""
    inbox.put(connection, kept, **told)


def _trace(store: Store, unit: UnitOfWork, kept: Kept, made: Admission) -> None:
    """What the sender wrote in this transaction (`docs/inbound.md` §1), without what the hub wrote for itself."""
    access = AccessContext(Actor(kept.party, kept.role, kept.client, session=kept.session), unit.time)
    own = [
        f"{write.resource['resourceType']}/{write.resource['id']}" for write in made.writes if write.by == kept.party
    ]
    write_trace(unit.connection, store, access, "receive", "", own, asked=kept.source)
