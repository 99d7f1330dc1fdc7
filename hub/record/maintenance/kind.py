"""The kind of a record, demo or production. A process of one kind refuses a record of the other (`docs/contract.md` §2).

`DEMO` and `PRODUCTION` are the values of HUB_ENV.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from hub.domain.errors import Conflict
from hub.record.db.store import Store
from hub.record.maintenance.health import DATABASE_ERRORS, open_probe
from hub.record.maintenance.migrate import migrate
from hub.record.tables import client, part, record_kind
from hub.settings.environment import DEMO, PRODUCTION

# The demo's clients, and no other, have names that begin so (`docs/contract.md` §6).
_DEMO_CLIENT = "demo-"
_REFUSALS = {DEMO: "record-is-demo", PRODUCTION: "record-is-production"}


def refuse_other_kind(store: Store, kind: str) -> None:
    """Raise Conflict `record-is-demo` or `record-is-production` when the record is of another kind than `kind`.

    Returns when the database does not answer or has no kind yet, which other checks report."""
    try:
        with open_probe(store) as connection:
            known = _read_kind(connection)
    except DATABASE_ERRORS:
        return
    _refuse_unless_equal(known, kind)


def migrate_as(store: Store, kind: str) -> None:
    """Bring the tables to the newest version, and make the record one of `kind` unless it has a kind.

    A record made before there were kinds is a demo's if all of its clients are, and a production's if it holds anything
    else. Raises as `refuse_other_kind`, before anything is written."""
    with open_probe(store) as connection:
        known = _read_kind(connection)
        _refuse_unless_equal(known or _guess_kind(connection), kind)
    migrate(store)
    if not known:
        with store.write() as connection:
            if not _read_kind(connection):
                connection.execute(insert(record_kind).values(kind=kind))


def _refuse_unless_equal(known: str, kind: str) -> None:
    if known not in ("", kind):
        raise Conflict(_REFUSALS[known], where="HUB_ENV")


def _read_kind(connection: Connection) -> str:
    if not inspect(connection).has_table(record_kind.name):
        return ""
    return connection.scalar(select(record_kind.c.kind)) or ""


def _guess_kind(connection: Connection) -> str:
    tables = inspect(connection)
    clients = list(connection.scalars(select(client.c.client_id))) if tables.has_table(client.name) else []
    if clients:
        return DEMO if all(name.startswith(_DEMO_CLIENT) for name in clients) else PRODUCTION
    is_filled = tables.has_table(part.name) and connection.execute(select(part.c.rid).limit(1)).first()
    return PRODUCTION if is_filled else ""


def move_former_demo(former: Path, var: Path) -> bool:
    """Move the SQLite record and the key of a demo from the folder `former`, where earlier versions kept them, to `var`.

    Return False when `var` has a record, when that of `former` is not a demo's, or while a process has it open."""
    source, target = former / "hub.sqlite", var / "hub.sqlite"
    if target.exists() or not source.exists():
        return False
    try:
        with closing(sqlite3.connect(source, timeout=0)) as connection:
            names = [name for (name,) in connection.execute("SELECT client_id FROM client")]
            if not names or not all(name.startswith(_DEMO_CLIENT) for name in names):
                return False
            # All becomes one file again; SQLite refuses it while another connection is open.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        return False
    (var / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    # The key first, so that the record is never without it.
    for old in (former / "keys" / "seal.key", *sorted(former.glob("hub.sqlite-traces*")), source):
        if old.exists():
            old.rename(var / old.relative_to(former))
    return True
