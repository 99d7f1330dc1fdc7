"""`hub relabel`: place everything stored again, after a change of the pages that place things (`docs/parts.md` 28)."""

from __future__ import annotations

import sys

import click

from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal


@click.command("relabel", cls=HubCommand)
def run() -> None:
    from hub.record.maintenance.relabel import relabel_all

    # On a terminal alone: click draws nothing elsewhere.
    with open_record() as store, click.progressbar(length=1, file=sys.stderr) as bar:

        def draw(count: int, total: int) -> None:
            bar.length = total
            bar.update(count - bar.pos)

        count = relabel_all(store, draw)
    get_terminal().report("cli-relabel-done", resources=count)
