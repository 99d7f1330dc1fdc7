"""Statements of the hot paths: built with SQLAlchemy Core, compiled once for each database, run on the driver.

What `Connection.execute` does around a statement costs more CPU than the statements of a read (`docs/performance.md` §3, §4). The
SQL, its types and its dialect stay SQLAlchemy's; so do its errors, and whoever listens to `before_cursor_execute` hears these
statements like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]


class CompiledStatement:
    """A statement whose values are all bound by name, and need no conversion either way."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._made: dict[str, tuple[str, Callable[[Values], Any]]] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them, in the order of the columns. Raises as `Connection.execute` does."""
        rows: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return rows

    def run(self, connection: Connection, values: Values) -> None:
        """Execute a statement that returns nothing."""
        self._run(connection, values)

    def run_many(self, connection: Connection, many: Sequence[Values]) -> None:
        """Execute a statement that returns nothing, once for each of `many`."""
        self._run(connection, many, many=True)

    def _run(self, connection: Connection, values: Any, many: bool = False) -> Any:
        dialect = connection.dialect
        text, ordered = self._made.get(dialect.name) or self._compile(dialect)
        bound = [ordered(each) for each in values] if many else ordered(values)
        for listen in connection.dispatch.before_cursor_execute:
            listen(connection, None, text, bound, None, many)
        driver: Any = connection.connection.dbapi_connection
        try:
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
    """From values by name to what the driver takes: a tuple in the order of the statement, or names where it knows them."""
    if names is None:
        return lambda values: {**constants, **values}
    if len(names) < 2:
        return lambda values: tuple({**constants, **values}[name] for name in names)
    picked = itemgetter(*names)
    return (lambda values: picked({**constants, **values})) if constants else picked
