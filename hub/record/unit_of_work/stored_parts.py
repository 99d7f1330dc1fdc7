"""The parts that resources have in the record now, hidden ones included: for writing them again, never to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hub.record.tables import part
from hub.record.tables.base import EVER

_STORED = select(part).where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER)


class StoredParts:
    """The current rows of `part` that a unit of work has read. `rows`: by resource, in no order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: dict[int, list[Any]] = {}

    def load(self, rids: Iterable[int]) -> None:
        """Read the rows of `rids` that were not read yet, in one statement."""
        missing = [rid for rid in rids if rid not in self.rows]
        if missing:
            self.rows |= {rid: [] for rid in missing}
            for row in self._connection.execute(_STORED, {"rids": missing}):
                self.rows[row.rid].append(row)

    def get(self, rid: int) -> list[Any]:
        """Return the rows of one resource, sorted by key; none when there is no such resource."""
        self.load([rid])
        return sorted(self.rows[rid], key=lambda row: row.key)

    def forget(self) -> None:
        """Drop what was read, because the rows were changed: the next call reads them again."""
        self.rows.clear()
