"""A pool of connections that stay open between the many small transactions of reads.

The check-out and reset of SQLAlchemy's pool and its begin and commit cost more than such a transaction. A connection is used by
one thread at a time, and not again after an error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


class ConnectionPool:
    """Open connections of `engine`, each with its driver connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[tuple[Connection, Any]] = deque()

    def transaction(self, begin: Callable[[Any], object] | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction that commits at the end of the block and rolls back on any exception.

        `begin`: begins it on the driver connection; without it each statement is a transaction."""
        return _Transaction(self, begin)

    def take(self) -> tuple[Connection, Any]:
        """Return a free connection, or open one."""
        try:
            return self._free.pop()
        except IndexError:
            connection = self._engine.connect()
            return connection, connection.connection.driver_connection

    def give_back(self, connection: Connection, driver: Any) -> None:
        """Put back a connection that is in no transaction."""
        self._free.append((connection, driver))

    def dispose(self) -> None:
        """Close the free connections."""
        while self._free:
            self._free.pop()[0].close()


class _Transaction(AbstractContextManager[Connection]):
    # A request has three of these: a generator-based context manager would double their cost.
    __slots__ = ("_begin", "_connection", "_driver", "_held")

    def __init__(self, pool: ConnectionPool, begin: Callable[[Any], object] | None) -> None:
        self._held, self._begin = pool, begin

    def __enter__(self) -> Connection:
        self._connection, self._driver = self._held.take()
        if self._begin is not None:
            try:
                self._begin(self._driver)
            except BaseException as fault:
                self._undo()
                self._tell(fault)
                raise
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            (self._connection if self._connection.in_transaction() else self._driver).commit()
        except BaseException as fault:
            # The transaction may be open still, and SQLAlchemy refuses every further statement of this connection.
            self._discard()
            self._tell(fault)
            raise
        self._held.give_back(self._connection, self._driver)

    def _tell(self, fault: BaseException) -> None:
        """Raise a fault of the driver's as SQLAlchemy does."""
        dialect = self._connection.dialect
        if isinstance(fault, dialect.loaded_dbapi.Error):
            raise DBAPIError.instance("", None, fault, dialect.loaded_dbapi.Error, dialect=dialect) from fault

    def _undo(self) -> None:
        try:
            (self._connection if self._connection.in_transaction() else self._driver).rollback()
            alive = not self._connection.invalidated
        except Exception:
            alive = False
        if alive:
            self._held.give_back(self._connection, self._driver)
        else:
            # The database went away, and with it the others.
            self._discard()
            self._held.dispose()

    def _discard(self) -> None:
        self._connection.invalidate()
        self._connection.close()
