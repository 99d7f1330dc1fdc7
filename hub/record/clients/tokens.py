"""Access tokens and used assertions. A token is 256 random bits; the record keeps its SHA-256 and no cache is kept of
it, so a token that is revoked is refused at the next request (`docs/security.md` D3, `docs/leaks.md` L128)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.actor import Actor
from hub.record.db.clock import CLOCK_TIME
from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store
from hub.record.tables.partners import assertion_seen, client, client_key, token

LIFETIME = 300  # seconds (TK-9)
_SECOND = 1_000_000


@dataclass(frozen=True)
class Issued:
    """The data of a valid token, without its text. Times are in microseconds."""

    jti: str
    client_id: str
    scopes: tuple[str, ...]
    issued: int
    expires: int


# Built once, because `_ACTOR` runs at every request. One row says whether the token is valid and its client active.
_TOKENS_OF_CLIENTS = token.join(client, token.c.client_id == client.c.client_id)
_ALIVE = (
    token.c.hash == bindparam("hash"),
    token.c.expires > bindparam("now"),
    token.c.revoked.is_(None),
    client.c.active,
)
_ACTOR = CompiledStatement(
    select(
        client.c.party,
        client.c.role,
        token.c.client_id,
        token.c.scopes,
        token.c.jti,
        client.c.sources,
        client.c.lenient_update,
        token.c.expires,
        CLOCK_TIME,
    )
    .select_from(_TOKENS_OF_CLIENTS)
    .where(*_ALIVE)
)
_ISSUED = (
    select(token.c.jti, token.c.client_id, token.c.scopes, token.c.issued, token.c.expires)
    .select_from(_TOKENS_OF_CLIENTS)
    .where(*_ALIVE)
)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def issue_token(store: Store, client_id: str, scopes: tuple[str, ...]) -> str:
    """Return a new token for the client with these canonical scopes. Its text is not stored."""
    text, now = secrets.token_urlsafe(32), store.now()
    row = {
        "hash": _hash(text),
        "jti": secrets.token_hex(16),
        "client_id": client_id,
        "scopes": " ".join(scopes),
        "issued": now,
        "expires": now + LIFETIME * _SECOND,
    }
    # If a power cut loses the row, the client requests another token.
    with store.write_relaxed() as connection:
        connection.execute(insert(token), row)
    return text


def token_actor(store: Store, text: str) -> tuple[Actor, int] | None:
    """Return the actor of the token and its end (µs); None when it is unknown, expired or revoked, or its client suspended."""
    with store.autocommit() as connection:
        rows = _ACTOR.rows(connection, {"hash": _hash(text), "now": store.now()})
    if not rows:
        return None
    party, role, client_id, scopes, jti, sources, lenient, expires, time = rows[0]
    store.note_time(time or 0)
    return Actor(party, role, client_id, tuple(scopes.split()), jti, tuple(sources.split()), bool(lenient)), expires


def find_token(store: Store, text: str) -> Issued | None:
    """Return the data of the token for introspection, or None as `token_actor`."""
    with store.read() as connection:
        row = connection.execute(_ISSUED, {"hash": _hash(text), "now": store.now()}).first()
    if row is None:
        return None
    return Issued(row.jti, row.client_id, tuple(row.scopes.split()), row.issued, row.expires)


def revoke(store: Store, text: str, client_id: str) -> bool:
    """Revoke the token if it is of this client and not revoked; return whether it was. Durable on return."""
    conditions = (token.c.hash == _hash(text), token.c.client_id == client_id, token.c.revoked.is_(None))
    with store.write() as connection:
        return bool(connection.execute(update(token).where(*conditions).values(revoked=store.now())).rowcount)


def remember_assertion(store: Store, client_id: str, jti: str, until: int, kid: str = "") -> bool:
    """Store (client, `jti`) and return whether it is new, and note that its key `kid` was used. It is committed at once, whatever
    the result of the request."""
    try:
        with store.write_relaxed() as connection:
            connection.execute(insert(assertion_seen).values(client_id=client_id, jti=jti, until=until))
            own = (client_key.c.client_id == client_id, client_key.c.kid == kid)
            connection.execute(update(client_key).where(*own).values(used=store.now()))
    except IntegrityError:
        return False
    return True


def purge_expired(store: Store) -> int:
    """Delete expired tokens and assertions, and return the number of rows."""
    now = store.now()
    with store.write() as connection:
        tokens = connection.execute(delete(token).where(token.c.expires <= now)).rowcount
        return tokens + connection.execute(delete(assertion_seen).where(assertion_seen.c.until <= now)).rowcount
