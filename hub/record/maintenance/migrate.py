"""Bring the record's tables to the version that this code needs; only `hub init` and `hub demo` do so.

The versions are Alembic's, in `migrations/versions/`. All of them are applied in one transaction.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from hub.record.db.locks import close_gate
from hub.record.db.store import Store
from hub.record.maintenance.policy import note_first_policy
from hub.record.maintenance.reindex import note_first_index_rules
from hub.record.maintenance.relabel import note_first_pages

_HOME = Path(__file__).parents[1] / "migrations"

# An arbitrary number for PostgreSQL's advisory lock: two nodes that start together migrate one after the other.
_LOCK = 7_301_942


def migrate(store: Store) -> None:
    """Bring the database of `store` to the newest version, unless it has that version already."""
    with store.write() as connection:
        if store.on_postgres:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            close_gate(connection)
        command.upgrade(_build_config(connection), "head")
        note_first_pages(connection)
        note_first_index_rules(connection)
        note_first_policy(connection, store.now())


def is_current(store: Store) -> bool:
    """Return whether the database of `store` has the version that this code needs."""
    with store.read() as connection:
        return has_current_version(connection)


def has_current_version(connection: Connection) -> bool:
    """Return whether the connected database has the version that this code needs."""
    present = set(MigrationContext.configure(connection).get_current_heads())
    return present == set(ScriptDirectory.from_config(_build_config(None)).get_heads())


def is_empty(connection: Connection) -> bool:
    """Return whether the connected database has no record, of this code or an earlier one."""
    return not MigrationContext.configure(connection).get_current_heads()


def knows(connection: Connection) -> bool:
    """Return whether the connected database has the version of this code or an earlier one."""
    known = {version.revision for version in ScriptDirectory.from_config(_build_config(None)).walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    return bool(present) and present <= known


def draft(store: Store, message: str, version: str) -> Path:
    """Write the migration that brings the database of `store` to `hub.record.tables`, as a draft to be reviewed.

    `version` is its number, such as `0001`. Returns the path of the new file.
    """
    with store.write() as connection:
        command.revision(_build_config(connection), message, autogenerate=True, rev_id=version)
    (path,) = (_HOME / "versions").glob(f"v{version}_*.py")
    return path


def _build_config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HOME).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
