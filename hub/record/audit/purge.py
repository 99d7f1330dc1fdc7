"""Delete what the journal keeps too long: traces and events by age (`HUB_JOURNAL_DAYS`), in batches that nobody waits for.

The events of a person are deleted by a range of the key, person by person, and traces from the lowest number on: neither needs
an index of times. Tables partitioned by month would let a month be dropped at once, but the key begins with the person, on
PostgreSQL as on SQLite, and so both databases do the same.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, func, select

from hub.record.audit.index import lock_position
from hub.record.audit.spool import gather
from hub.record.db.store import Store
from hub.record.tables import access, access_actor, trace

# Persons, and traces, of one transaction.
PERSONS, TRACES = 100, 1_000


def count_old(store: Store, before: int) -> int:
    """Return how many events and traces before `before` (microseconds) `purge_journal` would delete."""
    gather(store)
    with store.write_relaxed() as connection:
        upto = lock_position(connection)
        events = select(func.count()).where(access.c.at < before)
        traces = select(func.count()).where(trace.c.at < before, trace.c.seq <= upto, trace.c.seq < _LAST)
        return int(connection.execute(events).scalar_one() + connection.execute(traces).scalar_one())


def purge_journal(store: Store, before: int) -> int:
    """Delete the events, and the traces that the journal has, from before `before` (microseconds); return how many."""
    gather(store)
    count, person = 0, -1
    while True:
        with store.write_relaxed() as connection:
            deleted, last = _delete_events(connection, person, before)
        count += deleted
        if last is None:
            break
        person = last
    while True:
        with store.write_relaxed() as connection:
            deleted, is_last = _delete_traces(connection, before)
        count += deleted
        if is_last:
            return count


def _delete_events(connection: Connection, after: int, before: int) -> tuple[int, int | None]:
    """Delete the old events of the next persons after the number `after`.

    Return how many, and the last person, None when there are no more. The position is locked, so that no event is added meanwhile
    for an actor that has none left."""
    lock_position(connection)
    count = 0
    person: int | None = after
    for _ in range(PERSONS):
        person = connection.execute(select(func.min(access.c.person)).where(access.c.person > person)).scalar_one()
        if person is None:
            return count, None
        deleted = connection.execute(delete(access).where(access.c.person == person, access.c.at < before)).rowcount
        if deleted:
            events = exists().where(access.c.person == person, access.c.actor == access_actor.c.actor)
            connection.execute(delete(access_actor).where(access_actor.c.person == person, ~events))
        count += deleted
    return count, person


# Numbers go on from the greatest, so that the last trace stays.
_LAST = select(func.max(trace.c.seq)).scalar_subquery()


def _delete_traces(connection: Connection, before: int) -> tuple[int, bool]:
    """Delete the old ones among the first traces that the journal has. Return how many, and whether younger ones were met."""
    upto = lock_position(connection)
    first = select(trace.c.seq, trace.c.at).where(trace.c.seq <= upto, trace.c.seq < _LAST).order_by(trace.c.seq)
    rows = connection.execute(first.limit(TRACES)).all()
    old = [row.seq for row in rows if row.at < before]
    if old:
        connection.execute(delete(trace).where(trace.c.seq.in_(old)))
    return len(old), len(old) < TRACES
