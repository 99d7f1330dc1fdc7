"""Counters of sign-in attempts, shared by all workers (LA-6). `hub.accounts.entry.throttle` decides by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.record.tables import throttle


@dataclass(frozen=True)
class Count:
    """A counter. `count`: of attempts; `since`: when the count began or was last raised; `until`: no attempt is allowed before.
    Times in microseconds."""

    count: int = 0
    since: int = 0
    until: int = 0


def lock_counts(connection: Connection, buckets: Collection[str]) -> dict[str, Count]:
    """Return the counters of `buckets`, created where there are none, and locked until the end of the transaction.

    They are always locked in the same order, so that two transactions never wait for each other."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{"bucket": bucket, "count": 0, "since": 0, "until": 0} for bucket in sorted(buckets)]
    connection.execute(insert(throttle).on_conflict_do_nothing(), rows)
    locked = connection.execute(
        select(throttle).where(throttle.c.bucket.in_(sorted(buckets))).order_by(throttle.c.bucket).with_for_update()
    )
    return {row["bucket"]: Count(row["count"], row["since"], row["until"]) for row in locked.mappings()}


def store_counts(connection: Connection, counts: Mapping[str, Count]) -> None:
    """Write counters that `lock_counts` returned."""
    rows: list[dict[str, Any]] = [
        {"b_bucket": bucket, "b_count": count.count, "b_since": count.since, "b_until": count.until}
        for bucket, count in sorted(counts.items())
    ]
    if rows:
        connection.execute(
            update(throttle)
            .where(throttle.c.bucket == bindparam("b_bucket"))
            .values(count=bindparam("b_count"), since=bindparam("b_since"), until=bindparam("b_until")),
            rows,
        )


def forget_counts(connection: Connection, before: int) -> int:
    """Delete the counters whose times are all earlier than `before`; return how many."""
    return connection.execute(delete(throttle).where(throttle.c.since < before, throttle.c.until < before)).rowcount
