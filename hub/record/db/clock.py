"""Time in the record: microseconds inside, FHIR instants outside, and the one-row clock (`docs/writing.md`).

The row is the lock for writers, and each commit has a time of its own: the reading of a clock, or the last time plus one
microsecond if that is later. The reading is drawn by the statement that has the lock: before it, another writer may have taken a
later one. On PostgreSQL the clock that is read is the database's, which is one for all nodes of the hub.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, func, insert, literal_column, select, update

from hub.record.db.dialect import later
from hub.record.tables import clock

if TYPE_CHECKING:
    from hub.record.db.store import Store

# A reading that is ahead of the last commit and of the other clock by more than this (µs) is a wrong one.
LIMIT = 5 * 60 * 1_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NODE = bindparam("node", type_=BigInteger)
# `clock_timestamp` moves within a transaction; `now()` is when it began.
DATABASE_TIME: ColumnElement[Any] = literal_column(
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger
)
CLOCK_TIME = select(clock.c.time).where(clock.c.one == 1).scalar_subquery()


class WrongClock(Exception):  # noqa: N818 - a state of a machine, not one of the five errors
    """The clock of the database or of this machine is wrong by minutes: nothing is written with its time."""


def _build_tick(reading: ColumnElement[Any]) -> Any:
    return (
        update(clock)
        .where(clock.c.one == 1, reading <= later(clock.c.time, _NODE) + LIMIT)
        .values(time=later(clock.c.time + 1, reading))
        .returning(clock.c.time)
    )


_TICK, _TICK_BY_DATABASE = _build_tick(_NODE), _build_tick(DATABASE_TIME)


def instant(moment: int) -> str:
    """Return microseconds since 1970 as a FHIR instant in UTC: `2026-11-21T10:00:00.000000Z`."""
    seconds, rest = divmod(moment, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def tick(store: Store, connection: Connection) -> int:
    """Return the commit time of this transaction (µs), later than all before, and lock the clock until it commits.

    Raises WrongClock when the database's clock is minutes ahead both of the last commit and of this machine's clock."""
    statement = _TICK_BY_DATABASE if store.reads_database_time else _TICK
    time = connection.execute(statement, {"node": store.now()}).scalar_one_or_none()
    if time is None:
        if connection.scalar(select(CLOCK_TIME)) is not None:
            raise WrongClock
        time = store.now()
        connection.execute(insert(clock).values(one=1, time=time))
    store.note_time(time)
    return int(time)


def read_clock(store: Store, connection: Connection) -> int:
    """Return the time of the last commit (µs); `store.get_time` is no earlier from now on."""
    time = connection.scalar(select(func.coalesce(CLOCK_TIME, 0))) or 0
    store.note_time(time)
    return time
