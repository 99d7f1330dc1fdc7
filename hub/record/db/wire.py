"""A connection to PostgreSQL that waits seldom: what needs no answer of its own is sent with the next statement that does.

libpq's pipeline mode (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html) sends several statements and waits once.
The server runs them in order; an error skips all that follow, up to the end of the pipeline, and is raised by the statement or
commit that waits. Nothing is committed before `commit` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

Values = Mapping[str, Any]


class PostgresConnection(psycopg.Connection[Any]):
    """A psycopg connection in autocommit mode, with statements that wait for the next one, and a context sent before each.

    A transaction begins by `begin_later` alone: psycopg's own BEGIN is waited for, in a pipeline too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = _Cursor
        self._waiting: list[tuple[str, Any]] = []
        self._is_begun = False
        self._context: tuple[str, Sequence[str | None]] | None = None
        self._patience = self._usual_patience = 0.0

    def limit_wait(self, seconds: float) -> None:
        """Wait at most `seconds` for an answer; 0: as long as it takes. A host that went silent ends no statement."""
        self._patience = self._usual_patience = seconds

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as psycopg does. Raises OperationalError when no answer came in time; the connection is closed then."""
        try:
            return super().wait(gen, interval, timeout or self._patience or None)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise

    def begin_later(self) -> None:
        """Begin a transaction with the next statement."""
        if not self._is_begun:
            self._waiting.append(("BEGIN", None))
            self._is_begun = True

    def run_later(self, text: str, values: Values | list[Values]) -> None:
        """Execute a statement that returns nothing, with the next one or with the commit; a list of values: once for each.

        Outside of a transaction it is executed now."""
        if self._is_begun:
            self._waiting.append((text, values))
        elif isinstance(values, list):
            self.cursor().executemany(text, values)
        else:
            self.cursor().execute(text, values)

    def use_context(self, text: str, values: Sequence[str | None], patience: float = 0.0) -> None:
        """Execute `text` with `values` (`%s` …) before each statement, in the same transaction, until `commit` or `rollback`, and
        wait at most `patience` seconds for each answer.

        Where none was begun, this transaction is that of the one statement: what `set_config` sets for a transaction ends with
        it."""
        self._context = text, tuple(values)
        self._patience = patience or self._usual_patience

    def commit(self) -> None:
        """Send what waits, then commit, and wait once. A transaction without any statement sends nothing."""
        self._forget_context()
        waiting = self._take_waiting()
        if all(text == "BEGIN" for text, _ in waiting):
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                super().commit()
            return
        with self.pipeline() as pipeline:
            self._send(waiting)
            # As psycopg does for BEGIN and COMMIT in a pipeline.
            pipeline.command_queue.append(partial(self.pgconn.send_query_params, b"COMMIT", None))
            pipeline.result_queue.append(None)

    def rollback(self) -> None:
        """Forget what waits, and roll back."""
        self._forget_context()
        self._take_waiting()
        super().rollback()

    def run(self, execute: Callable[[], object]) -> None:
        """Send what waits and the context, then what `execute` sends, and wait once."""
        if self._pipeline is not None or not (self._waiting or self._context):
            execute()
            return
        waiting, self._waiting = self._waiting, []
        with self.pipeline():
            self._send(waiting)
            if self._context is not None:
                self._send([self._context])
            execute()

    def _send(self, waiting: Iterable[tuple[str, Any]]) -> None:
        for text, values in waiting:
            cursor = self.cursor()
            if isinstance(values, list):
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values)

    def _forget_context(self) -> None:
        self._context, self._patience = None, self._usual_patience

    def _take_waiting(self) -> list[tuple[str, Any]]:
        waiting, self._waiting, self._is_begun = self._waiting, [], False
        return waiting


class _Cursor(psycopg.Cursor[Any]):
    """A cursor of `PostgresConnection`."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        connection: Any = self.connection
        connection.run(lambda: super(_Cursor, self).execute(query, params, **options))
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        connection: Any = self.connection
        connection.run(lambda: super(_Cursor, self).executemany(query, params_seq, **options))


def use_pipelines(engine: Engine) -> None:
    """Let `engine` open connections as `PostgresConnection`. Its own transactions begin with their first statement."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _entry: Any, arguments: Any, options: Any) -> PostgresConnection:
        return PostgresConnection.connect(*arguments, **options, autocommit=True)
