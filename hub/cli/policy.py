"""`hub policy show|check|explain`: who sees what, from `config/roles.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem
from hub.domain.messages import get_text

if TYPE_CHECKING:
    from hub.domain.roles import Cell, Role
    from hub.domain.sections import Section

# The level of a cell → the code of its sentence.
_LEVELS = {
    "none": "cli-level-none",
    "own": "cli-level-own",
    "summary": "cli-level-summary",
    "read": "cli-level-read",
    "write": "cli-level-write",
}

group = HubGroup("policy")


@group.command("show")
@click.option("--role", "name", metavar="ROLE", default=None)
def show(name: str | None) -> None:
    """Print a paragraph for each role, or for the role `name`."""
    from hub.domain.roles import load_roles

    if name is not None:
        _check_role(name)
    for role in load_roles().values():
        if name in (None, role.name):
            for line in _describe_role(role, get_terminal().language):
                click.echo(line)


@group.command("check")
def check() -> None:
    """Read the page as the hub does at its start."""
    from hub.domain.roles import load_roles

    try:
        count = len(load_roles())
    except (ValueError, KeyError) as error:
        click.echo(str(error), err=True)
        raise Stop(Exit.FAULT, Problem("cli-policy-wrong", "config/roles.toml")) from None
    get_terminal().report("cli-policy-right", roles=count)


@group.command("explain")
@click.option("--role", metavar="ROLE", required=True)
@click.option("--tie", "ties", metavar="TIE", multiple=True, required=True)
def explain(role: str, ties: tuple[str, ...]) -> None:
    """Report the places that `role` sees and writes through `ties` to a person, and those that a stake opens to it."""
    from hub.domain.policy import compute_rights
    from hub.domain.roles import load_roles
    from hub.domain.sections import load_sections

    _check_role(role)
    masks, names = compute_rights(load_roles()[role], frozenset(ties)), load_sections().names
    terminal = get_terminal()
    terminal.report("cli-policy-sees", places=", ".join(names(masks.sees)) or "—")
    terminal.report("cli-policy-writes", places=", ".join(names(masks.writes)) or "—")
    terminal.report("cli-policy-own", places=", ".join(names(masks.own)) or "—")


def _check_role(name: str) -> None:
    from hub.domain.roles import load_roles

    if name not in load_roles():
        raise Stop(Exit.USAGE, Problem("cli-policy-role", "--role"))


def _describe_role(role: Role, language: str) -> Iterator[str]:
    """The lines of a role: title and purpose, as the page has them, then what it may do in each section."""
    from hub.domain.roles import Cell
    from hub.domain.sections import load_sections

    yield f"{role.title} ({role.name})\n  {role.describes}"
    for section in load_sections().all:
        if section.column:
            yield _describe_cell(section, role.cells.get(section.name, Cell()), language)
    own_tasks, level = (get_text(code, language) for code in ("cli-policy-own-tasks", _LEVELS[role.own_tasks.level]))
    yield f"  {_join(own_tasks, level, language)}\n"


def _describe_cell(section: Section, cell: Cell, language: str) -> str:
    """One line. Sections and extracts have French names in the configuration; in English their codes are given."""
    words = get_text(_LEVELS[cell.level], language)
    if cell.shows:
        extracts = cell.shows if language == "en" else [section.extracts[extract] for extract in cell.shows]
        words = _join(words, ("; " if language == "en" else " ; ").join(extracts), language)
    if cell.if_consented:
        words += f", {get_text('cli-policy-if-consented', language)}"
    if cell.by_domain:
        words += f", {get_text('cli-policy-by-domain', language)}"
    return f"  {_join(section.name if language == 'en' else section.french, words, language)}"


def _join(name: str, value: str, language: str) -> str:
    return f"{name}: {value}" if language == "en" else f"{name} : {value}"
