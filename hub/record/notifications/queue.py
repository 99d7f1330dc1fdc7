"""Claim the next Subscription that waits for a message, and record the result. A claim belongs to one worker for `LEASE`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import delete, select, update

from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.notifications.compose import HANDSHAKE, Message
from hub.record.notifications.status import move
from hub.record.subscriptions.rows import SECOND, SubscriptionRow, load_rows, lock_row, next_due, set_columns
from hub.record.tables import notice, subscription
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

# How long a claim lasts: longer than an attempt may take (`hub.outgoing.fetcher.TOTAL_SECONDS`, and two transactions), and so
# how long the subscriptions of a worker that was killed wait.
LEASE = 20 * SECOND
# Of how many that wait one is claimed; other workers may have the first of them.
_CANDIDATES = 20


def claim(store: Store, is_free: Callable[[str], bool] = lambda _endpoint: True) -> SubscriptionRow | None:
    """Claim a Subscription that waits for a message and return its row; None when there is none.

    `is_free`: whether one with this endpoint may be claimed."""
    now, lease = store.now(), store.new_id("Lease")
    waits = (subscription.c.status.in_(("requested", "active")), subscription.c.due <= now, subscription.c.busy <= now)
    waiting = select(subscription.c.rid, subscription.c.endpoint).where(*waits)
    with store.autocommit() as connection:
        # There is one writer at a time: with nothing to do, none is kept waiting.
        rows = connection.execute(waiting.order_by(subscription.c.due, subscription.c.rid)).all()
    rids = [row.rid for row in rows if is_free(row.endpoint)]
    if not rids:
        return None
    own = select(subscription).where(*waits, subscription.c.rid.in_(rids[:_CANDIDATES]))
    first = own.order_by(subscription.c.due, subscription.c.rid).limit(1)
    with store.write() as connection:
        for row in load_rows(connection, first.with_for_update(skip_locked=True)):
            set_columns(connection, row.rid, busy=now + LEASE, lease=lease)
            return row._replace(lease=lease)
    return None


def close(store: Store, message: Message, delivered: bool, delays: Sequence[int], gone: bool = False) -> None:
    """Record the result of `message`.

    `delivered`: the endpoint accepted it. Otherwise the next attempt follows after one of `delays` (seconds); when these are
    used up, the Subscription is in error. `gone`: the endpoint answered 410, and the Subscription is switched off."""
    with store.write() as connection:
        time = tick(store, connection)
        row = lock_row(connection, message.rid)
        if row is None or row.lease != message.lease:
            return  # the Subscription was changed, or another worker has claimed it
        unit = UnitOfWork(connection, time, store.new_id)
        if gone:
            move(unit, row, "off", "endpoint-gone", due=EVER)
        elif delivered:
            _record_delivery(unit, row, message, store.now())
        elif row.attempts >= len(delays):
            fault = "handshake-failed" if message.kind == HANDSHAKE else "delivery-failed"
            move(unit, row, "error", fault, due=EVER, attempts=0)
        else:
            later = store.now() + delays[row.attempts] * SECOND
            set_columns(connection, row.rid, attempts=row.attempts + 1, due=later, busy=0, lease="")
        flush(unit)


def purge_notices(store: Store, before: int) -> int:
    """Delete the notices of changes before `before` (µs), and return their number."""
    with store.write() as connection:
        return connection.execute(delete(notice).where(notice.c.at < before)).rowcount


def _record_delivery(unit: UnitOfWork, row: SubscriptionRow, message: Message, now: int) -> None:
    conditions = (notice.c.subscription == row.rid, notice.c.message == message.id)
    unit.connection.execute(update(notice).where(*conditions).values(closed=unit.time))
    due = next_due(unit.connection, row, now)
    if message.kind == HANDSHAKE:
        move(unit, row, "active", "", due=due, attempts=0)
    else:
        set_columns(unit.connection, row.rid, due=due, attempts=0, busy=0, lease="")
