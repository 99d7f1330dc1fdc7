"""The rows that something writes: every table before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from hub.record.db.store import Store
from hub.record.tables import clock, metadata

Rows = list[tuple[str, list[dict[str, Any]]]]


def written(store: Store, action: Callable[[], object]) -> Rows:
    """(table, rows) that `action` adds, in the order in which tables can be filled."""
    before = _all(store)
    action()
    after = _all(store)
    found = [(name, [row for key, row in rows.items() if key not in before[name]]) for name, rows in after.items()]
    return [(name, rows) for name, rows in found if rows]


def _all(store: Store) -> dict[str, dict[str, dict[str, Any]]]:
    with store.read() as connection:
        return {
            table.name: {repr(row): dict(row) for row in connection.execute(select(table)).mappings()}
            for table in metadata.sorted_tables
            if table is not clock
        }
