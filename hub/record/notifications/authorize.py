"""Decide as the subscriber whether it may be notified of a change now (`docs/leaks.md` L92–L99).

It may if three conditions hold at the moment of sending: its client still has the scopes and the role; it sees one of the rows
of parts that the change began, so that a change of hidden parts is no event for it; and its slice of the resource meets the
filters, which a search under its predicate decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, case, func, select

from hub.domain.actor import Actor
from hub.domain.errors import Refused
from hub.record.access.predicate import (
    AccessContext,
    build_direct_grant_condition,
    build_grant_condition,
    select_stake_start,
)
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.db.store import Store
from hub.record.search.query.authorize import allow
from hub.record.search.sql.execute import find
from hub.record.subscriptions.request import build_query
from hub.record.subscriptions.rows import SubscriptionRow
from hub.record.tables import client, grant, part

_CLIENTS = select(client.c.client_id, client.c.party, client.c.role, client.c.scopes, client.c.active).where(
    client.c.client_id.in_(bindparam("clients", expanding=True))
)
_BEGUN = (
    select(
        part.c.rid,
        part.c.key,
        part.c.since,
        func.max(case((build_direct_grant_condition(part), 1), else_=0)),
        select_stake_start(part),
    )
    .join_from(part, grant, build_grant_condition(part))
    .where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.since >= bindparam("least", type_=BigInteger))
    .group_by(*part.primary_key)
)


@dataclass(frozen=True)
class Subscriber:
    """Who subscribed, and to which type with which filters, as stored in the row of the Subscription."""

    client: str
    party: str
    role: str
    scopes: tuple[str, ...]
    type: str
    filters: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OutboxChange:
    """A change of a resource. `at`: when, in microseconds. `said`: the `key:since` of the rows of parts that it began, separated
    by spaces."""

    oid: str
    rid: int
    name: str
    at: int
    said: str


def read_subscriber(row: SubscriptionRow) -> Subscriber:
    """Return the subscriber of a row of `subscription`."""
    filters = msgspec.json.decode(row.filters, type=tuple[tuple[str, str], ...])
    scopes = tuple(row.scopes.split())
    return Subscriber(row.client, row.party, row.role, scopes, row.type, filters)


def load_actor(connection: Connection, subscriber: Subscriber) -> Actor | None:
    """Return the subscriber as an actor, or None when its client is suspended, has another role, or lacks the scopes."""
    return load_actors(connection, [subscriber])[0]


def load_actors(connection: Connection, some: Sequence[Subscriber]) -> list[Actor | None]:
    """Return what `load_actor` returns for each of `some`, in one statement."""
    clients = sorted({subscriber.client for subscriber in some})
    registered = {row.client_id: row for row in connection.execute(_CLIENTS, {"clients": clients})} if clients else {}
    return [_as_registered(subscriber, registered.get(subscriber.client)) for subscriber in some]


def _as_registered(subscriber: Subscriber, row: Any | None) -> Actor | None:
    if row is None or not row.active or (row.party, row.role) != (subscriber.party, subscriber.role):
        return None
    # Both must cover the type: the scopes of the token that subscribed, and those for which the client is registered now.
    for scopes in (tuple(row.scopes.split()), subscriber.scopes):
        try:
            allow(Actor(subscriber.party, subscriber.role, subscriber.client, scopes), subscriber.type, "r")
        except Refused:
            return None
    return Actor(subscriber.party, subscriber.role, subscriber.client, subscriber.scopes)


def filter_allowed(
    store: Store, access: AccessContext, subscriber: Subscriber, changes: Sequence[OutboxChange], base: str
) -> list[OutboxChange]:
    """Return those of `changes` of which the subscriber may be notified now, in their order. `access`: the subscriber's."""
    if not changes:
        return []
    with store.read() as connection:
        session = ReadSession(access.actor, access.now, connection, store.seal_keys)
        if store.on_postgres:
            set_rls_context(session)
        return filter_authorized(session, subscriber, changes, base)


def filter_authorized(
    session: ReadSession, subscriber: Subscriber, changes: Sequence[OutboxChange], base: str
) -> list[OutboxChange]:
    """Do what `filter_allowed` does in an open read session, in two statements."""
    begun = _load_started_rows(session, changes)
    visible_changes = [
        change
        for change in changes
        if any(tuple(map(int, begun_row.split(":"))) in begun.get(change.rid, ()) for begun_row in change.said.split())
    ]
    ids = sorted({change.name.partition("/")[2] for change in visible_changes})
    if not ids:
        return []
    matching = find(session, build_query(subscriber.type, subscriber.filters, ids), None, base).names
    return [change for change in visible_changes if change.rid in matching]


def _load_started_rows(session: ReadSession, changes: Sequence[OutboxChange]) -> dict[int, set[tuple[int, int]]]:
    """Return {rid: {(key, since)}} of the rows of parts that are visible now.

    Rows that only a stake opens count from the start of the stake, as in history (`docs/parts.md` 14)."""
    binds = {"rids": sorted({change.rid for change in changes}), "least": min(change.at for change in changes)}
    begun_of: dict[int, set[tuple[int, int]]] = {}
    for rid, key, since, granted_it, begun in session.connection.execute(_BEGUN, session.params | binds):
        if granted_it or begun is None or begun <= since:
            begun_of.setdefault(rid, set()).add((key, since))
    return begun_of
