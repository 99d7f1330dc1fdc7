"""What the journal of accesses costs behind the requests: CPU a shown resource, and bytes a search."""

from __future__ import annotations

import time

from sqlalchemy import func, insert, select, text

from hub.record.audit import index_traces
from hub.record.db.store import Store
from hub.record.tables import access, access_actor, resource, trace

_SEARCHES, _SHOWN = 2_000, 20


def measure_journal(store: Store, *, on_postgres: bool) -> str:
    """Lay out the traces of searches of twenty Tasks, and say what they took: this process's CPU, without PostgreSQL's."""
    index_traces(store)
    with store.write() as connection:
        names = [
            f"Task/{name}"
            for name in connection.scalars(
                select(resource.c.id).where(resource.c.type == "Task").order_by(resource.c.rid).limit(5_000)
            )
        ]
        who = {"client": "bench", "party": "Organization/org-0000", "role": "ssiad", "session": "s", "action": "search"}
        rows = [
            {
                "at": 1_000_000 + number,
                "tid": f"bench-{number}",
                "type": "Task",
                "shown": " ".join(names[(number * 7 + turn * 31) % len(names)] for turn in range(_SHOWN)),
                "asked": "",
            }
            for number in range(_SEARCHES)
        ]
        connection.execute(insert(trace), [row | who for row in rows])
    before, events, begun = _count_bytes(store, on_postgres), _count_events(store), time.process_time()
    index_traces(store)
    spent = time.process_time() - begun
    size, persons = _count_bytes(store, on_postgres) - before, (_count_events(store) - events) / _SEARCHES
    return (
        f"journal: {spent / _SEARCHES / _SHOWN * 1000:.4f} ms of CPU a shown resource; "
        f"{size / _SEARCHES:.0f} bytes a search of {_SHOWN} about {persons:.0f} persons"
    )


def _count_events(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(access)).scalar_one())


def _count_bytes(store: Store, on_postgres: bool) -> int:
    """The bytes of the journal with its indexes: of its tables on PostgreSQL, of the whole file on SQLite."""
    with store.write() as connection:
        if on_postgres:
            sizes = [
                connection.execute(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table.name})
                for table in (access, access_actor)
            ]
            return sum(int(size.scalar_one()) for size in sizes)
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())
