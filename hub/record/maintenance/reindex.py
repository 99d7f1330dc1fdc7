"""`reindex`: index rows and periods of facts derived again from the stored parts, after an upgrade that finds resources
otherwise, or a change of the territory's zone.

Nothing is split again and no part moves: what is visible, and when it changed, stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select

from hub.domain.territory import load_territory
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.maintenance.fact_periods import update_fact_periods
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.index.rows import build_index_rows
from hub.record.tables import index_rules, part, resource
from hub.record.tables.base import EVER
from hub.record.unit_of_work.part_rows import read_part
from hub.record.unit_of_work.store_rows import INDEXES
from hub.slices import Part, extract_core, join

# Resources in one transaction: others write in between, and none of them waits longer than a second.
STEP = 100
# The number of the rules by which values are read (`search.index.extract`, `normalization.folding`): raised when they change.
_EDITION = 1


def reindex_all(store: Store, report: Callable[[int, int], None] = lambda _count, _total: None) -> int:
    """Derive the index rows of every resource again, and note the rules. Return how many resources there are.

    `report`: called after each step with the number done and the total. After an interruption it is done again from the start."""
    total = count_resources(store)
    count, last = 0, -1
    while True:
        with store.write() as connection:
            now = tick(store, connection)
            page = select(resource).where(resource.c.rid > last).order_by(resource.c.rid).limit(STEP)
            rows = connection.execute(page).all()
            if not rows:
                write_index_fingerprint(connection)
                return count
            _reindex_resources(connection, rows, now)
        count, last = count + len(rows), rows[-1].rid
        report(count, max(count, total))


def count_resources(store: Store) -> int:
    """Return how many resources the record has."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(resource)) or 0


def _reindex_resources(connection: Connection, rows: Any, now: int) -> None:
    rids = [row.rid for row in rows]
    parts: dict[int, list[Part]] = {rid: [] for rid in rids}
    moved = dict.fromkeys(rids, 0)
    stored = select(part).where(part.c.rid.in_(rids), part.c.until == EVER).order_by(part.c.rid, part.c.key)
    for row in connection.execute(stored):
        parts[row.rid].append(read_part(row))
        moved[row.rid] = max(moved[row.rid], row.moved)
    index_rows: dict[Table, list[dict[str, Any]]] = {}
    bodies = [{"resourceType": row.type, "id": row.id} | join(parts[row.rid]) for row in rows]
    for row, body in zip(rows, bodies, strict=True):
        core_parts = extract_core(parts[row.rid])
        for table, index_row in build_index_rows(body, row.rid, row.person, core_parts, moved[row.rid]):
            index_rows.setdefault(table, []).append(index_row)
    for table in INDEXES:
        connection.execute(delete(table).where(table.c.rid.in_(rids)))
        if table in index_rows:
            connection.execute(insert(table), index_rows[table])
    update_fact_periods(connection, bodies, now)


def is_reindex_due(connection: Connection) -> bool:
    """Return whether the index rows were derived by other rules than the present ones."""
    if not inspect(connection).has_table(index_rules.name):
        return False
    noted = connection.scalar(select(index_rules.c.fingerprint))
    return noted is not None and noted != get_index_fingerprint()


@cache
def _digest_parameters() -> str:
    declared = sorted(
        (resource_type, parameter.name, parameter.kind, parameter.path)
        for resource_type, parameters in PARAMETERS.items()
        for parameter in parameters.values()
    )
    return sha256(repr((_EDITION, declared)).encode()).hexdigest()


def get_index_fingerprint() -> str:
    """Return the SHA-256 of the present rules, in hexadecimal: search parameters, how values are read, the territory's zone."""
    return sha256(f"{_digest_parameters()} {load_territory().zone}".encode()).hexdigest()


def write_index_fingerprint(connection: Connection) -> None:
    """Note that the index rows were derived by the present rules."""
    connection.execute(delete(index_rules))
    connection.execute(insert(index_rules).values(fingerprint=get_index_fingerprint()))


def note_first_index_rules(connection: Connection) -> None:
    """Note the present rules in a record that has none noted, which is a new one without resources."""
    if connection.scalar(select(index_rules.c.fingerprint)) is None:
        write_index_fingerprint(connection)
