"""The database of a recording, past the hub: the clients that no command registers, and what every table holds at the end."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_NEVER = 1 << 61


class Database:
    """The database at `url`, with or without the driver in its name."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._postgres = url.replace("+psycopg", "", 1) if url.startswith("postgres") else ""
        self.on_postgres = bool(self._postgres)
        self._file = "" if self._postgres else url.removeprefix("sqlite:///")

    def let_in(self, party: str, role: str, client: str, secret: str) -> None:
        """Register a person or a relative, who has no software of their own, as a client with the token `secret`."""
        digest = hashlib.sha256(secret.encode()).digest()
        with self._opened(self._file) as connection:
            self._insert(connection, "party_role", party=party, role=role)
            self._insert(
                connection,
                "client",
                **{"client_id": client, "name": client, "party": party, "role": role, "scopes": "system/*.cruds"},
                **{"sources": "", "active": True, "lenient_update": False, "can_introspect": False, "created": 0},
            )
            self._insert(
                connection,
                "token",
                **{"hash": digest, "jti": client, "client_id": client, "scopes": "system/*.cruds", "issued": 0},
                expires=_NEVER,
            )
            connection.commit()

    def digests(self) -> Iterator[tuple[str, int, str]]:
        """(table, number of rows, digest of the rows in any order) of every table, by name."""
        files = {"": ""} if self._postgres else {"": self._file, "traces.": f"{self._file}-traces"}
        for prefix, file in files.items():
            with self._opened(file) as connection:
                for table in self._tables(connection):
                    rows = sorted(repr(tuple(row)) for row in connection.execute(f'SELECT * FROM "{table}"').fetchall())
                    yield f"{prefix}{table}", len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]

    def _insert(self, connection: Any, table: str, **values: Any) -> None:
        place = "%s" if self._postgres else "?"
        names, places = ", ".join(values), ", ".join([place] * len(values))
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(values.values()))

    def _tables(self, connection: Any) -> list[str]:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if self._postgres:
            listed = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        return sorted(name for (name,) in connection.execute(listed).fetchall())

    @contextmanager
    def _opened(self, file: str) -> Iterator[Any]:
        connection: Any = psycopg.connect(self._postgres) if self._postgres else sqlite3.connect(Path(file), timeout=30)
        try:
            yield connection
        finally:
            connection.close()
