"""`hub grants rebuild`: derive all rights again from the facts. If rows change, a derivation was missed before."""

from __future__ import annotations

import click

from hub.cli.help import HubGroup
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal

group = HubGroup("grants")


@group.command("rebuild")
@click.option("--dry-run", is_flag=True)
def rebuild(dry_run: bool) -> None:
    """Derive the grants of every person; report how many persons there are and how many grant rows differ."""
    from hub.record.access.grants import rebuild_all
    from hub.record.db.clock import tick

    with open_record() as store, store.write() as connection:
        tick(store, connection)
        counts = rebuild_all(connection)
        if dry_run:
            connection.rollback()
    code = "cli-grants-would" if dry_run else "cli-grants-done"
    get_terminal().report(code, persons=counts.persons, changed=counts.changed)
