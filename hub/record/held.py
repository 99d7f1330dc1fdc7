"""Connections that stay open from one transaction to the next, for the many small ones of reading.

A pool's check-out, its reset and SQLAlchemy's own begin and commit cost more than the transaction between them. A connection
is held by one thread at a time, and one that failed is not used again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine


class Held:
    """Open connections of `engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[Connection] = deque()

    @contextmanager
    def transaction(self, begin: str = "") -> Iterator[Connection]:
        """A transaction that commits at the end of the block and is undone by any exception.

        `begin`: the statement that it begins with; without one, the driver begins by itself."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._engine.connect()
        driver: Any = connection.connection.driver_connection
        try:
            if begin:
                driver.execute(begin)
            yield connection
            (connection if connection.in_transaction() else driver).commit()
        except BaseException:
            self._undo(connection, driver)
            raise
        self._free.append(connection)

    def _undo(self, connection: Connection, driver: Any) -> None:
        try:
            (connection if connection.in_transaction() else driver).rollback()
        except Exception:
            # The database went away, and with it the others.
            connection.invalidate()
            connection.close()
            self.dispose()
        else:
            self._free.append(connection)

    def dispose(self) -> None:
        """Close the connections that nobody uses now."""
        while self._free:
            self._free.pop().close()
