"""`hub source`: the sources of `config/sources.toml`, each one way in for one sender (`docs/contract.md` §3)."""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem

group = HubGroup("source")


@group.command("add")
@click.argument("source", metavar="SOURCE")
@click.option("--adapter", metavar="ADAPTER", required=True)
@click.option("--title", metavar="TITLE", required=True)
@click.option("--organisation", metavar="NAME", required=True)
@click.option("--role", metavar="ROLE", required=True)
@click.option("--zone", metavar="ZONE", default="")
@click.option("--like", metavar="SOURCE", default="")
@click.option("--dry-run", is_flag=True)
def add(
    source: str, adapter: str, title: str, organisation: str, role: str, zone: str, like: str, dry_run: bool
) -> None:
    """Append `source` to the page, of which nothing else changes. A hub that runs knows it from its next start on."""
    from hub.administration.sources import add_source, get_page

    settings = {"adapter": adapter, "title": title, "organisation": organisation, "role": role, "zone": zone}
    page = get_page()
    try:
        add_source(page, source, settings, like, dry_run=dry_run)
    except OSError:
        raise Stop(Exit.FAULT, Problem("cli-source-page", str(page))) from None
    get_terminal().report("cli-source-would" if dry_run else "cli-source-done", source=source)


@group.command("list")
def list_all() -> None:
    """Report each source with the clients that may send to it."""
    from hub.administration.sources import list_sources

    with open_record() as store:
        states = list_sources(store)
    for state in states:
        get_terminal().report(
            "cli-source-is" if state.senders else "cli-source-waits",
            source=state.source.name,
            name=state.source.organisation,
            role=state.source.role,
            clients=" ".join(partner.client_id for partner in state.senders),
        )


@group.command("test")
@click.argument("source", metavar="SOURCE")
@click.argument("file", metavar="[FILE]", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
def test(source: str, file: Path | None) -> None:
    """Report what prevents a message from being received at `source`, and what is wrong with that of `file`. Stores nothing."""
    from hub.administration.sources import find_obstacles
    from hub.intake import load_sources

    known = load_sources().get(source)
    if known is None:
        raise Stop(Exit.USAGE, Problem("client-source-unknown", source))
    with open_record() as store:
        body = file.read_bytes() if file is not None else None
        problems = find_obstacles(store, known, body, demo=load_settings().demo)
    if problems:
        raise Stop(Exit.FAULT, *problems)
    get_terminal().report("cli-source-ready", source=source)
