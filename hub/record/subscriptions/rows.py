"""A row of `subscription`, by the names of its columns."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, update

from hub.record.tables import notice, subscription
from hub.record.tables.base import EVER

SECOND = 1_000_000


class SubscriptionRow(NamedTuple):
    """A row of `subscription`. `hub.record.tables.deliveries` explains the columns."""

    rid: int
    name: str
    client: str
    party: str
    role: str
    scopes: str
    topic: str
    type: str
    filters: str
    endpoint: str
    headers: bytes
    secret: bytes
    former: bytes
    former_until: int
    media_type: str
    content: str
    seconds: int
    most: int
    heartbeat: int
    status: str
    fault: str
    since: int
    until: int
    events: int
    attempts: int
    due: int
    busy: int
    lease: str


def load_rows(connection: Connection, statement: Select[Any]) -> list[SubscriptionRow]:
    """The rows that `statement`, a select of `subscription`, gives."""
    return [SubscriptionRow(**row._mapping) for row in connection.execute(statement)]


def lock_row(connection: Connection, rid: int) -> SubscriptionRow | None:
    """Return one row and lock it until commit; a worker that is sending records its result afterwards. None: no such row."""
    own = load_rows(connection, select(subscription).where(subscription.c.rid == rid).with_for_update())
    return own[0] if own else None


def set_columns(connection: Connection, rid: int, **columns: Any) -> None:
    """Set `columns` of one row."""
    connection.execute(update(subscription).where(subscription.c.rid == rid).values(**columns))


def next_due(connection: Connection, row: SubscriptionRow, now: int) -> int:
    """Return `now` if a notice waits, else the time of the next heartbeat. The caller has locked the row."""
    waits = select(notice.c.oid).where(notice.c.subscription == row.rid, notice.c.closed.is_(None)).limit(1)
    if connection.execute(waits).first() is not None:
        return now
    return now + int(row.heartbeat) * SECOND if row.heartbeat else EVER
