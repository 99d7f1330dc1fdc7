"""Index the traces by person, after the requests that wrote them.

A request writes one trace. Here the names in it are resolved in bulk to the persons of the resources, in the order of `seq` from
the last indexed trace.

No trace may be missed. They are not committed in the order of their times, so that the position is the number `seq`, assigned
at the insert. SQLite has one writer at a time, so that all rows up to the greatest visible number are visible. On PostgreSQL this
holds while nobody is writing a trace, which a table lock ensures while the greatest number is read. The rows of a batch and the
new position are one transaction, which locks the position: several processes may run this at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.sections import load_sections
from hub.record.audit.events import load_persons, store_events
from hub.record.audit.spool import gather
from hub.record.db.store import Store
from hub.record.tables import access_upto, trace
from hub.slices import get_reference_rid, hash63

# Traces of one transaction.
BATCH = 200

_UPTO = select(access_upto.c.seq).where(access_upto.c.one == 1)
_LAST = select(func.coalesce(select(func.max(trace.c.seq)).scalar_subquery(), 0))
_BEHIND = _LAST.add_columns(func.coalesce(_UPTO.scalar_subquery(), 0))
_NEXT = (
    select(trace)
    .where(trace.c.seq > bindparam("upto", type_=BigInteger), trace.c.seq <= bindparam("last", type_=BigInteger))
    .order_by(trace.c.seq)
    .limit(BATCH)
)
Row = dict[str, Any]


def index_traces(store: Store) -> int:
    """Index all traces written until now, and return their number.

    The worker calls it regularly, and every read of the journal calls it first."""
    gather(store)
    with store.read() as connection:
        last, upto = connection.execute(_BEHIND).one()
    if last == upto:
        return 0
    with store.write_relaxed() as connection:
        if store.on_postgres:
            connection.execute(text("LOCK TABLE trace IN SHARE MODE"))
        last = connection.execute(_LAST).scalar_one()
    total = count = _index_some(store, last)
    while count == BATCH:
        count = _index_some(store, last)
        total += count
    return total


def _index_some(store: Store, last: int) -> int:
    with store.write_relaxed() as connection:
        upto = lock_position(connection)
        traces = connection.execute(_NEXT, {"upto": upto, "last": last}).all()
        if not traces:
            return 0
        names = {name for row in traces for name in row.shown.split()}
        rids = {name: get_reference_rid(name) for name in names}
        store_events(connection, *_build_rows(traces, rids, load_persons(connection, rids.values())))
        connection.execute(update(access_upto).where(access_upto.c.one == 1).values(seq=traces[-1].seq))
    return len(traces)


def lock_position(connection: Connection) -> int:
    """Return the number of the last indexed trace, and lock its row until commit."""
    statement = _UPTO.with_for_update()
    upto = connection.execute(statement).scalar_one_or_none()
    if upto is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(access_upto).values(one=1, seq=0).on_conflict_do_nothing())
        upto = connection.execute(statement).scalar_one()
    return int(upto)


def _build_rows(
    traces: Sequence[Any], rids: Mapping[str, int], persons: Mapping[int, int]
) -> tuple[list[Row], list[Row]]:
    """Return the rows of `access_actor` and of `access`. `rids`: by name; `persons`: by rid."""
    needs = load_sections().place("access-log")
    actors: dict[tuple[int, int], Row] = {}
    events: list[Row] = []
    for row in traces:
        # By person: what was sought, and what came along.
        rids_by_person: dict[int, tuple[list[int], list[int]]] = {}
        # What was asked for is of the requested type; several types (""), and AuditEvent, stand for whatever was shown.
        prefix = "" if row.type in ("", "AuditEvent") else f"{row.type}/"
        for name in dict.fromkeys(row.shown.split()):
            rid = rids[name]
            if (person := persons.get(rid)) is not None:
                main_rids, along = rids_by_person.setdefault(person, ([], []))
                (main_rids if name.startswith(prefix) else along).append(rid)
        actor_values = {name: getattr(row, name) for name in ("party", "role", "client", "session", "account")}
        actor = hash63("actor", *actor_values.values())
        for person, (main_rids, along) in rids_by_person.items():
            actors.setdefault((person, actor), {"person": person, "actor": actor, **actor_values})
            event = {"person": person, "at": row.at, "rid": hash63("AuditEvent", row.tid, person), "actor": actor}
            listed = {"action": row.action, "needs": needs, "sought": len(main_rids), "shown": [*main_rids, *along]}
            events.append(event | listed)
    for row in actors.values():
        row["agent"] = get_reference_rid(row["party"])
    return list(actors.values()), events
