"""The clocks that must agree: this machine's, the database's, and the record's own (`docs/writing.md` §2)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hub.record.db.clock import CLOCK_TIME, DATABASE_TIME, LIMIT
from hub.record.db.store import Store

# How far (µs) the clocks of a node and of the database may differ.
_TOLERANCE = 60 * 1_000_000


@dataclass(frozen=True)
class Clocks:
    """What the clocks say, in microseconds. `node`: this machine; `database`: the same on SQLite, and where a clock was injected;
    `last`: the time of the last commit."""

    node: int
    database: int
    last: int

    def are_apart(self) -> bool:
        """Return whether the clocks of the node and of the database differ by more than a minute."""
        return abs(self.node - self.database) > _TOLERANCE

    def is_record_ahead(self) -> bool:
        """Return whether the last commit has a time that both clocks have yet to reach, by more than five minutes."""
        return self.last > max(self.node, self.database) + LIMIT


def compare_clocks(store: Store, connection: Connection) -> Clocks:
    """Read the clocks, in one statement."""
    last = func.coalesce(CLOCK_TIME, 0)
    if not store.reads_database_time:
        node = store.now()
        return Clocks(node, node, connection.scalar(select(last)) or 0)
    time, database = connection.execute(select(last, DATABASE_TIME)).one()
    return Clocks(store.now(), database, time)
