"""Move the traces of reads from the spool, a second SQLite file, into the record."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, insert, select

from hub.record.audit.trace import NAMES
from hub.record.db.store import Store
from hub.record.tables import trace, trace_beside

# Traces of one transaction.
BATCH = 2_000

# The traces in the spool, in the order of writing.
WAITED = select(*(trace_beside.c[name] for name in NAMES)).order_by(trace_beside.c.seq)
_FIRST = select(trace_beside.c.seq).order_by(trace_beside.c.seq).limit(BATCH).subquery()
_UPTO = select(func.max(_FIRST.c.seq))
_BROUGHT = trace_beside.c.seq <= bindparam("upto")
_BRING = insert(trace).from_select(NAMES, WAITED.where(_BROUGHT))
_FORGET = delete(trace_beside).where(_BROUGHT)


def gather(store: Store) -> None:
    """Move all traces of the spool into the record. The worker calls it, and every read of the journal.

    SQLite commits the record first, durably, and then the spool. If the process is killed between the two, a row is in both and
    is moved again with the same `tid`, which the journal indexes once."""
    if store.on_postgres:
        return
    while (upto := _find_last_of_batch(store)) is not None:
        with store.write_relaxed() as connection:
            connection.execute(_BRING, {"upto": upto})
            connection.execute(_FORGET, {"upto": upto})


def _find_last_of_batch(store: Store) -> int | None:
    """Return the number of the last trace of the next batch, or None when the spool is empty."""
    with store.autocommit() as connection:
        number: int | None = connection.execute(_UPTO).scalar_one()
    return number
