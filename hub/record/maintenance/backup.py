"""A copy of a whole record in SQLite, and a record made from such a copy (docs/security.md §6.5; `docs/leaks.md` L145).

SQLite's own backup reads and writes under its locks, so the hub may run meanwhile. A copy holds the traces that waited
beside the record; a record put in the place of another takes those that wait there. A copy holds no token, session or one-time
link: what was revoked or used since would live again with it. Keys are no part of it: who finds the copy alone cannot even
forge a version.
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
from hub.record.tables import challenge, enrolment_link, resource, session, token

# What lets somebody in, as long as nobody revokes or uses it.
_OPENING = (token, session, enrolment_link, challenge)


def back_up(store: Store, target: Path) -> str:
    """Copy the record of `store` to the file `target`, which appears when it is whole and was read again; its SHA-256.

    Raises Conflict `backup-exists`; Invalid `backup-broken` when the record has no tables yet."""
    if target.exists():
        raise Conflict("backup-exists")
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with _driver(store.reader) as present, closing(sqlite3.connect(draft)) as copy:
            # Looked at first: what is gathered from now on is in the copy, or here, or in both.
            last, waiting = _traces(present)
            present.backup(copy)
            # One file: the writer's log beside it would be forgotten when it is carried away.
            copy.execute("PRAGMA journal_mode=DELETE")
            examine(draft)
            brought = {tid for (tid,) in copy.execute("SELECT tid FROM trace WHERE seq > ?", (last,))}
            copy.executemany(str(WRITTEN), [row for row in waiting if row["tid"] not in brought])
            # A record of a former version may not have all of them.
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in _OPENING:
                if table.name in tables:
                    copy.execute(str(delete(table)))
            copy.commit()
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return _digest(target)


def _traces(present: sqlite3.Connection) -> tuple[int, list[dict[str, Any]]]:
    """The number of the last trace of the record, and those that wait beside it."""
    try:
        (last,) = present.execute("SELECT coalesce(max(seq), 0) FROM main.trace").fetchone()
    except sqlite3.OperationalError:
        raise Invalid("backup-broken") from None
    rows = present.execute(str(WAITED))
    names = [column[0] for column in rows.description]
    return last, [dict(zip(names, row, strict=True)) for row in rows]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def examine(source: Path) -> None:
    """Raises Invalid: `backup-broken` for what is no whole SQLite record, `backup-version` for one that a later release wrote."""
    try:
        with _read_only(source).connect() as connection:
            whole = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            if not whole or not inspect(connection).has_table(resource.name):
                raise Invalid("backup-broken")
            if not knows(connection):
                raise Invalid("backup-version")
    except DatabaseError:
        raise Invalid("backup-broken") from None


def restore(store: Store, source: Path) -> None:
    """Put what the copy `source` holds in the place of all that the record of `store` holds, at once. Raises as `examine`."""
    examine(source)
    with _driver(_read_only(source)) as copy, _driver(store.writer) as present:
        copy.backup(present)


def holds_anything(store: Store) -> bool:
    """Whether there is something in the record of `store` that a copy put in its place would end."""
    with store.read() as connection:
        return inspect(connection).has_table(resource.name) and (
            connection.execute(select(resource.c.rid).limit(1)).first() is not None
        )


@contextmanager
def _driver(engine: Engine) -> Iterator[sqlite3.Connection]:
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        yield driver
    finally:
        raw.close()


def _read_only(path: Path) -> Engine:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
