"""The status of a Subscription, as in `$status` and in every notification, and how the hub changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from hub.domain.messages import get_text
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.notifications.authorize import load_actors, read_subscriber
from hub.record.subscriptions.rows import SubscriptionRow, load_rows, lock_row
from hub.record.tables import subscription
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush


@dataclass(frozen=True)
class SubscriptionStatus:
    """The status. `name`: `Subscription/id`. `events`: the number of the last event that was sent or tried. `fault`: a code of
    `hub.domain.messages`, or ""."""

    name: str
    topic: str
    status: str
    content: str
    events: int
    fault: str


@dataclass(frozen=True)
class Event:
    """A notice with its number, about `name` (`Type/id`), of the change at `at` (µs)."""

    number: int
    at: int
    name: str


def read_status(row: SubscriptionRow) -> SubscriptionStatus:
    """Return the status in a row of `subscription`."""
    return SubscriptionStatus(row.name, row.topic, row.status, row.content, row.events, row.fault)


def move(unit: UnitOfWork, row: SubscriptionRow, status: str, fault: str, **columns: Any) -> None:
    """Set the status of a Subscription, in its row and in its resource. The caller flushes `unit`."""
    whole = unit.read_whole(row.name)
    after = {name: value for name, value in whole.items() if name != "error"} | {"status": status}
    if fault:
        after["error"] = get_text(fault)
    if after != whole:
        unit.replace(row.name, after, by="")
    values = {"status": status, "fault": fault, "busy": 0, "lease": ""} | columns
    unit.connection.execute(update(subscription).where(subscription.c.rid == row.rid).values(**values))


def end(store: Store, rid: int, status: str, fault: str) -> None:
    """Stop a Subscription: `status` is `off` or `error`, for the reason `fault`. One that is off stays as it is."""
    with store.write() as connection:
        unit = UnitOfWork(connection, tick(store, connection), store.new_id)
        row = lock_row(connection, rid)
        if row is not None and row.status != "off":
            move(unit, row, status, fault, due=EVER)
            flush(unit)


def end_revoked(store: Store) -> int:
    """Switch off the subscriptions whose subscriber lost the right, and those that ended; return how many (`docs/leaks.md` L95).

    Called for all at every turn of the worker, not after a change: the time of the switch would reveal the change."""
    with store.read() as connection:
        live = load_rows(connection, select(subscription).where(subscription.c.status != "off"))
        actors = load_actors(connection, [read_subscriber(row) for row in live])
    revoked = [row.rid for row, actor in zip(live, actors, strict=True) if actor is None]
    over = [row.rid for row in live if row.until <= store.now() and row.rid not in revoked]
    for rid in revoked:
        end(store, rid, "off", "subscription-revoked")
    for rid in over:
        end(store, rid, "off", "subscription-ended")
    return len(revoked) + len(over)
