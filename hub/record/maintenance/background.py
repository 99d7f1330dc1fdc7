"""Whether the work that no request waits for is being done: the last good round of a worker, and the oldest change that waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hub.record.db.store import Store
from hub.record.maintenance.health import write_life_sign
from hub.record.tables import life_sign, outbox

_SOURCE = "worker"


@dataclass(frozen=True)
class Background:
    """`last_round`: when a worker last ended a round in which no job failed. `oldest_change`: when the oldest change in the
    outbox was made. Both in microseconds; None when there is none."""

    last_round: int | None
    oldest_change: int | None


def note_round(store: Store) -> None:
    """Note that a worker ended a round now in which no job failed."""
    with store.write_relaxed() as connection:
        write_life_sign(connection, _SOURCE, store.now())


def read_background(connection: Connection) -> Background:
    """Return how far the work is."""
    return Background(
        last_round=connection.scalar(select(life_sign.c.at).where(life_sign.c.source == _SOURCE)),
        oldest_change=connection.scalar(select(func.min(outbox.c.at))),
    )
