"""Turn the rows of the outbox into notices for the Subscriptions that may see the change, by any number of workers.

A worker leases rows of the outbox, evaluates them as each subscriber outside of any writing transaction, and then inserts the
notices and deletes the rows in one transaction. If it dies, its rows go to the next worker; each notice exists once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, case, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.record.access.predicate import AccessContext
from hub.record.db.clock import read_clock
from hub.record.db.store import Store
from hub.record.notifications.authorize import OutboxChange, filter_allowed, load_actor, read_subscriber
from hub.record.subscriptions.rows import SubscriptionRow, load_rows
from hub.record.tables import notice, outbox, resource, subscription

# Rows of the outbox that a worker leases at once (search accepts at most 50 values of a parameter), and for how long (µs).
MOST = 50
LEASE = 15_000_000

_NAMED = (
    select(outbox.c.oid, outbox.c.rid, resource.c.type, resource.c.id, outbox.c.at, outbox.c.said)
    .join_from(outbox, resource, outbox.c.rid == resource.c.rid)
    .order_by(outbox.c.at, outbox.c.oid)
)


def read_last_change(store: Store) -> int:
    """The time of the last commit (µs): every change up to it is in the outbox, or was taken out of it."""
    with store.autocommit() as connection:
        return read_clock(store, connection)


def fan_out(store: Store, base: str, upto: int | None = None) -> int:
    """Take every change up to `upto` (µs; default: the last commit) out of the outbox. Returns how many.

    `base`: the FHIR base. Changes that a subscriber may not see lie between those that it sees. Were deliveries to begin
    before all of them are taken, their number would decide which events share a message (`docs/leaks.md` L92)."""
    last = read_last_change(store) if upto is None else upto
    amount = 0
    while count := _fan_out_some(store, base, last):
        amount += count
    return amount


def holds_changes(connection: Connection, upto: int) -> bool:
    """Whether a change up to `upto` is still in the outbox, for this worker or for another one that is at work on it."""
    return bool(connection.scalar(select(exists().where(outbox.c.at <= upto))))


def _fan_out_some(store: Store, base: str, upto: int) -> int:
    with store.autocommit() as connection:
        # There is one writer at a time: with nothing to do, none is kept waiting.
        if connection.execute(_select_due(store.now(), upto)).first() is None:
            return 0
    with store.write() as connection:
        oids = _lease(connection, store.now(), upto)
        changes = _load_changes(connection, oids)
        subscriptions = _load_subscriptions(connection, {change.name.partition("/")[0] for change in changes})
        if oids and not subscriptions:
            connection.execute(delete(outbox).where(outbox.c.oid.in_(oids)))
    if not oids or not subscriptions:
        return len(oids)
    new_notices = [row for listening in subscriptions for row in _build_notices(store, listening, changes, base)]
    with store.write() as connection:
        _put(connection, store.now(), new_notices)
        connection.execute(delete(outbox).where(outbox.c.oid.in_(oids)))
    return len(oids)


def _select_due(now: int, upto: int) -> Select[Any]:
    due = select(outbox.c.oid).where(outbox.c.due <= now, outbox.c.at <= upto)
    return due.order_by(outbox.c.at, outbox.c.oid).limit(MOST)


def _lease(connection: Connection, now: int, upto: int) -> list[str]:
    oids = list(connection.scalars(_select_due(now, upto).with_for_update(skip_locked=True)))
    if oids:
        values = {"due": now + LEASE, "attempts": outbox.c.attempts + 1}
        connection.execute(update(outbox).where(outbox.c.oid.in_(oids)).values(**values))
    return oids


def _load_changes(connection: Connection, oids: list[str]) -> list[OutboxChange]:
    named_rows = connection.execute(_NAMED.where(outbox.c.oid.in_(oids))) if oids else ()
    return [OutboxChange(row.oid, row.rid, f"{row.type}/{row.id}", row.at, row.said) for row in named_rows]


def _load_subscriptions(connection: Connection, types: Iterable[str]) -> list[SubscriptionRow]:
    """Return the Subscriptions to one of `types` that are not off. One in error also collects notices, as it may be resumed."""
    new_notices = select(subscription).where(subscription.c.type.in_(sorted(types)), subscription.c.status != "off")
    return load_rows(connection, new_notices.order_by(subscription.c.rid))


def _build_notices(store: Store, row: SubscriptionRow, changes: list[OutboxChange], base: str) -> list[dict[str, Any]]:
    subscriber = read_subscriber(row)
    candidates = [
        change for change in changes if change.name.startswith(f"{row.type}/") and row.since <= change.at < row.until
    ]
    with store.read() as connection:
        actor = load_actor(connection, subscriber) if candidates else None
    if actor is None:
        return []
    allowed = filter_allowed(store, AccessContext(actor, store.get_time()), subscriber, candidates, base)
    return [
        vars(change) | {"subscription": row.rid, "number": None, "message": "", "closed": None} for change in allowed
    ]


def _put(connection: Connection, now: int, new_notices: list[dict[str, Any]]) -> None:
    if not new_notices:
        return
    put = postgresql.insert(notice) if connection.dialect.name == "postgresql" else sqlite.insert(notice)
    connection.execute(put.on_conflict_do_nothing(index_elements=list(notice.primary_key)), new_notices)
    # Subscriptions with failed attempts keep the time of their next attempt.
    awake = (subscription.c.status == "active", subscription.c.attempts == 0, subscription.c.due > now)
    rids = sorted({row["subscription"] for row in new_notices})
    sooner = case((subscription.c.due > now, now), else_=subscription.c.due)
    connection.execute(update(subscription).where(subscription.c.rid.in_(rids), *awake).values(due=sooner))
