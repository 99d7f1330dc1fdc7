"""`hub partner`: which software of which organisation connects, in which role (`docs/contract.md` §3; `docs/security.md` CA-1).

A client proves itself by its own private key, which the hub never has: what is registered are public keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.record import open_record
from hub.cli.speech import HubGroup, get_terminal
from hub.domain.errors import Conflict, Invalid, NotFound, Problem

if TYPE_CHECKING:
    from hub.record.clients.keys import ClientKey
    from hub.record.db.store import Store

HOUR = 3_600_000_000
_KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

group = HubGroup("partner", help="cli-partner")


@group.command("add", help="cli-partner-add")
@click.argument("client")
@click.option("--name", required=True)
@click.option("--party", required=True)
@click.option("--role", required=True)
@click.option("--scope", required=True)
@click.option("--source", "sources", multiple=True)
@click.option("--key", "key_files", type=_KEY_FILE, multiple=True, required=True)
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
    from hub.record.clients.registry import Partner, check_partner, find, register

    keys = _read_keys(key_files)
    asked = Partner(client, name, party, role, tuple(scope.split()), sources, keys, lenient_update, introspect)
    check_partner(asked)
    with open_record() as store:
        if not dry_run:
            register(store, asked)
        elif find(store, client) is not None:
            raise Conflict("client-known")
    _report(client, dry_run)


@group.command("list", help="cli-partner-list")
def list_partners() -> None:
    from hub.record.clients.registry import everyone

    with open_record() as store:
        for partner in everyone(store):
            get_terminal().say(
                "cli-partner-is" if partner.active else "cli-partner-suspended",
                client=partner.client_id,
                name=partner.name,
                party=partner.party,
                role=partner.role,
                scopes=" ".join(partner.scopes),
                sources=" ".join(partner.sources),
                keys=" ".join(key.kid for key in partner.keys),
            )


@group.command("suspend", help="cli-partner-suspend")
@click.argument("client")
@click.option("--dry-run", is_flag=True)
def suspend(client: str, dry_run: bool) -> None:
    from hub.record.clients.registry import suspend as suspend_client

    _change(client, dry_run, suspend_client)


@group.command("resume", help="cli-partner-resume")
@click.argument("client")
@click.option("--dry-run", is_flag=True)
def resume(client: str, dry_run: bool) -> None:
    from hub.record.clients.registry import resume as resume_client

    _change(client, dry_run, resume_client)


@group.command("rotate", help="cli-partner-rotate")
@click.argument("client")
@click.option("--key", "key_files", type=_KEY_FILE, multiple=True, required=True)
@click.option("--overlap", type=click.IntRange(0, 720), default=24)
@click.option("--dry-run", is_flag=True)
def rotate(client: str, key_files: tuple[Path, ...], overlap: int, dry_run: bool) -> None:
    from hub.record.clients.keys import rotate as rotate_keys

    keys = _read_keys(key_files)
    _change(client, dry_run, lambda store, name: rotate_keys(store, name, keys, overlap * HOUR))


def _change(client: str, dry_run: bool, change: Callable[[Store, str], None]) -> None:
    from hub.record.clients.registry import find

    with open_record() as store:
        if find(store, client) is None:
            raise NotFound
        if not dry_run:
            change(store, client)
    _report(client, dry_run)


def _read_keys(files: tuple[Path, ...]) -> tuple[ClientKey, ...]:
    """The public keys in `files`, each a JWK or a set of them. Stop (fault) at the file that holds something else."""
    from hub.auth import parse_public_key

    found: list[ClientKey] = []
    for file in files:
        try:
            told = json.loads(file.read_bytes())
            found.extend(parse_public_key(one) for one in told.get("keys", [told]))
        except Invalid as fault:
            raise Stop(Exit.FAULT, *(Problem(one.code, str(file)) for one in fault.problems)) from None
        except (ValueError, AttributeError, TypeError):
            raise Stop(Exit.FAULT, Problem("cli-partner-key", str(file))) from None
    return tuple(found)


def _report(client: str, dry_run: bool) -> None:
    get_terminal().say("cli-partner-would" if dry_run else "cli-partner-done", client=client)
