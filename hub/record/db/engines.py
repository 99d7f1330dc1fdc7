"""The settings of the engines of one database: the writer, and the reader, which also commits the traces of reads.

On SQLite the reader has a second file attached, the spool of traces (`hub.record.audit.trace`).
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn, CreateTable

from hub.record.db.limits import COMMANDS, SessionLimits, limit_sessions
from hub.record.db.wire import use_pipelines
from hub.record.tables import trace_beside

# Seconds to wait for another process that is creating the spool.
_PATIENCE = 5.0
# Seconds to connect; seconds of silence until the first probe, between probes, how many; milliseconds that sent bytes may go
# unconfirmed. A host that went away is noticed within about half a minute, in the middle of a statement too.
_PATIENCE_OF_LIBPQ = {
    "connect_timeout": "5",
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# Of each connection. SQLite's own 2 MiB of pages (`cache_size`, in KiB below zero) are fewer than one long record takes, which
# was read anew at each request. All connections of a process together keep 32 MiB (`soft_heap_limit`, in bytes): at the limit a
# connection reuses its own pages (https://www.sqlite.org/c3ref/hard_heap_limit64.html).
_SETTINGS = (
    *("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000"),
    *("cache_size=-16384", f"soft_heap_limit={32 * 1024 * 1024}"),
)
_BESIDE = str(CreateTable(trace_beside, if_not_exists=True).compile(dialect=sqlite.dialect()))


def get_database_url(url: str) -> str:
    """Return `url` with the driver psycopg 3 for `postgres://` and `postgresql://`; any other URL stays as it is."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def get_engine_options(url: str) -> dict[str, Any]:
    """Return the options of `create_engine` for `url`, also for Flask-SQLAlchemy and tests.

    How many connections there are is decided by `hub.record.db.pool`; what it closes is closed, but for one."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return {"pool_size": 1, "max_overflow": -1, "pool_pre_ping": False, "connect_args": get_patience(url)}
    options: dict[str, Any] = {"connect_args": {"timeout": 30, "check_same_thread": False}, "pool_size": 1}
    return options if parts.database in (None, "", ":memory:") else options | {"max_overflow": -1}


def get_patience(url: str, **changes: str) -> dict[str, str]:
    """How long libpq waits for a PostgreSQL host that went silent (libpq, "Connection Control Functions").

    `changes` of these defaults; what `url` itself says stays."""
    options = _PATIENCE_OF_LIBPQ | changes
    return {name: value for name, value in options.items() if name not in make_url(url).query}


def prepare(engine: Engine, *, role: str, limits: SessionLimits = COMMANDS, durable: bool = True) -> Engine:
    """Apply the settings of `role` (writer or reader) to `engine`. `durable=False`: faster commits, for tests."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, role, durable)
        return engine
    use_pipelines(engine)
    limit_sessions(engine, limits, relaxed=role != "writer")
    if role == "writer":
        # The others begin in `hub.record.db.store`.
        @event.listens_for(engine, "begin")
        def _begin_later(connection: Connection) -> None:
            driver: Any = connection.connection.driver_connection
            driver.begin_later()

    return engine


def _prepare_sqlite(engine: Engine, role: str, durable: bool) -> None:
    synchronous = "FULL" if durable else "OFF"

    @event.listens_for(engine, "connect")
    def _pragmas(raw: Any, _entry: ConnectionPoolEntry) -> None:
        # WAL keeps readers and the writer apart; the driver must not open transactions of its own. Nothing is mapped
        # (`mmap_size`): each write makes the others forget what they mapped, and faults cost more than copies.
        raw.isolation_level = None
        for pragma in (*_SETTINGS, f"synchronous={synchronous}"):
            raw.execute(f"PRAGMA {pragma}")
        if role != "writer":
            # A writer would lock this file with its own, and readings would wait for it.
            _open_beside(raw, "NORMAL" if durable else "OFF")

    if role == "writer":
        # The others begin in `hub.record.db.store`.
        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_beside(raw: Any, synchronous: str) -> None:
    """Attach the spool of traces, `<record>-traces`, as the schema `beside`; create it when there is none."""
    files = {name: path for _, name, path in raw.execute("PRAGMA database_list")}
    if "beside" in files:
        return
    raw.execute("ATTACH ? AS beside", (f"{files['main']}-traces" if files["main"] else ":memory:",))
    _make_beside(raw)
    raw.execute(f"PRAGMA beside.synchronous={synchronous}")


def _add_columns(raw: Any) -> None:
    """Add to a spool that an earlier version made the columns that it lacks; each has a default."""
    present = {name for _, name, *_ in raw.execute("PRAGMA beside.table_info(trace)")}
    for column in trace_beside.c:
        if column.name not in present:
            described = CreateColumn(column).compile(dialect=sqlite.dialect())
            raw.execute(f"ALTER TABLE beside.trace ADD COLUMN {described}")


def _make_beside(raw: Any) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            raw.execute("PRAGMA beside.journal_mode=WAL")
            raw.execute(_BESIDE)
            _add_columns(raw)
            return
        except sqlite3.OperationalError:
            # Who turns a new file to WAL does not wait for others who do.
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
