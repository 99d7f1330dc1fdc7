"""The open database: its engines, and the injected clock and source of ids.

`write()` is a transaction that is durable when it returns (SQLite: BEGIN IMMEDIATE, synchronous FULL; PostgreSQL:
synchronous_commit as configured in the cluster). `read()` is a deferred transaction. `write_relaxed()` commits small rows, such
as those of the journal; `autocommit()` is for one statement. What these two commit survives the end of the process but not a
power cut (`docs/parts.md` 20): on PostgreSQL by their settings, on SQLite in the spool of traces.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from hub.record.db.clock import WrongClock, note_release
from hub.record.db.engines import get_database_url, get_engine_options, prepare
from hub.record.db.limits import COMMANDS, SessionLimits
from hub.record.db.pool import ConnectionPool
from hub.record.db.record_file import find_record_file
from hub.record.db.turns import open_turns

# The errors when the database does not answer or its clock is wrong: nothing was written, and the request may be repeated.
FAILURES = (OperationalError, InterfaceError, TimeoutError, WrongClock)

# Connections to the database for readings, and as many for writes.
CONNECTIONS = 4

# Maps any byte to one of 32 characters, all equally likely.
_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz" * 8


def wall_clock() -> int:
    """Return the system time in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def random_id(resource_type: str) -> str:
    """Return a random FHIR id of 130 bits, which reveals neither time nor order (`docs/leaks.md` L13, L143)."""
    del resource_type
    return secrets.token_bytes(26).translate(_ALPHABET).decode()


@dataclass
class Store:
    """The database, the clock and the source of ids that `hub.record` works with.

    `seal_keys`: AES-SIV keys (64 bytes each), the current one first. `relaxed_writer`: the engine of small writes that need
    not survive a power cut; on SQLite it is best the reader itself, because SQLite empties a connection's page cache when
    another connection wrote. `read_lock`: held by whoever reads for a request, while it is worked on.
    """

    writer: Engine
    reader: Engine
    relaxed_writer: Engine
    seal_keys: tuple[bytes, ...]
    now: Callable[[], int] = wall_clock
    new_id: Callable[[str], str] = random_id
    extra: dict[str, Any] = field(default_factory=dict)
    connections: int = CONNECTIONS

    def __post_init__(self) -> None:
        self._readers = ConnectionPool(self.reader, self.connections)
        self._writers = ConnectionPool(self.writer, self.connections if self.on_postgres else 1)
        self._relaxed_writers = (
            self._readers
            if self.relaxed_writer is self.reader
            else ConnectionPool(self.relaxed_writer, self.connections)
        )
        self._turns = open_turns(self.writer)
        self._file = find_record_file(self.writer)
        self._time, self._time_lock = 0, threading.Lock()
        # SQLite works in the thread that asks, and its driver lets the interpreter go at each row: threads that read at once
        # hand it to each other hundreds of times, which costs more than the reading. PostgreSQL is waited for.
        self.read_lock: AbstractContextManager[object] = nullcontext() if self.on_postgres else threading.Lock()

    @property
    def on_postgres(self) -> bool:
        return self.writer.dialect.name == "postgresql"

    @property
    def reads_database_time(self) -> bool:
        """Whether commits have the time of the database's clock: on PostgreSQL, unless a clock was injected."""
        return self.on_postgres and self.now is wall_clock

    def note_time(self, time: int) -> None:
        """Note that the record's clock has reached `time` (µs)."""
        with self._time_lock:
            self._time = max(self._time, time)

    def get_time(self) -> int:
        """Return the time (µs) at which a reader reads: its own clock, or the latest known time of the record's clock if that is
        later. So what was committed before the request began is seen, and what was revoked is not, on a node whose clock is
        behind. What expires (tokens, sessions) is compared with `now` alone."""
        return max(self.now(), self._time)

    def forget_time(self) -> None:
        """Forget the record's clock, of a database that was put back to an earlier state."""
        with self._time_lock:
            self._time = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._file.check()
        with self._turns.wait(), ExitStack() as released, self._writers.transaction(_begin) as connection:
            released.callback(note_release, connection.info)
            yield connection

    def read(self) -> AbstractContextManager[Connection]:
        self._file.check()
        return self._readers.transaction(_begin_later if self.on_postgres else _begin_deferred)

    def autocommit(self) -> AbstractContextManager[Connection]:
        """Return a connection for one statement, which is its own transaction, as durable as `write_relaxed`."""
        self._file.check()
        return self._readers.transaction()

    @contextmanager
    def write_relaxed(self) -> Iterator[Connection]:
        self._file.check()
        begin = _begin_later if self.on_postgres else _begin_immediate
        with self._turns.wait(), self._relaxed_writers.transaction(begin) as connection:
            yield connection

    def dispose(self) -> None:
        for pool in (self._readers, self._writers, self._relaxed_writers):
            pool.dispose()
        for engine in {self.writer, self.reader, self.relaxed_writer}:
            engine.dispose()


def _begin(connection: Connection, _driver: Any) -> None:
    connection.begin()


def _begin_later(_connection: Connection, driver: Any) -> None:
    driver.begin_later()


def _begin_deferred(_connection: Connection, driver: Any) -> None:
    driver.execute("BEGIN DEFERRED")


def _begin_immediate(_connection: Connection, driver: Any) -> None:
    driver.execute("BEGIN IMMEDIATE")


def open_store(
    url: str,
    seal_keys: tuple[bytes, ...],
    *,
    durable: bool = True,
    limits: SessionLimits = COMMANDS,
    **injected: Any,
) -> Store:
    """Open a `Store` on `url` without Flask, for the command line, the worker and the tests."""
    url = get_database_url(url)
    engines = [
        prepare(create_engine(url, **get_engine_options(url)), role=role, limits=limits, durable=durable)
        for role in ("writer", "reader")
    ]
    writer, reader = engines
    return Store(writer, reader, reader, seal_keys=seal_keys, **injected)
