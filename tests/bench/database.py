"""The databases of `make bench`: a file of SQLite, or a PostgreSQL cluster of our own that syncs as in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import Server as Postgres
from tests.postgres import cluster

DATABASES = ("sqlite", "postgresql")
# What a machine of this size would be given (`docs/operations.md`), and every commit on the disk.
_SETTINGS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_connections=200")


@dataclass(frozen=True)
class Database:
    """`url`: of an empty database, "" for the file that the settings name; `pid`: of the first process of a server."""

    name: str
    url: str = ""
    pid: int | None = None


@contextmanager
def open_database(name: str) -> Iterator[Database]:
    """An empty database of the kind `name`."""
    if name == "sqlite":
        yield Database(name)
        return
    with cluster(_SETTINGS) as url:
        server = Postgres(url, "bench")
        empty = server.create()
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        pid = int((Path(row[0]) / "postmaster.pid").read_text().split()[0])
        yield Database(name, server.url(empty), pid)
