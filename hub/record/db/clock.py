"""Time in the record: microseconds inside, FHIR instants outside, and the one-row clock (`docs/writing.md`).

The row is the lock for writers, and each commit has a time of its own: the reading of a clock, or the last time plus one
microsecond if that is later. The reading is drawn by the statement that has the lock: before it, another writer may have taken a
later one. On PostgreSQL the clock that is read is the database's, which is one for all nodes of the hub.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol

from prometheus_client import Histogram
from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, func, insert, literal_column, select, update

from hub.record.db.dialect import later
from hub.record.db.locks import close_gate
from hub.record.tables import clock

# A reading that is ahead of the last commit and of the other clock by more than this (µs) is a wrong one.
LIMIT = 5 * 60 * 1_000_000

_TAKEN = "hub clock taken"
# Of the process; `hub.app` puts it into the registry of the application.
CLOCK_HELD = Histogram(
    "hub_clock_held_seconds",
    "How long a writer has kept all others from committing",
    buckets=(0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=None,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NODE = bindparam("node", type_=BigInteger)
# `clock_timestamp` moves within a transaction; `now()` is when it began.
DATABASE_TIME: ColumnElement[Any] = literal_column(
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger
)
CLOCK_TIME = select(clock.c.time).where(clock.c.one == 1).scalar_subquery()


class KeepsTime(Protocol):
    """What this module needs of a `hub.record.db.store.Store`."""

    @property
    def now(self) -> Callable[[], int]: ...
    @property
    def on_postgres(self) -> bool: ...
    @property
    def reads_database_time(self) -> bool: ...
    def note_time(self, time: int, /) -> None: ...


class WrongClock(Exception):  # noqa: N818 - a state of a machine, not one of the five errors
    """The clock of the database or of this machine is wrong by minutes: nothing is written with its time."""


def _build_tick(reading: ColumnElement[Any]) -> Any:
    return (
        update(clock)
        .where(clock.c.one == 1, reading <= later(clock.c.time, _NODE) + LIMIT)
        .values(time=later(clock.c.time + 1, reading, bindparam("least", type_=BigInteger)))
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


def tick(store: KeepsTime, connection: Connection) -> int:
    """Return the commit time of this transaction (µs), later than all before, and lock the clock until it commits: the first step
    of a writer, who works alone.

    Raises WrongClock when the database's clock is minutes ahead both of the last commit and of this machine's clock."""
    if store.on_postgres:
        close_gate(connection)
    return tick_late(store, connection, 0)


def tick_late(store: KeepsTime, connection: Connection, least: int) -> int:
    """Do as `tick`, as the last step before the rows: the writer has locked whom it writes about, and read at the time `least`.

    Raises as `tick`."""
    statement = _TICK_BY_DATABASE if store.reads_database_time else _TICK
    time = connection.execute(statement, {"node": store.now(), "least": least}).scalar_one_or_none()
    if time is None:
        if connection.scalar(select(CLOCK_TIME)) is not None:
            raise WrongClock
        time = max(store.now(), least)
        connection.execute(insert(clock).values(one=1, time=time))
    store.note_time(time)
    connection.info[_TAKEN] = monotonic()
    return int(time)


def note_release(info: dict[Any, Any]) -> None:
    """Note how long a transaction that has ended had the clock, if it took it. `info`: of its connection."""
    taken_at = info.pop(_TAKEN, None)
    if taken_at is not None:
        CLOCK_HELD.observe(monotonic() - taken_at)


def read_clock(store: KeepsTime, connection: Connection) -> int:
    """Return the time of the last commit (µs); `store.get_time` is no earlier from now on."""
    time = connection.scalar(select(func.coalesce(CLOCK_TIME, 0))) or 0
    store.note_time(time)
    return time
