"""`reindex`: derive every index row again from the stored parts, after an upgrade that declares more search parameters.

Parts do not change, and so neither do versions and times.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from hub.record.search.index.rows import build_index_rows
from hub.record.tables import part, resource
from hub.record.tables.base import EVER
from hub.record.unit_of_work.part_rows import read_part
from hub.record.unit_of_work.store_rows import INDEXES
from hub.slices import Part, extract_core, join

# Resources at a time, so that a large record fits in memory.
STEP = 500


def reindex(connection: Connection) -> int:
    """Write the index rows of all resources again; return how many resources there are."""
    count, last = 0, -1
    while True:
        page = connection.execute(select(resource).where(resource.c.rid > last).order_by(resource.c.rid).limit(STEP))
        rows = page.all()
        if not rows:
            return count
        _reindex_resources(connection, rows)
        count, last = count + len(rows), rows[-1].rid


def _reindex_resources(connection: Connection, rows: Any) -> None:
    rids = [row.rid for row in rows]
    parts: dict[int, list[Part]] = {rid: [] for rid in rids}
    stored = select(part).where(part.c.rid.in_(rids), part.c.until == EVER).order_by(part.c.rid, part.c.key)
    for row in connection.execute(stored):
        parts[row.rid].append(read_part(row))
    index_rows: dict[Table, list[dict[str, Any]]] = {}
    for row in rows:
        resource_body = {"resourceType": row.type, "id": row.id} | join(parts[row.rid])
        for table, index_row in build_index_rows(resource_body, row.rid, row.person, extract_core(parts[row.rid])):
            index_rows.setdefault(table, []).append(index_row)
    for table in INDEXES:
        connection.execute(delete(table).where(table.c.rid.in_(rids)))
        if table in index_rows:
            connection.execute(insert(table), index_rows[table])
