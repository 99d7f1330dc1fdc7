"""`hub import FILE --source S`: admit a file as if its sender had posted it to `/intake/S`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.domain.actor import Actor
    from hub.record.db.store import Store


@click.command("import", cls=HubCommand)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", metavar="SOURCE", required=True)
@click.option("--client", metavar="CLIENT", default="")
@click.option("--dry-run", is_flag=True)
def run(file: Path, source: str, client: str, dry_run: bool) -> None:
    from hub.intake import load_sources, preview, receive

    known = load_sources().get(source)
    if known is None:
        raise Stop(Exit.USAGE, Problem("cli-import-source", "--source"))
    body = file.read_bytes()
    if dry_run:
        _report_dry_run(preview(known, body, demo=load_settings().demo))
        return
    with open_record() as store:
        actor = _find_actor(store, source, client)
        answer = receive(store, actor, source, known.adapter.media_types[0], body, settings=load_settings())
    if answer.problems and answer.tasks:
        get_terminal().report_problems(answer.problems)
        get_terminal().report("cli-import-done", tasks=answer.tasks)
        raise Stop(Exit.PARTLY)
    if answer.problems:
        raise Stop(Exit.FAULT, Problem("cli-import-refused", str(file)), *answer.problems)
    get_terminal().report("cli-import-done", tasks=answer.tasks)


def _find_actor(store: Store, source: str, client: str) -> Actor:
    """The only active client that may send to `source`, or `client` among several. Stop with USAGE when it is not clear."""
    from hub.domain.actor import Actor
    from hub.record.clients.registry import everyone

    partners = [partner for partner in everyone(store) if partner.active and source in partner.sources]
    senders = [partner for partner in partners if client in ("", partner.client_id)]
    if len(senders) != 1:
        raise Stop(Exit.USAGE, Problem("cli-import-client", "--client"))
    sender = senders[0]
    return Actor(sender.party, sender.role, sender.client_id, ("system/Bundle.c",), sources=(source,))


def _report_dry_run(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise Stop(Exit.FAULT, *problems)
    get_terminal().report("cli-import-would")
