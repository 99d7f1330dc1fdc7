"""`hub reindex`: build the search indexes again, after an upgrade that searches otherwise or a change of the territory's zone."""

from __future__ import annotations

import sys

import click

from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal


@click.command("reindex", cls=HubCommand)
@click.option("--dry-run", is_flag=True)
def run(dry_run: bool) -> None:
    from hub.record.maintenance.reindex import count_resources, reindex_all

    with open_record() as store:
        if dry_run:
            get_terminal().report("cli-reindex-would", resources=count_resources(store))
            return
        # On a terminal alone: click draws nothing elsewhere.
        with click.progressbar(length=1, file=sys.stderr) as bar:

            def draw(count: int, total: int) -> None:
                bar.length = total
                bar.update(count - bar.pos)

            count = reindex_all(store, draw)
    get_terminal().report("cli-reindex-done", resources=count)
