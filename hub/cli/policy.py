"""`hub policy show|explain|check`: the page of who sees what, read aloud."""

from __future__ import annotations

import click

from hub.cli.exits import Exit, Stop
from hub.cli.speech import HubGroup, get_terminal
from hub.domain.errors import Problem

_LEVELS = {"none": "rien", "own": "ce qui est à soi", "summary": "résumé", "read": "lit", "write": "lit et écrit"}

group = HubGroup("policy", help="cli-policy")


@group.command("show", help="cli-policy-show")
@click.option("--role", default=None)
def show(role: str | None) -> None:
    from hub.domain.roles import Cell, Role, roles
    from hub.domain.sections import sections

    if role is not None and role not in roles():
        raise Stop(Exit.USAGE, Problem("cli-policy-role", "--role"))

    def line(name: str, found: Role) -> str:
        section = sections()[name]
        cell: Cell = found.cells.get(name, Cell())
        words = _LEVELS[cell.level]
        if cell.shows:
            words += " : " + " ; ".join(section.extracts[extract] for extract in cell.shows)
        if cell.if_consented:
            words += ", avec l'accord de la personne"
        if cell.by_domain:
            words += ", dans ses domaines d'activité"
        return f"  {section.french} : {words}"

    for found in roles().values():
        if role in (None, found.name):
            click.echo(f"{found.title} ({found.name})\n  {found.describes}")
            for section in sections().all:
                if section.column:
                    click.echo(line(section.name, found))
            click.echo(f"  Ses propres actions : {_LEVELS[found.own_tasks.level]}\n")


@group.command("check", help="cli-policy-check")
def check() -> None:
    from hub.domain.roles import roles

    try:
        count = len(roles())
    except (ValueError, KeyError) as fault:
        click.echo(str(fault), err=True)
        raise Stop(Exit.FAULT, Problem("cli-policy-wrong", "config/roles.toml")) from None
    get_terminal().say("cli-policy-right", roles=count)


@group.command("explain", help="cli-policy-explain")
@click.option("--role", required=True)
@click.option("--tie", "ties", multiple=True, required=True)
def explain(role: str, ties: tuple[str, ...]) -> None:
    """What `role` sees, writes and gets by a stake when it has `ties` to a person."""
    from hub.domain.policy import rights
    from hub.domain.roles import roles
    from hub.domain.sections import sections

    if role not in roles():
        raise Stop(Exit.USAGE, Problem("cli-policy-role", "--role"))
    found, places = rights(roles()[role], frozenset(ties)), sections()
    get_terminal().say("cli-policy-sees", places=", ".join(places.names(found.sees)) or "—")
    get_terminal().say("cli-policy-writes", places=", ".join(places.names(found.writes)) or "—")
    get_terminal().say("cli-policy-own", places=", ".join(places.names(found.own)) or "—")
