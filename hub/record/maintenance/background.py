"""Whether the work that no request waits for is being done: the last good round of a worker, and the oldest change that waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from hub.record.db.store import Store
from hub.record.tables import outbox, worker_round


@dataclass(frozen=True)
class Background:
    """`last_round`: when a worker last ended a round in which no job failed. `oldest_change`: when the oldest change in the
    outbox was made. Both in microseconds; None when there is none."""

    last_round: int | None
    oldest_change: int | None


def note_round(store: Store) -> None:
    """Note that a worker ended a round now in which no job failed."""
    with store.write_relaxed() as connection:
        now = store.now()
        if not connection.execute(update(worker_round).where(worker_round.c.one == 1).values(at=now)).rowcount:
            connection.execute(insert(worker_round).values(one=1, at=now))


def read_background(connection: Connection) -> Background:
    """Return how far the work is."""
    return Background(
        connection.scalar(select(func.max(worker_round.c.at))), connection.scalar(select(func.min(outbox.c.at)))
    )
