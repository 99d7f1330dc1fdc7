"""The inbox: messages as they came, stored before anything is parsed, and dead letters, those that were refused
(`docs/inbound.md` §7; `docs/parts.md` 24).

A message is durable when `keep` returns. The same content again is not stored again: it leads to the row that has it.
Causes of dead letters are codes and places, never values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from hub.domain.actor import Actor
from hub.domain.errors import NotFound
from hub.record.admission.content import hash_content
from hub.record.admission.message_key import KEY_WIDTH, MessageKey
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables.inbox import message as table

RECEIVED, ADMITTED, REPEATED, DEAD, NOTED = "received", "admitted", "repeated", "dead", "noted"
ANSWERED = (ADMITTED, NOTED)
_CAUSE_WIDTH = 200
_PURGED_AT_ONCE = 500

_SELECT_SAME = select(table).where(table.c.source == bindparam("source"), table.c.content == bindparam("content"))
_SELECT_STATE = select(table.c.state).where(table.c.mid == bindparam("mid"))
_SELECT_ONE = select(table).where(table.c.mid == bindparam("mid"))


@dataclass(frozen=True)
class StoredAnswer:
    """An answer that was given: the same bytes whenever the message comes again. `task`: `Task/<id>`, or ""."""

    body: bytes
    media_type: str
    task: str = ""


@dataclass(frozen=True)
class InboxMessage:
    """A message in the inbox.

    `received`: when it first came, in microseconds; `client`, `party`: who sent it; `sha256`: of its bytes; `content`: of
    its content (`hash_content`); `answer`: the one that it got when it was admitted before; `has_body`: False for a row of
    a table, whose bytes are in the message of the table; `role`, `session`, `account`: of who brings it now, for the trace, ""
    in a replay."""

    mid: str
    source: str
    client: str
    party: str
    media_type: str
    sha256: str
    content: str
    received: int
    body: bytes
    answer: StoredAnswer | None = None
    has_body: bool = True
    role: str = ""
    session: str = ""
    account: str = ""

    def extract_row(self, number: int, body: bytes) -> InboxMessage:
        """Return row `number` of this table as a message of its own, with its bytes. The same table gives the same `mid`."""
        row = replace(self, mid=f"{self.mid}.{number}", body=body, answer=None, has_body=False)
        return replace(row, sha256=sha256(body).hexdigest(), content=hash_content(body))


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter as a list shows it, without content."""

    mid: str
    source: str
    cause: str
    received: int


def keep(
    store: Store, actor: Actor, *, source: str, media_type: str, body: bytes, process_again: bool = False
) -> InboxMessage:
    """Store `body` from `actor`, durably.

    Content that was admitted before comes back with its answer; `process_again` leaves it out, so that the rows of a
    table are gone through once more. Content that waits or was refused before is found, not stored again."""
    row: dict[str, Any] = {
        "source": source,
        "client": actor.client,
        "party": actor.party,
        "media_type": media_type,
        "sha256": sha256(body).hexdigest(),
        "content": hash_content(body),
    }
    row |= {"mid": store.new_id("Message"), "received": store.now(), "raw": body, "state": RECEIVED}
    with store.write() as connection:
        earlier = _find_earlier(connection, row)
        if earlier is None:
            connection.execute(insert(table), row)
            return _make_message(row)
        if earlier["state"] in ANSWERED and not process_again:
            copied = {name: earlier[name] for name in ("task", "answer", "answer_type")}
            connection.execute(insert(table), row | copied | {"raw": b"", "state": REPEATED})
            answer = StoredAnswer(earlier["answer"], earlier["answer_type"], earlier["task"] or "")
            return _make_message(earlier, body, answer)
        return _make_message(earlier, body)


