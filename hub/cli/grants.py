"""`hub grants rebuild`: every right derived again from the facts; the same rows, or the reason to look."""

from __future__ import annotations

import click

from hub.cli.settings import settings
from hub.cli.speech import Commands, terminal

command = Commands("grants", help="cli-grants")


@command.command("rebuild", help="cli-grants-rebuild")
@click.option("--dry-run", is_flag=True)
def rebuild(dry_run: bool) -> None:
    from hub.record.grants import rebuild_all
    from hub.record.store import open_store

    found = settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        with store.write() as connection:
            done = rebuild_all(connection)
            if dry_run:
                connection.rollback()
    finally:
        store.dispose()
    terminal().say("cli-grants-would" if dry_run else "cli-grants-done", persons=done.persons, changed=done.changed)
