"""The trace of access: one row a request, committed before the first byte of the answer leaves (`parts.md` 20; security.md §3).

It names what was shown by reference, never what it said; a request that showed nothing names what was asked for. If the
trace cannot be written, nothing is shown: the error leaves instead of the answer.

That of a write is committed with it. That of a reading goes, on SQLite, to a file beside the record: it waits for no
writer of the record, and leaves what other processes know of its pages valid; `gather` brings it home.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, delete, func, insert, select

from hub.record.prepared import Prepared
from hub.record.store import Store
from hub.record.tables import trace, trace_beside
from hub.record.visibility import Sight

# The database numbers the rows.
_NAMES = [column.name for column in trace.c if column.name != "seq"]


# Of one transaction of `gather`.
BATCH = 2_000


def _written(table: Table) -> Insert:
    return insert(table).values({name: bindparam(name) for name in _NAMES}).inline()


# A trace in the record; what waits beside it, in the order of writing.
WRITTEN = _written(trace)
WAITED = select(*(trace_beside.c[name] for name in _NAMES)).order_by(trace_beside.c.seq)
_INSERT, _INSERT_BESIDE = Prepared(WRITTEN), Prepared(_written(trace_beside))
_FIRST = select(trace_beside.c.seq).order_by(trace_beside.c.seq).limit(BATCH).subquery()
_UPTO = select(func.max(_FIRST.c.seq))
_BROUGHT = trace_beside.c.seq <= bindparam("upto")
_BRING = insert(trace).from_select(_NAMES, WAITED.where(_BROUGHT))
_FORGET = delete(trace_beside).where(_BROUGHT)


def note_reading(store: Store, sight: Sight, action: str, kind: str, shown: Iterable[str], asked: str = "") -> None:
    """Commit the trace of a reading."""
    with store.at_once() as connection:
        statement = _INSERT if store.on_postgres else _INSERT_BESIDE
        statement.run(connection, _row(store, sight, action, kind, shown, asked))


def write_trace(
    connection: Connection, store: Store, sight: Sight, action: str, kind: str, shown: Iterable[str], asked: str = ""
) -> None:
    """Write a trace in the transaction at hand: that of a write."""
    _INSERT.run(connection, _row(store, sight, action, kind, shown, asked))


def gather(store: Store) -> None:
    """Bring the traces that wait beside the record into it.

    SQLite commits the record first, durably, and then the file beside it. A kill between the two leaves a row in both: it comes
    again with the same `tid`, which the journal takes once."""
    if store.on_postgres:
        return
    while (upto := _waiting(store)) is not None:
        with store.note() as connection:
            connection.execute(_BRING, {"upto": upto})
            connection.execute(_FORGET, {"upto": upto})


def _waiting(store: Store) -> int | None:
    """The number of the last trace of the next batch, or None when none waits."""
    with store.at_once() as connection:
        found: int | None = connection.execute(_UPTO).scalar_one()
    return found


def _row(store: Store, sight: Sight, action: str, kind: str, shown: Iterable[str], asked: str) -> dict[str, Any]:
    return {
        "tid": store.new_id("Trace"),
        "at": sight.now,
        "client": sight.actor.client,
        "party": sight.actor.party,
        "role": sight.actor.role,
        "session": sight.actor.session,
        "action": action,
        "type": kind,
        "shown": " ".join(shown),
        "asked": asked[:120],
    }
