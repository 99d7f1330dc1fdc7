"""Compose the next message to a subscriber: its events are numbered and the message gets its id before it is sent.

The numbers and the trace are committed first (`docs/parts.md` 20). If a worker dies after sending, the next one sends the same
numbers under the same id. A number that was tried is never used for another event: a receiver that took it without confirming
would mistake the second event for the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, select, update

from hub.record.access.predicate import AccessContext
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.store import Store
from hub.record.notifications.authorize import OutboxChange, filter_allowed, load_actor, read_subscriber
from hub.record.notifications.fanout import holds_changes
from hub.record.notifications.status import Event, SubscriptionStatus, end, read_status
from hub.record.subscriptions import secrets
from hub.record.subscriptions.rows import SubscriptionRow, lock_row, next_due, set_columns
from hub.record.tables import notice

HANDSHAKE, HEARTBEAT, NOTIFICATION = "handshake", "heartbeat", "event-notification"

# For how long (µs) a subscription waits for changes that are on their way.
PAUSE = 200_000

_COLUMNS = ("oid", "rid", "name", "at", "said")
_NUMBER = (
    update(notice)
    .where(notice.c.oid == bindparam("b_oid"))
    .values(number=bindparam("b_number", type_=BigInteger), message=bindparam("b_message"))
)


@dataclass(frozen=True)
class Message:
    """A message to one subscriber. `id`: the same at each attempt. `secrets`: those that sign it, the present one first."""

    id: str
    kind: str
    status: SubscriptionStatus
    events: tuple[Event, ...]
    endpoint: str
    media_type: str
    headers: tuple[str, ...]
    secrets: tuple[bytes, ...]
    seconds: int
    rid: int
    lease: str


def compose(store: Store, row: SubscriptionRow, base: str, upto: int) -> Message | None:
    """The message that the claimed `row` is to be sent, authorized now; None when there is nothing to send, or nobody.

    `upto`: the time (µs) up to which the worker has emptied the outbox; later changes wait for its next round. While another
    worker has some of these changes in hand, the subscription waits too."""
    with store.read() as connection:
        actor = load_actor(connection, read_subscriber(row))
    if actor is None:
        end(store, row.rid, "off", "subscription-revoked")
        return None
    try:
        if row.status == "requested":
            return _build_message(store, row, HANDSHAKE, f"msg_{row.lease}", ())
        access = AccessContext(actor, store.get_time())
        notices = _load_notices(store, row, upto)
        if notices is None:
            _postpone(store, row)
            return None
        allowed = filter_allowed(
            store, access, read_subscriber(row), [_build_change(waiting) for waiting in notices], base
        )
        return _compose(store, access, row, notices, {change.oid for change in allowed})
    except secrets.Lost:
        # The key that encrypted the secrets is no longer configured: the message could not be signed.
        end(store, row.rid, "error", "subscription-key-lost")
        return None


def _postpone(store: Store, row: SubscriptionRow) -> None:
    """Give the subscription back until the changes that are being taken from the outbox are."""
    with store.write() as connection:
        row_now = lock_row(connection, row.rid)
        if row_now is not None and row_now.lease == row.lease:
            set_columns(connection, row.rid, due=store.now() + PAUSE, busy=0, lease="")


def _load_notices(store: Store, row: SubscriptionRow, upto: int) -> list[Any] | None:
    """The notices of the message under way, or else of the next one: those asked for again, then those never sent.

    None when a new message has to wait for the outbox."""
    own = (notice.c.subscription == row.rid, notice.c.closed.is_(None))
    under_way = select(notice).where(*own, notice.c.message != "").order_by(notice.c.number)
    order = (notice.c.number.is_(None), notice.c.number, notice.c.at, notice.c.oid)
    with store.read() as connection:
        if same_again := list(connection.execute(under_way)):
            return same_again
        notices = list(
            connection.execute(select(notice).where(*own, notice.c.at <= upto).order_by(*order).limit(row.most))
        )
        is_later = not notices and connection.execute(select(notice.c.oid).where(*own).limit(1)).first() is not None
        return None if is_later or holds_changes(connection, upto) else notices


def _build_change(row: Any) -> OutboxChange:
    return OutboxChange(**{name: getattr(row, name) for name in _COLUMNS})


def _compose(
    store: Store, access: AccessContext, row: SubscriptionRow, notices: list[Any], allowed: set[str]
) -> Message | None:
    """Number the events of those of `notices` that are `allowed`, and commit them; the others are dropped."""
    now = store.now()
    with store.write() as connection:
        row_now = lock_row(connection, row.rid)
        if row_now is None or row_now.lease != row.lease:
            return None
        _drop(connection, row.rid, [waiting for waiting in notices if waiting.oid not in allowed], now)
        allowed_notices = [waiting for waiting in notices if waiting.oid in allowed]
        if not allowed_notices:
            if not notices and row_now.heartbeat:
                return _build_message(store, row_now, HEARTBEAT, f"msg_{row_now.lease}", ())
            set_columns(connection, row.rid, due=next_due(connection, row_now, now), busy=0, lease="")
            return None
        message = allowed_notices[0].message or f"msg_{store.new_id('Notification')}"
        events = _number_events(connection, row_now, allowed_notices, message)
        names = dict.fromkeys(event.name for event in events)
        write_trace(connection, store, access, TraceEntry("notify", row.type, names))
        row_now = row_now._replace(events=max([row_now.events, *(event.number for event in events)]))
    return _build_message(store, row_now, NOTIFICATION, message, tuple(events))


def _drop(connection: Connection, rid: int, lost: list[Any], now: int) -> None:
    """Drop notices that may not be sent any more: delete those without a number, close those whose number was tried."""
    for never in (True, False):
        oids = [dropped.oid for dropped in lost if (dropped.number is None) is never]
        conditions = (notice.c.subscription == rid, notice.c.oid.in_(oids))
        if oids:
            connection.execute(
                delete(notice).where(*conditions) if never else update(notice).where(*conditions).values(closed=now)
            )


def _number_events(
    connection: Connection, row: SubscriptionRow, allowed_notices: list[Any], message: str
) -> list[Event]:
    events, last = [], row.events
    for row_waiting in allowed_notices:
        number = row_waiting.number
        if number is None:
            number = last = last + 1
        events.append(Event(number, row_waiting.at, row_waiting.name))
    numbered = zip(allowed_notices, events, strict=True)
    values = [
        {"b_oid": row_waiting.oid, "b_number": event.number, "b_message": message} for row_waiting, event in numbered
    ]
    connection.execute(_NUMBER.where(notice.c.subscription == row.rid), values)
    set_columns(connection, row.rid, events=last)
    return events


def _build_message(store: Store, row: SubscriptionRow, kind: str, name: str, events: tuple[Event, ...]) -> Message:
    former = row.former if row.former_until > store.now() else b""
    return Message(
        id=name,
        kind=kind,
        status=read_status(row),
        events=events,
        endpoint=row.endpoint,
        media_type=row.media_type,
        headers=secrets.open_headers(row.headers, row.name, store.seal_keys),
        secrets=secrets.open_secrets(store, row.name, row.secret, former),
        seconds=row.seconds,
        rid=row.rid,
        lease=row.lease,
    )
