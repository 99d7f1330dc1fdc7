"""The trace of access: one row a request, committed before the answer leaves (`docs/parts.md` 20; `docs/security.md` §3).

It names what was shown by reference, never what it said; a request that showed nothing names what was asked for. If the
trace cannot be written, nothing is shown: the error leaves instead of the answer.

That of a write is committed with it. That of a reading goes, on SQLite, to a file beside the record: it waits for no
writer of the record, and leaves what other processes know of its pages valid (`hub.record.audit.spool` brings it home).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert, Table, bindparam, insert

from hub.record.access.predicate import AccessContext
from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store
from hub.record.tables import trace, trace_beside

# The database numbers the rows.
NAMES = [column.name for column in trace.c if column.name != "seq"]


def _build_insert(table: Table) -> Insert:
    return insert(table).values({name: bindparam(name) for name in NAMES}).inline()


# A trace in the record.
WRITTEN = _build_insert(trace)
_INSERT, _INSERT_BESIDE = CompiledStatement(WRITTEN), CompiledStatement(_build_insert(trace_beside))


class TraceEntry(NamedTuple):
    """What a request did. `kind`: the type that it was about, or "" for several; `shown`: `Type/id` of what it showed or wrote;
    `asked`: what it asked for, when that was not there."""

    action: str
    kind: str
    shown: Iterable[str]
    asked: str = ""


def note_reading(store: Store, access: AccessContext, entry: TraceEntry) -> None:
    """Commit the trace of a reading."""
    with store.autocommit() as connection:
        statement = _INSERT if store.on_postgres else _INSERT_BESIDE
        statement.run(connection, _row(store, access, entry))


def write_trace(connection: Connection, store: Store, access: AccessContext, entry: TraceEntry) -> None:
    """Write a trace in the transaction at hand: that of a write."""
    _INSERT.run(connection, _row(store, access, entry))


def _row(store: Store, access: AccessContext, entry: TraceEntry) -> dict[str, Any]:
    actor = access.actor
    return {
        "tid": store.new_id("Trace"),
        "at": access.now,
        "client": actor.client,
        "party": actor.party,
        "role": actor.role,
        "session": actor.session,
        "action": entry.action,
        "type": entry.kind,
        "shown": " ".join(entry.shown),
        "asked": entry.asked[:120],
    }
