"""The SQL that reaches the drivers, below SQLAlchemy: each statement, its values and the rows that were fetched from it."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

_SPACE = re.compile(r"\s+")
# psycopg's values have names, which are those of Python variables and not of the database.
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass
class Statement:
    """`text` with single spaces and without the names of its values; `values`: their digest; `rows`: how many were fetched."""

    text: str
    values: str
    rows: int = 0


class Watch:
    """Collects the statements of the whole process since the last `take`. `folder`: left out of their values."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._statements: list[Statement] = []

    def take(self) -> list[Statement]:
        """The statements so far, which are then forgotten."""
        taken, self._statements = self._statements, []
        return taken

    def add(self, text: object, values: object = None, *, many: bool = False) -> Statement:
        """Note that `text` is executed, with `values` or with each of them."""
        written = text if isinstance(text, str) else str(text)
        names = _NAMED.findall(written)
        sets = list(values) if many else [values]  # type: ignore[call-overload]
        shown = repr([[self._plain(value) for value in _ordered(row, names)] for row in sets])
        digest = hashlib.sha256(shown.encode()).hexdigest()[:16]
        statement = Statement(_SPACE.sub(" ", _NAMED.sub("%s", written)).strip(), digest if values else "")
        self._statements.append(statement)
        return statement

    def _plain(self, value: Any) -> Any:
        """`value` as it is written in every run."""
        if isinstance(value, memoryview):
            return bytes(value)
        return value.replace(self._folder, "…") if isinstance(value, str) else value

    def install(self) -> None:
        """Watch every connection that is opened from now on."""
        _watch_sqlite(self)
        _watch_postgres(self)


def _ordered(values: Any, names: Sequence[str]) -> list[Any]:
    """The values in the order in which the statement names them."""
    if isinstance(values, Mapping):
        return [values[name] for name in names]
    return list(values or ())


def _watch_sqlite(watch: Watch) -> None:
    class Cursor(sqlite3.Cursor):
        statement = Statement("", "")

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            self.statement = watch.add(sql, *values)
            return super().execute(sql, *values)

        def executemany(self, sql: str, values: Any) -> sqlite3.Cursor:
            values = list(values)
            self.statement = watch.add(sql, values, many=True)
            return super().executemany(sql, values)

        def fetchone(self) -> Any:
            row = super().fetchone()
            self.statement.rows += row is not None
            return row

        def fetchmany(self, size: int | None = None) -> list[Any]:
            rows = super().fetchmany(self.arraysize if size is None else size)
            self.statement.rows += len(rows)
            return rows

        def fetchall(self) -> list[Any]:
            rows = super().fetchall()
            self.statement.rows += len(rows)
            return rows

        def __next__(self) -> Any:
            row = super().__next__()
            self.statement.rows += 1
            return row

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return self.cursor().execute(sql, *values)

        def executemany(self, sql: str, values: Any) -> sqlite3.Cursor:
            return self.cursor().executemany(sql, values)

        def commit(self) -> None:
            if self.in_transaction:
                watch.add("COMMIT")
            super().commit()

        def rollback(self) -> None:
            if self.in_transaction:
                watch.add("ROLLBACK")
            super().rollback()

    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*arguments, **{"factory": Connection} | options)
        return opened

    sqlite3.connect = sqlite3.dbapi2.connect = watched  # type: ignore[assignment]


def _watch_postgres(watch: Watch) -> None:
    statements: dict[int, Statement] = {}
    cursor: Any = psycopg.Cursor
    execute, executemany, fetchone, fetchmany, fetchall, iterate = (
        getattr(cursor, name) for name in ("execute", "executemany", "fetchone", "fetchmany", "fetchall", "__iter__")
    )

    def count(of: Any, rows: int) -> None:
        if id(of) in statements:
            statements[id(of)].rows += rows

    def watched_execute(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        statements[id(self)] = watch.add(query, params)
        return execute(self, query, params, **options)

    def watched_executemany(self: Any, query: Any, params_seq: Any, **options: Any) -> Any:
        params_seq = list(params_seq)
        statements[id(self)] = watch.add(query, params_seq, many=True)
        return executemany(self, query, params_seq, **options)

    def watched_fetchone(self: Any) -> Any:
        row = fetchone(self)
        count(self, row is not None)
        return row

    def watched_fetchmany(self: Any, size: int = 0) -> Any:
        fetched = fetchmany(self, size)
        count(self, len(fetched))
        return fetched

    def watched_fetchall(self: Any) -> Any:
        fetched = fetchall(self)
        count(self, len(fetched))
        return fetched

    def watched_iterate(self: Any) -> Iterator[Any]:
        for row in iterate(self):
            count(self, 1)
            yield row

    cursor.execute, cursor.executemany = watched_execute, watched_executemany
    cursor.fetchone, cursor.fetchmany, cursor.fetchall = watched_fetchone, watched_fetchmany, watched_fetchall
    cursor.__iter__ = watched_iterate
    connection: Any = psycopg.Connection
    for name in ("commit", "rollback"):
        setattr(connection, name, _ended(watch, name.upper(), getattr(connection, name)))


def _ended(watch: Watch, word: str, end: Any) -> Any:
    def watched(self: Any) -> None:
        if self.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            watch.add(word)
        end(self)

    return watched
