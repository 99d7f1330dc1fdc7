"""The record that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_settings
from hub.domain.errors import Conflict, Invalid, Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store
    from hub.settings.settings import Settings


@contextmanager
def open_record(*, as_worker: bool = False) -> Iterator[Store]:
    """Open the record that the settings name, and close it afterwards. `as_worker`: PostgreSQL ends its statements that hang.

    Raises Stop as `load_settings` does, and (NOT_READY) with the reason when the database fails."""
    with open_database(load_settings(), as_worker=as_worker) as store:
        yield store


@contextmanager
def open_database(settings: Settings, *, as_worker: bool = False) -> Iterator[Store]:
    """Open the record of `settings`, and close it afterwards. Raises Stop (NOT_READY) with the reason when the database fails,
    and for a demo's record in production or the other way round."""
    from hub.ops.readiness import find_database_problems, find_problems
    from hub.record.db.limits import COMMANDS, WORKER
    from hub.record.db.store import FAILURES, open_store
    from hub.record.maintenance.health import DATABASE_ERRORS
    from hub.record.maintenance.kind import refuse_other_kind

    store = open_store(settings.database_url, settings.seal_keys, limits=WORKER if as_worker else COMMANDS)
    try:
        try:
            refuse_other_kind(store, settings.env)
        except Conflict as error:
            raise Stop(Exit.NOT_READY, *error.problems) from None
        yield store
    except DATABASE_ERRORS as error:
        if problems := find_database_problems(store) or find_problems(store):
            raise Stop(Exit.NOT_READY, *problems) from None
        if isinstance(error, FAILURES):
            raise Stop(Exit.NOT_READY, Problem("cli-database", "HUB_DATABASE_URL")) from None
        raise
    finally:
        store.dispose()


def refuse_foreign_key(store: Store) -> None:
    """Raise Stop (NOT_READY) when the record was made with another seal key."""
    from hub.record.maintenance.seal_key import refuse_other_key

    try:
        refuse_other_key(store)
    except Invalid as error:
        raise Stop(Exit.NOT_READY, *error.problems) from None


def claim_record(store: Store, settings: Settings) -> None:
    """Bring the tables to the newest version and make the record one of the kind of `settings`.

    Raises Stop (NOT_READY) when it is of the other kind."""
    from hub.record.maintenance.kind import migrate_as

    try:
        migrate_as(store, settings.env)
    except Conflict as error:
        raise Stop(Exit.NOT_READY, *error.problems) from None
