"""The worlds on PostgreSQL: `HUB_WORLDS_DATABASE=postgres` runs the same programs behind its row-level security.

A situation is kept as the binary copy of each table that has rows, and laid into the database again by COPY.
"""

from __future__ import annotations

import atexit
import pickle
from functools import cache
from typing import Any

from sqlalchemy import text

from hub.record.db.store import open_store
from hub.record.maintenance.migrate import migrate
from hub.record.tables import metadata
from tests.clock import FakeClock
from tests.ids import SeededIds
from tests.postgres import Server, cluster
from tests.worlds.twin import KEYS, Side

_TABLES = tuple(table.name for table in metadata.sorted_tables)
_SEQUENCES = text("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences ORDER BY 1")


class PostgresSide(Side):
    """One of two worlds in a database of its own."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ids = SeededIds()
        self._name = start_server().create()
        self.store = open_store(start_server().url(self._name), KEYS, durable=False, now=self.clock, new_id=self.ids)
        migrate(self.store)

    def make_tables(self) -> None:
        """They are there: migrations make row-level security with them."""

    def forget_traces(self) -> None:
        """Traces are in the database itself, which is put back as a whole."""

    def snapshot(self) -> bytes:
        """What the tables hold and where the sequences are."""
        copies: dict[str, bytes] = {}
        with self.store.writer.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            for table in _TABLES:
                with driver.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                    copies[table] = b"".join(map(bytes, copy))
            sequences = [tuple(row) for row in connection.execute(_SEQUENCES)]
        return pickle.dumps((copies, sequences))

    def restore(self, image: bytes) -> None:
        """Put the database back as it was when `image` was taken."""
        copies, sequences = pickle.loads(image)
        with self.store.writer.begin() as connection:
            driver: Any = connection.connection.dbapi_connection
            # One by one: in a pipeline a statement is prepared, and there is one of it.
            for table in reversed(_TABLES):
                driver.execute(f'DELETE FROM "{table}"')
            for table, content in copies.items():
                with driver.cursor().copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(content)
            for sequence, last in sequences:
                driver.execute("SELECT setval(%s, %s, %s)", (sequence, last or 1, last is not None))
        self.store.forget_time()

    def close(self) -> None:
        """Drop the database."""
        self.store.dispose()
        start_server().drop(self._name)


@cache
def start_server() -> Server:
    """The server of this process, gone with it."""
    running = cluster()
    url = running.__enter__()
    atexit.register(running.__exit__, None, None, None)
    return Server(url, "worlds")
