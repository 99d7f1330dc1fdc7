"""`hub grants rebuild`: every right derived again from the facts; the same rows, or the reason to look."""

from __future__ import annotations

import click

from hub.cli.record import open_record
from hub.cli.speech import HubGroup, get_terminal

group = HubGroup("grants", help="cli-grants")


@group.command("rebuild", help="cli-grants-rebuild")
@click.option("--dry-run", is_flag=True)
def rebuild(dry_run: bool) -> None:
    from hub.record.access.grants import rebuild_all

    with open_record() as store, store.write() as connection:
        done = rebuild_all(connection)
        if dry_run:
            connection.rollback()
    get_terminal().say("cli-grants-would" if dry_run else "cli-grants-done", persons=done.persons, changed=done.changed)
