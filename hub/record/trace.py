"""The trace of access: one row a request, committed before the first byte of the answer leaves (`parts.md` 20; security.md §3).

It names what was shown by reference, never what it said; a request that showed nothing names what was asked for. If the
trace cannot be written, nothing is shown: the error leaves instead of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert

from hub.record.prepared import Prepared
from hub.record.store import Store
from hub.record.tables import trace
from hub.record.visibility import Sight

# The database numbers the rows.
_INSERT = Prepared(
    insert(trace).values({column.name: bindparam(column.name) for column in trace.c if column.name != "seq"}).inline()
)


def note_reading(store: Store, sight: Sight, action: str, kind: str, shown: Iterable[str], asked: str = "") -> None:
    """Commit the trace of a reading."""
    with store.at_once() as connection:
        write_trace(connection, store, sight, action, kind, shown, asked)


def write_trace(
    connection: Connection, store: Store, sight: Sight, action: str, kind: str, shown: Iterable[str], asked: str = ""
) -> None:
    """Write a trace in the transaction at hand: that of a write."""
    _INSERT.run(
        connection,
        {
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
        },
    )
