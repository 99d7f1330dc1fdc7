"""`hub init`: create the folder, the seal key and the tables, as far as they are missing."""

from __future__ import annotations

import os

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import claim_record, open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem
from hub.settings import seal_keys
from hub.settings.environment import find_folder


@click.command("init", cls=HubCommand)
@click.option("--dry-run", is_flag=True)
def run(dry_run: bool) -> None:
    from hub.ops.readiness import find_database_problems
    from hub.record.accounts.vault import open_vault
    from hub.record.maintenance.migrate import is_current

    if not dry_run:
        _make_folder()
    # postgresql or sqlite; the rest of the URL may hold a password.
    settings = load_settings()
    database = settings.database_url.partition(":")[0]
    if dry_run:
        get_terminal().report("cli-init-would", database=database)
        return
    with open_record() as store:
        if is_current(store):
            claim_record(store, settings)
            get_terminal().report("cli-init-nothing")
        elif problems := find_database_problems(store):
            raise Stop(Exit.NOT_READY, *problems)
        else:
            claim_record(store, settings)
            get_terminal().report("cli-init-done", database=database)
        # Makes the keys of accounts, or seals them by a new seal key.
        open_vault(store)


def _make_folder() -> None:
    """Make the folder of the hub, with a seal key in it unless there is one or a setting gives another.

    It runs before the settings are read, since they are not complete without a key.
    """
    folder = find_folder(os.environ)
    has_key = os.environ.get("HUB_SEAL_KEY") or os.environ.get("HUB_SEAL_KEY_FILE")
    path = seal_keys.get_path(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not has_key and seal_keys.make(path)
    except OSError:
        raise Stop(Exit.NOT_READY, Problem("cli-init-folder", "HUB_VAR")) from None
    if is_new:
        get_terminal().report("cli-init-key", file=path)
