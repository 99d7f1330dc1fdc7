"""`hub replay`: process dead letters again, after their cause has been removed (`docs/contract.md` §3)."""

from __future__ import annotations

from datetime import datetime

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.dates import parse_moment
from hub.domain.errors import Problem


@click.command("replay", cls=HubCommand)
@click.option("--cause", metavar="CODE", default="")
@click.option("--since", metavar="DATE", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), default=None)
@click.option("--id", "mid", metavar="ID", default="")
@click.option("--dry-run", is_flag=True)
def run(cause: str, since: datetime | None, mid: str, dry_run: bool) -> None:
    from hub.intake import replay
    from hub.record.admission.inbox import list_dead_letters

    if not (cause or since or mid):
        raise Stop(Exit.USAGE, Problem("cli-replay-which"))
    start = parse_moment(since.isoformat()) if since else 0
    failures = 0
    with open_record() as store:
        letters = [letter for letter in list_dead_letters(store, cause=cause, since=start) if mid in ("", letter.mid)]
        for letter in letters:
            facts = {"id": letter.mid, "source": letter.source, "cause": letter.cause}
            if dry_run:
                get_terminal().report("cli-replay-would", **facts)
                continue
            failed = bool(replay(store, letter.mid, load_settings()).problems)
            failures += failed
            get_terminal().report("cli-replay-dead" if failed else "cli-replay-done", **facts)
    if not letters:
        get_terminal().report("cli-replay-nothing")
    if failures:
        raise Stop(Exit.FAULT if failures == len(letters) else Exit.PARTLY)
