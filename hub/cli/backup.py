"""`hub backup FILE` and `hub restore FILE`: an SQLite record as one file, while the hub runs (`docs/security.md` §6.5).

PostgreSQL has its own tools for this, which can also archive every change. For a record in PostgreSQL these commands name the
tool and stop.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store


@click.command("backup", cls=HubCommand)
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True)
@click.option("--dry-run", is_flag=True)
def run_backup(file: Path, verify: bool, dry_run: bool) -> None:
    """Copy the record to a new file and report its SHA-256; with `verify`, prove instead that the copy `file` can be restored."""
    from hub.record.maintenance.backup import back_up
    from hub.record.maintenance.backup_proof import verify_copy

    if verify:
        if not file.is_file():
            raise Stop(Exit.USAGE, Problem("cli-backup-absent", str(file)))
        get_terminal().report("cli-backup-verified", file=file, resources=verify_copy(file))
        return
    if not file.parent.is_dir():
        raise Stop(Exit.USAGE, Problem("cli-backup-folder", str(file)))
    with open_record() as store:
        _check_store(store, "cli-backup-postgres")
        if dry_run:
            get_terminal().report("cli-backup-would", file=file)
            return
        digest = back_up(store, file)
    get_terminal().report("cli-backup-done", file=file, sha256=digest)


@click.command("restore", cls=HubCommand)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over", is_flag=True)
@click.option("--dry-run", is_flag=True)
def run_restore(file: Path, over: bool, dry_run: bool) -> None:
    """Replace the record by the copy in `file`; a record that is not empty only with `over`."""
    from hub.record.maintenance import backup as backups

    with open_record() as store:
        _check_store(store, "cli-restore-postgres")
        backups.examine(file)
        if not over and backups.holds_anything(store):
            raise Stop(Exit.USAGE, Problem("cli-restore-over", "--over"))
        if over:
            _report_end(backups.find_copy_time(file), backups.read_last_change(store))
        if not dry_run:
            backups.restore(store, file)
    get_terminal().report("cli-restore-would" if dry_run else "cli-restore-done", file=file)


def _report_end(copied: int | None, last_write: int | None) -> None:
    """Say what a restore over a record ends: what was written after the copy."""
    from hub.record.db.clock import instant

    times = {"since": copied, "until": last_write}
    facts = {name: instant(time) for name, time in times.items() if time is not None}
    get_terminal().report("cli-restore-ends", **facts)


def _check_store(store: Store, postgres_code: str) -> None:
    """Stop with USAGE and `postgres_code` if the record is in PostgreSQL, with NOT_READY if the database does not answer."""
    from hub.ops.readiness import find_database_problems

    if store.on_postgres:
        raise Stop(Exit.USAGE, Problem(postgres_code, "HUB_DATABASE_URL"))
    if problems := find_database_problems(store):
        raise Stop(Exit.NOT_READY, *problems)
