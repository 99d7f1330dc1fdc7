"""Prove that a copy of a record can be restored: it is restored aside, and the rows of each table compared with the copy's."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from hub.domain.errors import Invalid
from hub.record.db.store import open_store
from hub.record.maintenance.backup import restore
from hub.record.tables import resource


def verify_copy(source: Path) -> int:
    """Restore the copy `source` into a folder of its own, which is deleted, and return how many resources it has.

    Raises Invalid `backup-broken` when a table has other rows than in the copy, and as `restore` does."""
    with tempfile.TemporaryDirectory(prefix="hub-restore-", dir=source.resolve().parent) as folder:
        target = Path(folder) / "hub.sqlite"
        store = open_store(f"sqlite:///{target}", ())
        try:
            restore(store, source)
        finally:
            store.dispose()
        digests = _hash_tables(source)
        if _hash_tables(target) != digests:
            raise Invalid("backup-broken")
    return digests[resource.name][0]


def _hash_tables(path: Path) -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table, and a SHA-256 of them in the order in which they are stored."""
    digests = {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in tables:
            count, digest = 0, sha256()
            for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name of the schema
                digest.update(repr(row).encode())
                count += 1
            digests[name] = count, digest.hexdigest()
    return digests
