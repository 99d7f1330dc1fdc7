"""Statements of frequent requests: built with SQLAlchemy Core, compiled once for each database, run on the driver connection.

The work of `Connection.execute` around a statement costs more CPU than the statements of a read (`docs/performance.md` §3, §4).
SQL, types, dialect and errors are SQLAlchemy's, and listeners to `before_cursor_execute` get these statements too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

from hub.record.db.arrays import build_array_insert, build_arrays, is_plain_insert
from hub.record.db.wire import PostgresConnection, Values


class CompiledStatement:
    """A statement whose values are bound by name, and whose values and columns need no type conversion."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._made: dict[str, tuple[str, Callable[[Values], Any]]] = {}
        self._from_arrays: CompiledStatement | None = None

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Return the rows of the driver, tuples in the order of the columns. Raises as `Connection.execute`."""
        rows: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return rows

    def run(self, connection: Connection, values: Values) -> None:
        """Execute a statement that returns nothing. In a transaction on PostgreSQL it is sent with the next one or the commit,
        which then raise its errors."""
        self._run(connection, values, later=True)

    def run_many(self, connection: Connection, many: Sequence[Values]) -> None:
        """Execute a statement that returns nothing, once for each of `many`; as `run`. PostgreSQL gets the rows of a plain INSERT
        as one array for each column, which costs it and psycopg less than a statement for each row."""
        if len(many) > 1 and connection.dialect.name == "postgresql" and is_plain_insert(self._statement):
            if self._from_arrays is None:
                self._from_arrays = CompiledStatement(build_array_insert(self._statement.table))
            self._from_arrays.run(connection, build_arrays(self._statement.table, many))
            return
        self._run(connection, many, many=True, later=True)

    def _run(self, connection: Connection, values: Any, many: bool = False, later: bool = False) -> Any:
        dialect = connection.dialect
        text, ordered = self._made.get(dialect.name) or self._compile(dialect)
        bound = [ordered(each) for each in values] if many else ordered(values)
        for listen in connection.dispatch.before_cursor_execute:
            listen(connection, None, text, bound, None, many)
        driver: Any = connection.connection.dbapi_connection
        try:
            if later and isinstance(driver, PostgresConnection):
                return driver.run_later(text, bound)
            return driver.cursor().executemany(text, bound) if many else driver.execute(text, bound)
        except dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(text, None, fault, dialect.loaded_dbapi.Error, dialect=dialect) from fault

    def _compile(self, dialect: Dialect) -> tuple[str, Callable[[Values], Any]]:
        compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        compiled_text = compiled.string, _order(compiled.positiontup, constants)
        self._made[dialect.name] = compiled_text
        return compiled_text


def _order(names: Sequence[str] | None, constants: dict[str, Any]) -> Callable[[Values], Any]:
    """Return a function from values by name to the parameters of the driver: a tuple in the order of the statement, or a dict."""
    if names is None:
        return lambda values: {**constants, **values}
    if len(names) < 2:
        return lambda values: tuple({**constants, **values}[name] for name in names)
    picked = itemgetter(*names)
    return (lambda values: picked({**constants, **values})) if constants else picked
