"""The database, opened: two engines, an injected clock, injected identifiers.

`write()` is a transaction that is durable when it returns (SQLite: BEGIN IMMEDIATE, synchronous FULL; PostgreSQL:
synchronous_commit as the cluster has it). `read()` is a deferred transaction. `note()` commits small rows, such as
those of the journal; `at_once()` is for one statement: a look, or the trace of one. What these two leave must survive any kill
of the process but not a power cut (`parts.md` 20): PostgreSQL commits it so, SQLite what is in the file beside the record.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateTable

from hub.record.held import Held
from hub.record.tables import trace_beside

# What a driver raises when the database does not answer: nothing was written or shown, and it may be asked again.
FAILURES = (OperationalError, InterfaceError)

_BESIDE = str(CreateTable(trace_beside, if_not_exists=True).compile(dialect=sqlite_dialect.dialect()))

# Any byte → one of 32 letters, each as often as the others.
_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz" * 8


def wall_clock() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def random_id(resource_type: str) -> str:
    """A FHIR id that tells nothing: 130 random bits, no time, no order (`leaks.md` L13, L143)."""
    del resource_type
    return secrets.token_bytes(26).translate(_ALPHABET).decode()


@dataclass
class Store:
    """What `hub.record` needs of the outside. `seal_keys`: AES-SIV keys (64 bytes), the present one first.

    `noter` is best the reader itself: SQLite empties a connection's cache when another one wrote."""

    writer: Engine
    reader: Engine
    noter: Engine
    seal_keys: tuple[bytes, ...]
    now: Callable[[], int] = wall_clock
    new_id: Callable[[str], str] = random_id
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readers = Held(self.reader)
        self._noters = self._readers if self.noter is self.reader else Held(self.noter)

    @property
    def on_postgres(self) -> bool:
        return self.writer.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.writer.begin() as connection:
            yield connection

    def read(self) -> AbstractContextManager[Connection]:
        return self._readers.transaction("" if self.on_postgres else "BEGIN DEFERRED")

    def at_once(self) -> AbstractContextManager[Connection]:
        """For one statement, which is a transaction by itself; it survives as what is noted does."""
        return self._readers.transaction()

    def note(self) -> AbstractContextManager[Connection]:
        return self._noters.transaction("" if self.on_postgres else "BEGIN IMMEDIATE")

    def dispose(self) -> None:
        for held in (self._readers, self._noters):
            held.dispose()
        for engine in {self.writer, self.reader, self.noter}:
            engine.dispose()


def database_url(url: str) -> str:
    """`postgres://` and `postgresql://` mean psycopg 3 here; everything else stays as written."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` for `url`, the same for Flask-SQLAlchemy and for tests."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 30, "check_same_thread": False}, "pool_size": 16}
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": False}


def prepare(engine: Engine, *, role: str, durable: bool = True) -> Engine:
    """Give `engine` the settings of `role`: writer, or reader, which notes too. `durable=False` is for tests of other things."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, role, durable)
    elif role != "writer":
        # A commit that survives the process but not a power cut; the row is still sent before the answer leaves.
        @event.listens_for(engine, "connect")
        def _lighter(raw: Any, _entry: ConnectionPoolEntry) -> None:
            raw.execute("SET synchronous_commit = off")
            raw.commit()

    return engine


def _prepare_sqlite(engine: Engine, role: str, durable: bool) -> None:
    synchronous = "FULL" if durable else "OFF"

    @event.listens_for(engine, "connect")
    def _pragmas(raw: Any, _entry: ConnectionPoolEntry) -> None:
        # WAL keeps readers and the writer apart; the driver must not open transactions of its own. Nothing is mapped
        # (`mmap_size`): each write makes the others forget what they mapped, and faults cost more than copies.
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=30000"):
            raw.execute(f"PRAGMA {pragma}")
        if role != "writer":
            # A writer would lock this file with its own, and readings would wait for it.
            _open_beside(raw, "NORMAL" if durable else "OFF")

    if role == "writer":
        # The others begin in `hub.record.held`.
        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_beside(raw: Any, synchronous: str) -> None:
    """Attach the file of traces that wait, `<record>-traces`, as `beside`; it is made when there is none."""
    files = {name: path for _, name, path in raw.execute("PRAGMA database_list")}
    if "beside" in files:
        return
    raw.execute("ATTACH ? AS beside", (f"{files['main']}-traces" if files["main"] else ":memory:",))
    _make_beside(raw)
    raw.execute(f"PRAGMA beside.synchronous={synchronous}")


def _make_beside(raw: Any) -> None:
    for pause in (*[0.05] * 100, None):
        try:
            raw.execute("PRAGMA beside.journal_mode=WAL")
            raw.execute(_BESIDE)
            return
        except sqlite3.OperationalError:
            # Who turns a new file to WAL does not wait for others who do.
            if pause is None:
                raise
            time.sleep(pause)


def open_store(url: str, seal_keys: tuple[bytes, ...], *, durable: bool = True, **injected: Any) -> Store:
    """A `Store` on `url`, without Flask: for the command line, the worker and the tests."""
    url = database_url(url)
    engines = [
        prepare(create_engine(url, **engine_options(url)), role=role, durable=durable) for role in ("writer", "reader")
    ]
    writer, reader = engines
    return Store(writer, reader, reader, seal_keys=seal_keys, **injected)
