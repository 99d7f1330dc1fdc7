"""`hub purge`: delete now what the worker deletes once a day, the traces and the journal of accesses that are past their term."""

from __future__ import annotations

import click

from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.dates import add_days


@click.command("purge", cls=HubCommand)
@click.option("--dry-run", is_flag=True)
def run(dry_run: bool) -> None:
    from hub.record.audit import index_traces
    from hub.record.audit.purge import count_old, purge_journal

    with open_record(as_worker=True) as store:
        before = add_days(store.now(), -load_settings().work.journal_days)
        if dry_run:
            get_terminal().report("cli-purge-would", rows=count_old(store, before))
            return
        index_traces(store)
        get_terminal().report("cli-purge-done", rows=purge_journal(store, before))
