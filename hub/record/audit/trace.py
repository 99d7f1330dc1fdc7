"""Write the trace of each request, one row, before the answer is sent (`docs/parts.md` 20; `docs/security.md` §3).

A trace says who asked (organisation, role, account and client) and has the names of the resources that were returned or written,
never their content; if there are none, the name that was requested. If the trace cannot be written, an error is sent instead of
the answer.

The trace of a write is committed with it. On SQLite, the trace of a read goes to a second file, the spool: it does not wait for
the writer of the record and does not invalidate the page caches of other processes. `hub.record.audit.spool` moves it later.
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
    """One trace. `kind`: the type of the request, or "" for several; `shown`: `Type/id` of the resources returned or written;
    `asked`: the name that was requested and not found."""

    action: str
    kind: str
    shown: Iterable[str]
    asked: str = ""


def note_reading(store: Store, access: AccessContext, entry: TraceEntry) -> None:
    """Commit the trace of a read."""
    with store.autocommit() as connection:
        statement = _INSERT if store.on_postgres else _INSERT_BESIDE
        statement.run(connection, _build_row(store, access, entry))


def write_trace(connection: Connection, store: Store, access: AccessContext, entry: TraceEntry) -> None:
    """Write the trace of a write, in its transaction."""
    _INSERT.run(connection, _build_row(store, access, entry))


def _build_row(store: Store, access: AccessContext, entry: TraceEntry) -> dict[str, Any]:
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
        "account": actor.account,
    }
