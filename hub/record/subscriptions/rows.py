"""A row of `subscription`, by the names of its columns."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from hub.record.tables import subscription


class Row(NamedTuple):
    """What the columns mean is said in `hub.record.tables.deliveries`."""

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


def rows(connection: Connection, wanted: Select[Any]) -> list[Row]:
    """The rows that `wanted`, a select of `subscription`, gives."""
    return [Row(**found._mapping) for found in connection.execute(wanted)]


def locked(connection: Connection, rid: int) -> Row | None:
    """One row, held until commit: who is sending now settles after this."""
    found = rows(connection, select(subscription).where(subscription.c.rid == rid).with_for_update())
    return found[0] if found else None
