"""`hub init`: the folder, the seal key, the tables. Again and again without harm."""

from __future__ import annotations

import os
from pathlib import Path

import click

from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.settings import seal_keys


@click.command("init", cls=HubCommand, help="cli-init")
@click.option("--dry-run", is_flag=True)
def run(dry_run: bool) -> None:
    from hub.record.db.store import open_store
    from hub.record.maintenance.migrate import is_current, migrate

    if not dry_run:
        _make_seal_key()
    found = load_settings()
    if dry_run:
        get_terminal().say("cli-init-would", database=_get_dialect(found.database_url))
        return
    store = open_store(found.database_url, found.seal_keys)
    try:
        if is_current(store):
            get_terminal().say("cli-init-nothing")
        else:
            migrate(store)
            get_terminal().say("cli-init-done", database=_get_dialect(found.database_url))
    finally:
        store.dispose()


def _make_seal_key() -> None:
    """Make the key that lives in `HUB_VAR`, unless the settings name another: before they are read, as they need it."""
    if os.environ.get("HUB_SEAL_KEY") or os.environ.get("HUB_SEAL_KEY_FILE"):
        return
    if seal_keys.make(path := seal_keys.home(Path(os.environ.get("HUB_VAR") or "var").resolve())):
        get_terminal().say("cli-init-key", file=path)


def _get_dialect(url: str) -> str:
    return url.partition(":")[0]
