"""List the public keys of registered clients, and retire one (`docs/security.md` CA-4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, select, update

from hub.domain.errors import Conflict, NotFound
from hub.record.db.store import Store
from hub.record.tables.partners import client_key


@dataclass(frozen=True)
class KeyPeriod:
    """A key of a client and the period in which it is accepted, in microseconds. `until`: `EVER` without an end. `used`: when it
    last proved the client, None before."""

    client_id: str
    kid: str
    alg: str
    since: int
    until: int
    used: int | None


def list_keys(store: Store, client_id: str = "") -> list[KeyPeriod]:
    """Return the keys that are accepted now or later, of one client or of all, those that end first at the top."""
    chosen = (client_key.c.client_id == client_id,) if client_id else ()
    with store.read() as connection:
        rows = connection.execute(
            select(*(client_key.c[field.name] for field in fields(KeyPeriod)))
            .where(client_key.c.until > store.now(), *chosen)
            .order_by(client_key.c.until, client_key.c.client_id, client_key.c.kid)
        )
        return [KeyPeriod(*row) for row in rows]


def retire_key(store: Store, client_id: str, kid: str, note: Callable[[Connection], None] | None = None) -> None:
    """Stop accepting the key from now on. Its `kid` cannot be used again. `note` traces it in the same transaction.

    Raises NotFound when it is not accepted now; Conflict `key-last` when it is the client's last key."""
    now = store.now()
    with store.write() as connection:
        matching = (client_key.c.client_id == client_id, client_key.c.kid == kid, client_key.c.until > now)
        if not connection.execute(update(client_key).where(*matching).values(until=now)).rowcount:
            raise NotFound
        if not _count_keys(connection, client_id, now):
            raise Conflict("key-last")
        if note is not None:
            note(connection)


def _count_keys(connection: Connection, client_id: str, now: int) -> int:
    matching = (client_key.c.client_id == client_id, client_key.c.since <= now, client_key.c.until > now)
    return connection.scalar(select(func.count()).where(*matching)) or 0
