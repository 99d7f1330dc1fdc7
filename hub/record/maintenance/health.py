"""Whether the database answers at all."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub.record.db.store import Store


def answers(store: Store) -> bool:
    """One empty question to the database of `store`."""
    try:
        with store.read() as connection:
            return connection.scalar(select(1)) == 1
    except SQLAlchemyError:
        return False
