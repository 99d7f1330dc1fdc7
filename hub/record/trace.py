"""The trace of access: one row a request, committed before the first byte of the answer leaves (`parts.md` 20; security.md §3).

It names what was shown by reference, never what it said; a request that showed nothing names what was asked for. If the
trace cannot be written, nothing is shown: the error leaves instead of the answer.

That of a write is committed with it. That of a reading goes, on SQLite, to a file beside the record, where it waits for no
writer and leaves what other processes know of the record's pages valid; `gather` brings it home.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, insert, select

from hub.record.prepared import Prepared
from hub.record.store import Store
from hub.record.tables import trace, trace_beside
from hub.record.visibility import Sight

# The database numbers the rows.
_NAMES = [column.name for column in trace.c if column.name != "seq"]


def _insert(table: Table) -> Prepared:
    return Prepared(insert(table).values({name: bindparam(name) for name in _NAMES}).inline())


_INSERT, _INSERT_BESIDE = _insert(trace), _insert(trace_beside)
_WAITING = select(exists(select(1).select_from(trace_beside)))
_WAITED = select(*(trace_beside.c[name] for name in _NAMES)).order_by(trace_beside.c.seq)
# Those that wait, into the record.
BROUGHT = insert(trace).from_select(_NAMES, _WAITED)


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

    A kill between the commits of the two files leaves a row in both, as SQLite writes the record's first: it comes again with
    the same `tid`, which the journal takes once."""
    if store.on_postgres:
        return
    with store.at_once() as connection:
        if not connection.execute(_WAITING).scalar_one():
            return
    with store.note() as connection:
        connection.execute(BROUGHT)
        connection.execute(delete(trace_beside))


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