def _find_earlier(connection: Connection, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the row of the same content from the same organisation: one that was answered, else the first. Rows of tables
    and repeats have no bytes of their own."""
    same = connection.execute(_SELECT_SAME, {"source": row["source"], "content": row["content"]}).mappings()
    rows = [dict(mapping) for mapping in same]
    own = [r for r in rows if r["party"] == row["party"] and r["state"] != REPEATED and "." not in r["mid"]]
    return min(own, key=lambda r: (r["state"] not in ANSWERED, r["received"], r["mid"]), default=None)


def save(connection: Connection, message: InboxMessage, **changes: Any) -> None:
    """Set `changes` on the message; a row of a table is inserted here for the first time."""
    if connection.execute(update(table).where(table.c.mid == message.mid).values(**changes)).rowcount:
        return
    values: dict[str, Any] = {
        "mid": message.mid,
        "source": message.source,
        "client": message.client,
        "party": message.party,
        "raw": message.body,
    }
    values |= {"media_type": message.media_type, "sha256": message.sha256, "content": message.content}
    values |= {"received": message.received}
    connection.execute(insert(table), values | changes)


def close_table(store: Store, message: InboxMessage, answer: StoredAnswer) -> None:
    """Store the answer to a table whose rows were all gone through; each row has its own state. If a copy of the table was
    closed meanwhile, this one becomes a repeat and its bytes are removed."""
    changes: dict[str, Any] = {
        "state": ADMITTED,
        "cause": "",
        "answer": answer.body,
        "answer_type": answer.media_type,
    }
    with store.write() as connection:
        tick(store, connection)
        first = _find_earlier(
            connection, {"source": message.source, "content": message.content, "party": message.party}
        )
        if first is not None and first["state"] == ADMITTED and first["mid"] != message.mid:
            changes |= {"state": REPEATED, "raw": b""}
        save(connection, message, **changes)


def dead_letter(
    store: Store,
    message: InboxMessage,
    cause: str,
    answer: StoredAnswer,
    key: MessageKey | None = None,
    *,
    claims: bool = False,
) -> None:
    """Make the message a dead letter of `cause` (`code@place, …`), and store the answer that its sender got. A message that
    was admitted stays so. `key`: what its sender calls it, None where that could not be read; `claims`: no other message may have
    this key any more."""
    with store.write() as connection:
        mark_dead(connection, message, cause, answer, key, claims=claims)


def mark_dead(
    connection: Connection,
    message: InboxMessage,
    cause: str,
    answer: StoredAnswer,
    key: MessageKey | None = None,
    *,
    claims: bool = False,
) -> None:
    """Do what `dead_letter` does, in the transaction of `connection`."""
    changes = {
        "state": DEAD,
        "cause": cause[:_CAUSE_WIDTH],
        "answer": answer.body,
        "answer_type": answer.media_type,
        "key": key.format() if key is not None and claims else None,
        "number": key.number if key is not None else "",
        "application": key.application[:KEY_WIDTH] if key is not None else "",
    }
    if connection.scalar(_SELECT_STATE, {"mid": message.mid}) not in ANSWERED:
        save(connection, message, **changes)


def list_dead_letters(store: Store, *, cause: str = "", since: int = 0, limit: int = 1000) -> list[DeadLetter]:
    """Return the dead letters received at or after `since` with `cause` (a code) among theirs, the oldest first."""
    columns = (table.c.mid, table.c.source, table.c.cause, table.c.received)
    dead = select(*columns).where(table.c.state == DEAD, table.c.received >= since)
    with store.read() as connection:
        letters = [DeadLetter(*row) for row in connection.execute(dead.order_by(table.c.received, table.c.mid))]
    return [letter for letter in letters if not cause or cause in _list_codes(letter.cause)][:limit]


def _list_codes(cause: str) -> set[str]:
    return {part.partition("@")[0] for part in cause.split(", ")}


def reopen(store: Store, mid: str) -> InboxMessage:
    """Return a dead letter, to be tried again. NotFound when there is none of that `mid`."""
    with store.read() as connection:
        row = connection.execute(_SELECT_ONE, {"mid": mid}).mappings().first()
    if row is None or row["state"] != DEAD:
        raise NotFound
    return _make_message(dict(row))


def purge_noted(store: Store, before: int) -> int:
    """Remove the bytes of notices about people not followed that came before `before`; return how many. The rows stay, so that a
    copy of the message gets the same answer."""
    old = (table.c.state == NOTED, table.c.received < before, table.c.raw != b"")
    with store.write() as connection:
        return connection.execute(update(table).where(*old).values(raw=b"")).rowcount


def _make_message(row: dict[str, Any], body: bytes | None = None, answer: StoredAnswer | None = None) -> InboxMessage:
    values = {
        name: row[name] for name in ("mid", "source", "client", "party", "media_type", "sha256", "content", "received")
    }
    return InboxMessage(**values, body=row["raw"] if body is None else body, answer=answer)


def count_dead_letters(store: Store) -> tuple[int, int]:
    """Return how many dead letters there are, and when the oldest came (µs; 0 when there is none)."""
    dead = select(func.count(), func.coalesce(func.min(table.c.received), 0)).where(table.c.state == DEAD)
    with store.read() as connection:
        count, oldest = connection.execute(dead).one()
    return count, oldest


def purge_dead_letters(store: Store, before: int) -> int:
    """Remove the dead letters that came before `before`, and the messages that were never answered; return how many.

    Their bytes hold identities. They are removed with their rows, so that the same message again is a new one; only the row of
    a notice stays, as that of one about a person not followed. The bytes of a table of which no row was admitted are removed
    too. At most 500 at a time, since other senders wait meanwhile."""
    old = select(table.c.mid).where(table.c.state.in_((DEAD, RECEIVED)), table.c.received < before)
    with store.write() as connection:
        mids = list(connection.scalars(old.order_by(table.c.received).limit(_PURGED_AT_ONCE)))
        notices = (table.c.mid.in_(mids), table.c.key.is_not(None))
        connection.execute(update(table).where(*notices).values(state=NOTED, cause="", raw=b""))
        connection.execute(delete(table).where(table.c.mid.in_(mids), table.c.key.is_(None)))
        for mid in {mid.rpartition(".")[0] for mid in mids} - {""}:
            rows = select(table.c.mid).where(table.c.mid.startswith(f"{mid}.", autoescape=True))
            if connection.scalar(rows.limit(1)) is None:
                connection.execute(update(table).where(table.c.mid == mid).values(raw=b""))
    return len(mids)
