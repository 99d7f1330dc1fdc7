"""`hub backup FILE`, `hub restore FILE`: the record in SQLite as one file, while the hub runs (docs/security.md §6.5).

PostgreSQL has tools of its own for this, which archive every change: these commands say which, and end.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.record import open_record
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store


@click.command("backup", cls=HubCommand, help="cli-backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True)
def backup(file: Path, dry_run: bool) -> None:
    from hub.record.maintenance.backup import back_up

    if not file.parent.is_dir():
        raise Stop(Exit.USAGE, Problem("cli-backup-folder", str(file)))
    with open_record() as store:
        _check(store, "cli-backup-postgres")
        if dry_run:
            get_terminal().say("cli-backup-would", file=file)
            return
        digest = back_up(store, file)
    get_terminal().say("cli-backup-done", file=file, sha256=digest)


@click.command("restore", cls=HubCommand, help="cli-restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over", is_flag=True)
@click.option("--dry-run", is_flag=True)
def restore(file: Path, over: bool, dry_run: bool) -> None:
    from hub.record.maintenance import backup as copies

    with open_record() as store:
        _check(store, "cli-restore-postgres")
        copies.examine(file)
        if not over and copies.holds_anything(store):
            raise Stop(Exit.USAGE, Problem("cli-restore-over", "--over"))
        if not dry_run:
            copies.restore(store, file)
    get_terminal().say("cli-restore-would" if dry_run else "cli-restore-done", file=file)


def _check(store: Store, elsewhere: str) -> None:
    """Stop: usage, saying `elsewhere`, when the record is not in SQLite; not ready when it does not answer."""
    from hub.record.maintenance.health import answers

    if store.on_postgres:
        raise Stop(Exit.USAGE, Problem(elsewhere, "HUB_DATABASE_URL"))
    if not answers(store):
        raise Stop(Exit.NOT_READY, Problem("ready-database", "HUB_DATABASE_URL"))
