"""A pool of connections that stay open between the many small transactions of requests, as many as a process may have.

The check-out and reset of SQLAlchemy's pool and its begin and commit cost more than such a transaction. A connection is used by
one thread at a time, and not again after an error.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

# Seconds that a request waits for a connection that others use.
_PATIENCE = 10.0
# Seconds after which a connection that was not used is closed.
_IDLE = 60.0

Begin = Callable[[Connection, Any], object]


class _Pooled(NamedTuple):
    connection: Connection
    driver: Any


class ConnectionPool:
    """At most `most` open connections of `engine`, each with its driver connection. The one that was used last is used next, so
    that those that a busy moment needed become idle, and are closed.

    A thread that has one already does not wait for a second: it would hold what others wait for."""

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._free: deque[tuple[float, _Pooled]] = deque()
        self._slots = threading.BoundedSemaphore(most)
        self._holding = threading.local()

    def transaction(self, begin: Begin | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction that commits at the end of the block and rolls back on any exception.

        `begin`: begins it; without it each statement is a transaction. Raises TimeoutError when no connection is free in time."""
        return _Transaction(self, begin)

    def enter(self) -> bool:
        """Wait for a place among those that have a connection; return whether one was taken, which `leave` gives back."""
        depth = getattr(self._holding, "depth", 0)
        if depth == 0 and not self._slots.acquire(timeout=_PATIENCE):
            raise TimeoutError("all connections to the database are in use")
        self._holding.depth = depth + 1
        return depth == 0

    def leave(self, has_place: bool) -> None:
        """Give back what `enter` took."""
        self._holding.depth = max(0, getattr(self._holding, "depth", 0) - 1)
        if has_place:
            self._slots.release()

    def take(self) -> _Pooled:
        """Return a free connection, or open one."""
        try:
            return self._free.pop()[1]
        except IndexError:
            connection = self._engine.connect()
            return _Pooled(connection, connection.connection.driver_connection)

    def give_back(self, pooled: _Pooled) -> None:
        """Put back a connection that is in no transaction, and close those that were free for long."""
        now = time.monotonic()
        self._free.append((now, pooled))
        with suppress(IndexError):
            while self._free[0][0] < now - _IDLE:
                self._free.popleft()[1].connection.close()

    def dispose(self) -> None:
        """Close the free connections."""
        with suppress(IndexError):
            while True:
                connection = self._free.pop()[1].connection
                connection.invalidate()
                connection.close()


class _Transaction(AbstractContextManager[Connection]):
    # A request has three of these: a generator-based context manager would double their cost.
    __slots__ = ("_begin", "_connection", "_has_place", "_pool", "_pooled")

    def __init__(self, pool: ConnectionPool, begin: Begin | None) -> None:
        self._pool, self._begin = pool, begin

    def __enter__(self) -> Connection:
        self._has_place = self._pool.enter()
        try:
            self._pooled = self._pool.take()
        except BaseException:
            self._pool.leave(self._has_place)
            raise
        self._connection = self._pooled.connection
        if self._begin is not None:
            try:
                self._begin(*self._pooled)
            except BaseException as fault:
                self._undo()
                self._raise_as_sqlalchemy(fault)
                raise
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self._get_transacting().commit()
        except BaseException as fault:
            # The transaction may be open still, and SQLAlchemy refuses every further statement of this connection.
            self._discard()
            self._raise_as_sqlalchemy(fault)
            raise
        self._pool.give_back(self._pooled)
        self._pool.leave(self._has_place)

    def _get_transacting(self) -> Any:
        return self._connection if self._connection.in_transaction() else self._pooled.driver

    def _raise_as_sqlalchemy(self, fault: BaseException) -> None:
        """Raise a fault of the driver's as SQLAlchemy does."""
        dialect = self._connection.dialect
        if isinstance(fault, dialect.loaded_dbapi.Error):
            raise DBAPIError.instance("", None, fault, dialect.loaded_dbapi.Error, dialect=dialect) from fault

    def _undo(self) -> None:
        try:
            self._get_transacting().rollback()
            alive = not self._connection.invalidated
        except Exception:
            alive = False
        if alive:
            self._pool.give_back(self._pooled)
            self._pool.leave(self._has_place)
        else:
            # The database went away, and with it the others.
            self._discard()
            self._pool.dispose()

    def _discard(self) -> None:
        try:
            self._connection.invalidate()
            self._connection.close()
        finally:
            self._pool.leave(self._has_place)
