"""`hub replay`: dead letters tried again, once their cause is put right (`docs/contract.md` §3)."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem


@click.command("replay", cls=HubCommand, help="cli-replay")
@click.option("--cause", default="")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), default=None)
@click.option("--id", "mid", default="")
@click.option("--dry-run", is_flag=True)
def run(cause: str, since: datetime | None, mid: str, dry_run: bool) -> None:
    from hub.intake import replay
    from hub.record.admission.inbox import list_dead_letters
    from hub.record.db.store import open_store

    if not (cause or since or mid):
        raise Stop(Exit.USAGE, Problem("cli-replay-which"))
    found = load_settings()
    store = open_store(found.database_url, found.seal_keys)
    moment = int(since.replace(tzinfo=UTC).timestamp()) * 1_000_000 if since else 0
    refused = 0
    try:
        letters = [one for one in list_dead_letters(store, cause=cause, since=moment) if mid in ("", one.mid)]
        for letter in letters:
            told = {"id": letter.mid, "source": letter.source, "cause": letter.cause}
            if dry_run:
                get_terminal().say("cli-replay-would", **told)
                continue
            dead = bool(replay(store, letter.mid, found).problems)
            refused += dead
            get_terminal().say("cli-replay-dead" if dead else "cli-replay-done", **told)
    finally:
        store.dispose()
    if not letters:
        get_terminal().say("cli-replay-nothing")
    if refused:
        raise Stop(Exit.FAULT if refused == len(letters) else Exit.PARTLY)
