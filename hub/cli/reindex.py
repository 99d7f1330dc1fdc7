"""`hub reindex`: what resources are found by, derived again; after an upgrade that declares more search parameters."""

from __future__ import annotations

import click

from hub.cli.settings import settings
from hub.cli.speech import Command, terminal


@click.command("reindex", cls=Command, help="cli-reindex")
@click.option("--dry-run", is_flag=True)
def command(dry_run: bool) -> None:
    from hub.record.reindexing import reindex
    from hub.record.store import open_store

    found = settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        with store.write() as connection:
            done = reindex(connection)
            if dry_run:
                connection.rollback()
    finally:
        store.dispose()
    terminal().say("cli-reindex-would" if dry_run else "cli-reindex-done", resources=done)
