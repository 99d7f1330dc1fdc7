"""Public keys of registered clients, the periods in which they are accepted, and their rotation (`docs/security.md` CA-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.record.db.store import Store
from hub.record.tables.partners import client, client_key


@dataclass(frozen=True)
class ClientKey:
    """A public key: `alg` is the one algorithm that it verifies, `jwk` its JSON with public members only."""

    kid: str
    alg: str
    jwk: str


_COUNTING = (
    select(client_key.c.client_id, client_key.c.kid, client_key.c.alg, client_key.c.jwk)
    .where(client_key.c.client_id.in_(bindparam("client_ids", expanding=True)))
    .where(client_key.c.since <= bindparam("now"), client_key.c.until > bindparam("now"))
    .order_by(client_key.c.client_id, client_key.c.since, client_key.c.kid)
)


def read_keys(connection: Connection, client_ids: Collection[str], now: int) -> dict[str, list[ClientKey]]:
    """Return {client: its keys that are accepted at `now`}."""
    keys: dict[str, list[ClientKey]] = defaultdict(list)
    for row in connection.execute(_COUNTING, {"client_ids": list(client_ids), "now": now}):
        keys[row.client_id].append(ClientKey(row.kid, row.alg, row.jwk))
    return keys


def insert_keys(connection: Connection, client_id: str, keys: Sequence[ClientKey], now: int) -> None:
    """Accept `keys` for the client from `now` on. Raises IntegrityError when a `kid` of the client was used already."""
    rows = [{"client_id": client_id, "kid": key.kid, "alg": key.alg, "jwk": key.jwk, "since": now} for key in keys]
    if rows:
        connection.execute(insert(client_key), rows)


def rotate(
    store: Store,
    client_id: str,
    keys: Sequence[ClientKey],
    overlap: int,
    note: Callable[[Connection], None] | None = None,
) -> None:
    """Accept `keys` for the client from now on, and its present keys for another `overlap` microseconds, so that its software
    can switch. A `kid` is never used again. `note` traces it in the same transaction.

    Raises NotFound; Conflict `key-known` when a `kid` was used already."""
    now = store.now()
    former = (client_key.c.client_id == client_id, client_key.c.until > now + overlap)
    try:
        with store.write() as connection:
            if connection.execute(select(client).where(client.c.client_id == client_id)).first() is None:
                raise NotFound
            connection.execute(update(client_key).where(*former).values(until=now + overlap))
            insert_keys(connection, client_id, keys, now)
            if note is not None:
                note(connection)
    except IntegrityError:
        raise Conflict("key-known") from None
