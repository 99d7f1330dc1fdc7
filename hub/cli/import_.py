"""`hub import FILE --source S`: a file as if its sender had brought it to `/intake/S`."""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem


@click.command("import", cls=HubCommand, help="cli-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True)
@click.option("--client", default="")
@click.option("--dry-run", is_flag=True)
def run(file: Path, source: str, client: str, dry_run: bool) -> None:
    from hub.domain.actor import Actor
    from hub.intake import load_sources, preview, receive
    from hub.record.clients.registry import everyone
    from hub.record.db.store import open_store

    known = load_sources().get(source)
    if known is None:
        raise Stop(Exit.USAGE, Problem("cli-import-source", "--source"))
    found, raw = load_settings(), file.read_bytes()
    if dry_run:
        _report_dry_run(preview(known, raw))
        return
    store = open_store(found.database_url, found.seal_keys)
    try:
        senders = [p for p in everyone(store) if p.active and source in p.sources and client in ("", p.client_id)]
        if len(senders) != 1:
            raise Stop(Exit.USAGE, Problem("cli-import-client", "--client"))
        sender = senders[0]
        actor = Actor(sender.party, sender.role, sender.client_id, ("system/Bundle.c",), sources=(source,))
        answer = receive(store, actor, source, known.adapter.media_types[0], raw, found)
    finally:
        store.dispose()
    if answer.problems and answer.tasks:
        get_terminal().complain(answer.problems)
        get_terminal().say("cli-import-done", tasks=answer.tasks)
        raise Stop(Exit.PARTLY)
    if answer.problems:
        raise Stop(Exit.FAULT, Problem("cli-import-refused", str(file)), *answer.problems)
    get_terminal().say("cli-import-done", tasks=answer.tasks)


def _report_dry_run(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise Stop(Exit.FAULT, *problems)
    get_terminal().say("cli-import-would")
