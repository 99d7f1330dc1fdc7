"""Admission: a stored message becomes resources, in one durable transaction, once (`docs/parts.md` 24; `docs/inbound.md` §1).

`admit` is the only way by which intake writes. It writes alone, so writers follow each other and a second copy
that arrives at the same moment finds the first. It returns names and the answer, never what the record holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from hub.domain.actor import Actor
from hub.domain.errors import Conflict
from hub.record.access.predicate import AccessContext
from hub.record.admission import inbox
from hub.record.admission.inbox import InboxMessage, StoredAnswer
from hub.record.admission.lookup import Lookup
from hub.record.admission.message_key import KEY_WIDTH, MessageKey
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.db.store import FAILURES, Store
from hub.record.tables.inbox import message as table
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

REUSED = "message-id-reused"
_SELECT_CLAIMED = select(table).where(
    table.c.source == bindparam("source"),
    table.c.party == bindparam("party"),
    table.c.key.in_(bindparam("keys", expanding=True)),
)


class Unavailable(Exception):  # noqa: N818 - a state of the database, not one of the five errors
    """The database could not finish: nothing was written, the message waits in the inbox, the sender sends again."""


@dataclass(frozen=True)
class Write:
    """One resource to write. `by`: its author, who gets a stake in it, "" for the hub itself; `known`: it is the new state
    of a resource that the record has."""

    resource: dict[str, Any]
    by: str
    known: bool = False


@dataclass(frozen=True)
class Admission:
    """What admitting a message writes: resources in the order of `hub.mapping`, and the answer. Without resources, the state
    of the message becomes `noted`."""

    writes: tuple[Write, ...]
    answer: StoredAnswer


@dataclass(frozen=True)
class Admitted:
    """The answer to a message. `is_repeated`: the message was admitted before, and this is the answer that it got;
    `makes_again`: as in `Lookup`."""

    answer: StoredAnswer
    is_repeated: bool = False
    makes_again: bool = False


def admit(
    store: Store,
    message: InboxMessage,
    key: MessageKey,
    build: Callable[[Lookup], Admission],
    *,
    lasts: int | None = None,
) -> Admitted:
    """Claim `key` and write what `build` returns; all of it is durable on return.

    `build` runs inside the transaction, and its `Lookup` is all that it sees of the record. Raises Conflict
    `message-id-reused` when other content came under this key, Unavailable when the database gave up, and whatever `build` or
    the record raise; nothing is then written.

    `lasts`: for a key that is a digest of the content, how long (µs) the same content is the same demand while that is open;
    afterwards the key passes to the new one (`docs/parts.md` 24). None: for ever.
    """
    try:
        with store.write() as connection:
            unit = UnitOfWork(connection, tick(store, connection), store.new_id)
            lookup = Lookup(connection, unit, message.party, store.seal_keys)
            again = lasts is not None and _release_key(connection, message, key, lookup, lasts)
            earlier = _find_answer(connection, message, key)
            if earlier is not None:
                return Admitted(earlier, is_repeated=True)
            admission = build(replace(lookup, makes_again=again))
            _write(unit, admission)
            _save_message(connection, message, key, admission, unit.time if again else message.received)
            _write_trace(store, unit, message, admission)
            return Admitted(admission.answer, makes_again=again)
    except FAILURES as fault:
        raise Unavailable from fault


def refuse(
    store: Store,
    message: InboxMessage,
    cause: str,
    answer: StoredAnswer,
    build: Callable[[Lookup], tuple[Write, ...]],
    *,
    key: MessageKey,
) -> None:
    """Make the message a dead letter of `cause` that claims `key`, with the resources that `build` returns for those who decide
    about it."""
    try:
        with store.write() as connection:
            unit = UnitOfWork(connection, tick(store, connection), store.new_id)
            _write(unit, Admission(build(Lookup(connection, unit, message.party, store.seal_keys)), answer))
            inbox.mark_dead(connection, message, cause, answer, key, claims=True)
    except FAILURES as fault:
        raise Unavailable from fault


def _release_key(connection: Connection, message: InboxMessage, key: MessageKey, lookup: Lookup, lasts: int) -> bool:
    """Release a key whose demand is no longer open, or older than `lasts`; return whether it was."""
    parameters = {"source": message.source, "party": message.party, "keys": [key.format()]}
    first = connection.execute(_SELECT_CLAIMED, parameters).first()
    if first is None or not first.task:
        return False
    if lookup.is_undecided(first.task) and lookup.unit.time - first.received <= lasts:
        return False
    connection.execute(update(table).where(table.c.mid == first.mid).values(key=None))
    return True


def _find_answer(connection: Connection, message: InboxMessage, key: MessageKey) -> StoredAnswer | None:
    """Return the answer stored under `key`, if it was to this content; this copy then becomes a repeat without bytes. A dead
    letter is tried again."""
    # A message of before version 0009 is stored under its id alone.
    keys = [key.format(), key.message_id]
    parameters = {"source": message.source, "party": message.party, "keys": keys}
    first = connection.execute(_SELECT_CLAIMED, parameters).first()
    if first is None:
        return None
    if message.content != first.content and message.sha256 != first.sha256:
        raise Conflict(REUSED)
    if first.state == inbox.DEAD:
        return None
    answer = StoredAnswer(first.answer, first.answer_type, first.task or "")
    if first.mid != message.mid and message.has_body:
        changes = {"task": first.task, "answer": answer.body, "answer_type": answer.media_type}
        inbox.save(connection, message, state=inbox.REPEATED, raw=b"", cause="", **changes)
    return answer


def _write(unit: UnitOfWork, admission: Admission) -> None:
    for write in admission.writes:
        if write.known:
            unit.replace(f"{write.resource['resourceType']}/{write.resource['id']}", write.resource, by=write.by)
        else:
            unit.create(write.resource, by=write.by)
    if admission.writes:
        flush(unit)


def _save_message(
    connection: Connection, message: InboxMessage, key: MessageKey, admission: Admission, received: int
) -> None:
    answer = admission.answer
    changes: dict[str, Any] = {
        "received": received,
        "key": key.format(),
        "number": key.number,
        "application": key.application[:KEY_WIDTH],
        "cause": "",
        "answer": answer.body,
        "answer_type": answer.media_type,
    }
    changes |= {"state": inbox.ADMITTED if admission.writes else inbox.NOTED, "task": answer.task or None}
    if not message.has_body:
        # The message of the table has the bytes, and the person's document those of this row.
        changes["raw"] = b""
    inbox.save(connection, message, **changes)


def _write_trace(store: Store, unit: UnitOfWork, message: InboxMessage, admission: Admission) -> None:
    """Trace what the sender wrote in this transaction (`docs/inbound.md` §1), without what the hub wrote for itself."""
    sender = Actor(message.party, message.role, message.client, session=message.session, account=message.account)
    access = AccessContext(sender, unit.time)
    names = [
        f"{write.resource['resourceType']}/{write.resource['id']}"
        for write in admission.writes
        if write.by == message.party
    ]
    write_trace(unit.connection, store, access, TraceEntry("receive", "", names, message.source))
