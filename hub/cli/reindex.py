"""`hub reindex`: build the search indexes again, after an upgrade that declares more search parameters."""

from __future__ import annotations

import click

from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal


@click.command("reindex", cls=HubCommand)
@click.option("--dry-run", is_flag=True)
def run(dry_run: bool) -> None:
    from hub.record.maintenance.reindex import reindex

    with open_record() as store, store.write() as connection:
        count = reindex(connection)
        if dry_run:
            connection.rollback()
    get_terminal().report("cli-reindex-would" if dry_run else "cli-reindex-done", resources=count)
