"""Whether the database answers, and if not, why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import pq
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from hub.record.db.engines import get_patience
from hub.record.db.store import Store
from hub.record.tables import life_sign

# The exceptions of a query when the database does not answer or has no tables.
DATABASE_ERRORS = (SQLAlchemyError,)
_PROBE_SECONDS = 2
# The rights that the login of `hub init` needs: to create the role of row-level security, and to create tables.
_RIGHTS = text(
    "SELECT (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) "
    "OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_reader' AND pg_has_role(current_user, oid, 'MEMBER')), "
    "has_schema_privilege(coalesce(current_schema(), 'public'), 'CREATE')"
)


@contextmanager
def open_probe(store: Store) -> Iterator[Connection]:
    """Open a connection to the database of `store` that waits at most two seconds for PostgreSQL.

    It is not from the pool, whose connections may wait for a host that no longer answers."""
    if not store.on_postgres:
        with store.read() as connection:
            yield connection
        return
    url = store.reader.url.render_as_string(hide_password=False)
    seconds = str(_PROBE_SECONDS)
    options = get_patience(url, connect_timeout=seconds, tcp_user_timeout=f"{seconds}000")
    engine = create_engine(url, poolclass=NullPool, connect_args=options)
    with engine.connect() as connection:
        connection.execute(text(f"SET statement_timeout = '{_PROBE_SECONDS}s'"))
        yield connection


def write_life_sign(connection: Connection, source: str, now: int) -> None:
    """Write that `source` works at `now` (µs)."""
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(life_sign)
    values = insert.values(source=source, at=now)
    connection.execute(
        values.on_conflict_do_update(index_elements=[life_sign.c.source], set_={"at": values.excluded.at})
    )


def explain_silence(store: Store) -> str:
    """Return the message code that says why the database of `store` refuses the connection.

    `ready-database`: nothing answers there. `ready-database-starting`: a server takes no connections yet.
    `ready-database-login`: the login or its password is refused. `ready-database-absent`: the server has no such database.
    `ready-database-folder`, `ready-database-file`: of SQLite, where the file is not or cannot be opened.

    PostgreSQL gives no code for a refused connection, and its text is
    in the server's language, so the reason is found by trying what else works.
    """
    if not store.on_postgres:
        folder = Path(store.reader.url.database or "").parent
        return "ready-database-file" if os.access(folder, os.X_OK) and folder.is_dir() else "ready-database-folder"
    url = store.reader.url.set(drivername="postgresql").update_query_dict({"connect_timeout": str(_PROBE_SECONDS)})
    state = pq.PGconn.ping(url.render_as_string(hide_password=False).encode())
    if state != pq.Ping.OK:
        return "ready-database-starting" if state == pq.Ping.REJECT else "ready-database"
    try:
        psycopg.connect(url.set(database="postgres").render_as_string(hide_password=False)).close()
    except psycopg.Error:
        return "ready-database-login"
    return "ready-database-absent"


def find_missing_right(connection: Connection) -> str:
    """Return the message code of a right that the PostgreSQL login lacks for `hub init`, else ""."""
    may_have_role, may_create = connection.execute(_RIGHTS).one()
    if not may_have_role:
        return "ready-database-role"
    return "" if may_create else "ready-database-tables"
