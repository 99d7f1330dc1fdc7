"""Index the traces by person, after the requests that wrote them.

A request writes one trace. Here the names in it are resolved in bulk to the persons of the resources, in the order of `seq` from
the last indexed trace.

No trace may be missed. They are not committed in the order of their times, so that the position is the number `seq`, assigned
at the insert. SQLite has one writer at a time, so that all rows up to the greatest visible number are visible. On PostgreSQL this
holds while nobody is writing a trace, which a table lock ensures while the greatest number is read. The rows of a batch and the
new position are one transaction, which locks the position: several processes may run this at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, Table, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.sections import ALONE, load_sections
from hub.record.audit.spool import gather
from hub.record.db.store import Store
from hub.record.tables import access, access_shown, access_upto, resource, trace
from hub.slices import get_reference_rid, hash63

# Traces of one transaction, and names of one statement.
BATCH, NAMES = 200, 5_000

_UPTO = select(access_upto.c.seq).where(access_upto.c.one == 1)
_LAST = select(func.coalesce(select(func.max(trace.c.seq)).scalar_subquery(), 0))
_BEHIND = _LAST.add_columns(func.coalesce(_UPTO.scalar_subquery(), 0))
_NEXT = (
    select(trace)
    .where(trace.c.seq > bindparam("upto", type_=BigInteger), trace.c.seq <= bindparam("last", type_=BigInteger))
    .order_by(trace.c.seq)
    .limit(BATCH)
)
_RIDS: BindParameter[list[int]] = bindparam("rids", expanding=True)
_PERSONS = select(resource.c.rid, resource.c.person).where(resource.c.rid.in_(_RIDS), resource.c.person != 0)

Rows = dict[Table, list[dict[str, Any]]]


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
        upto = _lock_position(connection)
        traces = connection.execute(_NEXT, {"upto": upto, "last": last}).all()
        if not traces:
            return 0
        persons = _load_persons(connection, {get_reference_rid(name) for row in traces for name in row.shown.split()})
        for table, rows in _build_rows(traces, persons).items():
            if rows:
                connection.execute(_insert(connection, table), rows)
        connection.execute(update(access_upto).where(access_upto.c.one == 1).values(seq=traces[-1].seq))
    return len(traces)


def _lock_position(connection: Connection) -> int:
    """Return the number of the last indexed trace, and lock its row until commit."""
    statement = _UPTO.with_for_update()
    upto = connection.execute(statement).scalar_one_or_none()
    if upto is None:
        connection.execute(_insert(connection, access_upto), {"one": 1, "seq": 0})
        upto = connection.execute(statement).scalar_one()
    return int(upto)


def _load_persons(connection: Connection, rids: Iterable[int]) -> dict[int, int]:
    """Return {rid: person} of the resources that are about a person; directory entries are not."""
    numbers = sorted(rids)
    persons: dict[int, int] = {}
    for first in range(0, len(numbers), NAMES):
        some = connection.execute(_PERSONS, {"rids": numbers[first : first + NAMES]})
        persons |= {row.rid: row.person for row in some}
    return persons


def _build_rows(traces: Sequence[Any], persons: dict[int, int]) -> Rows:
    needs = load_sections().place("access-log")
    rows: Rows = {access: [], access_shown: []}
    for row in traces:
        names = {rid: name for name in row.shown.split() if (rid := get_reference_rid(name)) in persons}
        for person in sorted({persons[rid] for rid in names}):
            event = {"person": person, "at": row.at, "rid": hash63("AuditEvent", row.tid, person)}
            columns = {name: getattr(row, name) for name in ("party", "role", "account", "client", "session", "action")}
            # Nobody has a stake in an event, not even the party that made it.
            places = {"needs": needs, "stake_needs": needs | ALONE, "domain": 0, "holder": None}
            rows[access].append(event | columns | places | {"agent": get_reference_rid(row.party)})
            rows[access_shown].extend(
                event | {"shown": rid, "sought": _was_sought(name, row.type)}
                for rid, name in names.items()
                if persons[rid] == person
            )
    return rows


def _was_sought(name: str, kind: str) -> bool:
    """Whether the request was for this resource, and not only included it. `kind`: the requested type; for "" (several types)
    and AuditEvent, it was for all of them."""
    return kind in ("", "AuditEvent", name.partition("/")[0])


def _insert(connection: Connection, table: Table) -> Any:
    """Build an insert that ignores existing rows, so that the journal may be rebuilt from the first trace on."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
