"""Registered clients: an organisation's software, in one role, with the public keys that prove it is itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain import scopes
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.domain.roles import load_roles
from hub.record.access.grants import add_party
from hub.record.clients.keys import ClientKey, insert_keys, read_keys
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables.partners import client, token

_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_PARTY = re.compile(r"Organization/[A-Za-z0-9.-]{1,64}", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,23}", re.ASCII)


@dataclass(frozen=True)
class Partner:
    """A registered client. `party`: the organisation as a reference. `scopes`: the widest scopes of its tokens, canonical.
    `sources`: the intake sources to which it may send. `keys`: those that are accepted now."""

    client_id: str
    name: str
    party: str
    role: str
    scopes: tuple[str, ...]
    sources: tuple[str, ...] = ()
    keys: tuple[ClientKey, ...] = ()
    lenient_update: bool = False
    can_introspect: bool = False
    active: bool = True


_FIND = select(client).where(client.c.client_id == bindparam("client_id"))


def register(store: Store, partner: Partner, note: Callable[[Connection], None] | None = None) -> None:
    """Add `partner` with its keys; its organisation takes the partner's role. `note` traces it in the same transaction.

    Raises Invalid (`client-id`, `client-party`, `client-role`, `client-source`, `scope-…`: no client exists without a
    role of the policy and an organisation, `docs/leaks.md` L121) and Conflict `client-known` when the name or a `kid` is taken.
    """
    check_partner(partner)
    row = {
        "client_id": partner.client_id,
        "name": partner.name,
        "party": partner.party,
        "role": partner.role,
        "scopes": " ".join(map(str, scopes.parse(" ".join(partner.scopes)))),
        "sources": " ".join(partner.sources),
        "active": partner.active,
        "lenient_update": partner.lenient_update,
        "can_introspect": partner.can_introspect,
        "created": store.now(),
    }
    try:
        with store.write() as connection:
            connection.execute(insert(client).values(row))
            add_party(connection, partner.party, partner.role, tick(store, connection))
            insert_keys(connection, partner.client_id, partner.keys, store.now())
            if note is not None:
                note(connection)
    except IntegrityError:
        raise Conflict("client-known") from None


def check_partner(partner: Partner) -> None:
    """Raises Invalid as `register` does."""
    if _CLIENT_ID.fullmatch(partner.client_id) is None:
        raise Invalid("client-id", where="client_id")
    if _PARTY.fullmatch(partner.party) is None:
        raise Invalid("client-party", where="party")
    if partner.role not in load_roles():
        raise Invalid("client-role", where="role")
    if not all(map(_WORD.fullmatch, partner.sources)):
        raise Invalid("client-source", where="sources")
    # A machine acts for no user, so no other level could ever be used (TK-8).
    if any(scope.level != "system" for scope in scopes.parse(" ".join(partner.scopes))):
        raise Invalid("scope-not-system", where="scopes")


def suspend(store: Store, client_id: str, note: Callable[[Connection], None] | None = None) -> None:
    """Refuse the client from now on and revoke its tokens, in one transaction, in which `note` traces it. Raises NotFound."""
    with store.write() as connection:
        _set_active(connection, client_id, active=False)
        conditions = (token.c.client_id == client_id, token.c.revoked.is_(None))
        connection.execute(update(token).where(*conditions).values(revoked=store.now()))
        if note is not None:
            note(connection)


def resume(store: Store, client_id: str, note: Callable[[Connection], None] | None = None) -> None:
    """Let a suspended client request tokens again. Its revoked tokens and ended Subscriptions stay so. `note` traces it.

    Raises NotFound."""
    with store.write() as connection:
        _set_active(connection, client_id, active=True)
        if note is not None:
            note(connection)


def _set_active(connection: Connection, client_id: str, *, active: bool) -> None:
    if not connection.execute(update(client).where(client.c.client_id == client_id).values(active=active)).rowcount:
        raise NotFound


def find(store: Store, client_id: str) -> Partner | None:
    """Return the client of that name, suspended or not, or None. `client_id` may be any text."""
    if _CLIENT_ID.fullmatch(client_id) is None:
        return None
    with store.read() as connection:
        row = connection.execute(_FIND, {"client_id": client_id}).mappings().first()
        keys = read_keys(connection, [client_id], store.now())
    return None if row is None else _build_partner(row, keys.get(client_id, ()))


def everyone(store: Store) -> list[Partner]:
    """Return all registered clients, sorted by name."""
    with store.read() as connection:
        rows = connection.execute(select(client).order_by(client.c.client_id)).mappings().all()
        keys = read_keys(connection, [row["client_id"] for row in rows], store.now())
    return [_build_partner(row, keys.get(row["client_id"], ())) for row in rows]


def _build_partner(row: RowMapping, keys: Sequence[ClientKey]) -> Partner:
    return Partner(
        client_id=row["client_id"],
        name=row["name"],
        party=row["party"],
        role=row["role"],
        scopes=tuple(row["scopes"].split()),
        sources=tuple(row["sources"].split()),
        keys=tuple(keys),
        lenient_update=row["lenient_update"],
        can_introspect=row["can_introspect"],
        active=row["active"],
    )
