"""Every trace that a record holds, those that wait beside it too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from hub.record.audit.spool import gather
from hub.record.db.store import Store
from hub.record.tables import trace


def traces(store: Store) -> list[Row[Any]]:
    """In the order of their times."""
    gather(store)
    with store.write() as connection:
        return list(connection.execute(select(trace).order_by(trace.c.at, trace.c.tid)))
