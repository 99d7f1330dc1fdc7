"""Time in the record: microseconds inside, FHIR instants outside, and the one-row clock (`docs/parts.md` 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, Connection, bindparam, case, insert, update

from hub.record.tables import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TICK = (
    update(clock)
    .where(clock.c.one == 1)
    .values(
        time=case((clock.c.time < bindparam("reading", type_=BigInteger), bindparam("reading")), else_=clock.c.time)
    )
    .returning(clock.c.time)
)


def instant(moment: int) -> str:
    """Return microseconds since 1970 as a FHIR instant in UTC: `2026-11-21T10:00:00.000000Z`."""
    seconds, rest = divmod(moment, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def tick(connection: Connection, reading: int) -> int:
    """Return the commit time of this transaction (µs), and lock the clock until commit, so that commits are in order of time.

    If the system clock went back, the last time is returned again: `lastUpdated` never decreases."""
    time = connection.execute(_TICK, {"reading": reading}).scalar_one_or_none()
    if time is None:
        connection.execute(insert(clock).values(one=1, time=reading))
        return reading
    return int(time)
