"""`hub partner`: the software that may connect, of which organisation and in which role (`docs/contract.md` §3).

A client authenticates with its own private key, which the hub never has: public keys are registered (`docs/security.md` CA-1).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.operator import make_operator
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal
from hub.domain.errors import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from hub.record.accounts.events import Agent
    from hub.record.clients.keys import ClientKey
    from hub.record.db.store import Store

_KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

group = HubGroup("partner")


@group.command("add")
@click.argument("client", metavar="CLIENT")
@click.option("--name", metavar="NAME", required=True)
@click.option("--party", metavar="PARTY", required=True)
@click.option("--role", metavar="ROLE", required=True)
@click.option("--scope", metavar="SCOPES", required=True)
@click.option("--source", "sources", metavar="SOURCE", multiple=True)
@click.option("--key", "key_files", metavar="FILE", type=_KEY_FILE, multiple=True, required=True)
@click.option("--lenient-update", is_flag=True)
@click.option("--introspect", is_flag=True)
@click.option("--dry-run", is_flag=True)
def add(
    client: str,
    name: str,
    party: str,
    role: str,
    scope: str,
    sources: tuple[str, ...],
    key_files: tuple[Path, ...],
    lenient_update: bool,
    introspect: bool,
    dry_run: bool,
) -> None:
    """Register `client`; the other parameters are the fields of `Partner`."""
    from hub.administration.partners import add_partner
    from hub.record.clients.registry import Partner

    keys = tuple(key for file in key_files for key in _read_keys(file))
    partner = Partner(client, name, party, role, tuple(scope.split()), sources, keys, lenient_update, introspect)
    with open_record() as store:
        add_partner(store, make_operator().agent, partner, dry_run=dry_run)
    _report(client, dry_run)


@group.command("list")
def list_partners() -> None:
    """Report each client with its registration."""
    from hub.record.clients.registry import everyone

    with open_record() as store:
        for partner in everyone(store):
            get_terminal().report(
                "cli-partner-is" if partner.active else "cli-partner-suspended",
                client=partner.client_id,
                name=partner.name,
                party=partner.party,
                role=partner.role,
                scopes=" ".join(partner.scopes),
                sources=" ".join(partner.sources),
                keys=" ".join(key.kid for key in partner.keys),
            )


@group.command("suspend")
@click.argument("client", metavar="CLIENT")
@click.option("--dry-run", is_flag=True)
def suspend(client: str, dry_run: bool) -> None:
    """Refuse `client` and its tokens from now on."""
    from hub.administration.partners import suspend_partner

    _change(client, dry_run, suspend_partner)


@group.command("resume")
@click.argument("client", metavar="CLIENT")
@click.option("--dry-run", is_flag=True)
def resume(client: str, dry_run: bool) -> None:
    """Admit `client` again."""
    from hub.administration.partners import resume_partner

    _change(client, dry_run, resume_partner)


@group.command("rotate")
@click.argument("client", metavar="CLIENT")
@click.option("--key", "key_files", metavar="FILE", type=_KEY_FILE, multiple=True, required=True)
@click.option("--overlap", metavar="HOURS", type=click.IntRange(0, 720), default=24)
@click.option("--dry-run", is_flag=True)
def rotate(client: str, key_files: tuple[Path, ...], overlap: int, dry_run: bool) -> None:
    """Register new keys; the former ones stay valid for `overlap` hours."""
    from hub.administration.partners import add_keys

    keys = [key for file in key_files for key in _read_keys(file)]
    _change(client, dry_run, lambda store, agent, name: add_keys(store, agent, name, keys, overlap))


def _change(client: str, dry_run: bool, change: Callable[[Store, Agent, str], None]) -> None:
    """Apply `change` to a registered client. Raises Stop (fault) for another."""
    from hub.administration.partners import get_partner

    with open_record() as store:
        try:
            get_partner(store, client)
        except NotFound:
            raise Stop(Exit.FAULT, Problem("client-unknown", client)) from None
        if not dry_run:
            change(store, make_operator().agent, client)
    _report(client, dry_run)


def _read_keys(file: Path) -> tuple[ClientKey, ...]:
    """The public keys in `file`. Stop with FAULT when it holds none that may be registered."""
    from hub.administration.public_keys import read_public_keys

    try:
        return read_public_keys(file.read_bytes())
    except Invalid as error:
        raise Stop(Exit.FAULT, *(Problem(problem.code, str(file)) for problem in error.problems)) from None


def _report(client: str, dry_run: bool) -> None:
    get_terminal().report("cli-partner-would" if dry_run else "cli-partner-done", client=client)
