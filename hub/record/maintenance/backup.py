"""A copy of a whole record in SQLite, and a record made from such a copy (docs/security.md §6.5; `docs/leaks.md` L145).

SQLite's backup function takes its locks, so the hub may run meanwhile. A copy contains the traces that waited in the spool; a
restored record keeps those in its own spool. A copy has no tokens, sessions or one-time links, since a restored one could have
been revoked or used in the meantime. Nor has it keys: whoever finds the copy alone cannot forge a versionId.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, delete, inspect, select
from sqlalchemy.exc import DatabaseError

from hub.domain.errors import Conflict, Invalid
from hub.record.audit.spool import WAITED
from hub.record.audit.trace import WRITTEN
from hub.record.db.store import Store
from hub.record.maintenance.migrate import knows
from hub.record.tables import challenge, clock, enrolment_link, resource, session, token

# The tables of secrets that give access until they are revoked or used.
_OPENING = (token, session, enrolment_link, challenge)


def back_up(store: Store, target: Path) -> str:
    """Copy the record of `store` to the file `target` and return its SHA-256. The file appears once it is complete and verified.

    Raises Conflict `backup-exists`; Invalid `backup-broken` when the record has no tables yet."""
    if target.exists():
        raise Conflict("backup-exists")
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with _open_driver(store.reader) as present, closing(sqlite3.connect(draft)) as copy:
            # Read before the backup, so that a trace gathered meanwhile is in the copy, in `waiting` or in both.
            last, waiting = _read_traces(present)
            present.backup(copy)
            # In WAL mode the log is a second file, which could be left behind when the copy is moved.
            copy.execute("PRAGMA journal_mode=DELETE")
            examine(draft)
            brought = {tid for (tid,) in copy.execute("SELECT tid FROM trace WHERE seq > ?", (last,))}
            copy.executemany(str(WRITTEN), [row for row in waiting if row["tid"] not in brought])
            # A record of an earlier version may not have all of these tables.
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in _OPENING:
                if table.name in tables:
                    copy.execute(str(delete(table)))
            copy.commit()
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return _hash_file(target)


def _read_traces(present: sqlite3.Connection) -> tuple[int, list[dict[str, Any]]]:
    """Return the number of the record's last trace, and the traces in its spool."""
    try:
        (last,) = present.execute("SELECT coalesce(max(seq), 0) FROM main.trace").fetchone()
    except sqlite3.OperationalError:
        raise Invalid("backup-broken") from None
    rows = present.execute(str(WAITED))
    names = [column[0] for column in rows.description]
    return last, [dict(zip(names, row, strict=True)) for row in rows]


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def examine(source: Path) -> None:
    """Raise Invalid `backup-broken` for a file that is not an intact SQLite record, `backup-version` for one of a later
    release."""
    try:
        with _read_only(source).connect() as connection:
            is_intact = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            if not is_intact or not inspect(connection).has_table(resource.name):
                raise Invalid("backup-broken")
            if not knows(connection):
                raise Invalid("backup-version")
    except DatabaseError:
        raise Invalid("backup-broken") from None


def restore(store: Store, source: Path) -> None:
    """Replace all that the record of `store` contains by the copy `source`, in one step. Raises as `examine` does."""
    examine(source)
    with _open_driver(_read_only(source)) as copy, _open_driver(store.writer) as present:
        copy.backup(present)


def read_last_change(store: Store) -> int | None:
    """Return when the record of `store` was last written to (µs), which a restore undoes; None for one without tables."""
    with store.read() as connection:
        return connection.scalar(select(clock.c.time)) if inspect(connection).has_table(clock.name) else None


def find_copy_time(source: Path) -> int | None:
    """Return the time (µs) up to which the copy `source` has what was written."""
    with _read_only(source).connect() as connection:
        return connection.scalar(select(clock.c.time))


def holds_anything(store: Store) -> bool:
    """Return whether the record of `store` contains any resource, which `restore` would replace."""
    with store.read() as connection:
        return inspect(connection).has_table(resource.name) and (
            connection.execute(select(resource.c.rid).limit(1)).first() is not None
        )


@contextmanager
def _open_driver(engine: Engine) -> Iterator[sqlite3.Connection]:
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        yield driver
    finally:
        raw.close()


def _read_only(path: Path) -> Engine:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
