"""`hub key`: the keys by which partners' software proves itself (`docs/contract.md` §3; `docs/security.md` CA-1, CA-4).

`hub partner add` and `hub partner rotate` register public keys; here a pair is made for who has no other means, and keys are
listed and retired.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.operator import make_operator
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem

_KEY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)

group = HubGroup("key")


@group.command("new")
@click.argument("kid", metavar="KID")
@click.option("--file", "path", metavar="FILE", type=_NEW_FILE, required=True)
def make(kid: str, path: Path) -> None:
    """Make a pair of keys: the private one in a new file that its owner alone reads, the public one beside it."""
    from hub.administration.public_keys import strip_private_members
    from hub.auth import make_key, parse_public_key

    private = make_key(kid)
    public = strip_private_members(private)
    parse_public_key(public)
    public_path = path.with_name(f"{path.name}.pub")
    for target, jwk, mode in ((path, private, 0o600), (public_path, public, 0o644)):
        _write_new(target, json.dumps(jwk, indent=2), mode)
    get_terminal().report("cli-key-made", file=str(path), public=str(public_path))


@group.command("list")
@click.argument("client", metavar="[CLIENT]", required=False, default="")
def list_all(client: str) -> None:
    """Report the keys of one client, or of all, those that end first at the top."""
    from hub.record.clients.key_list import list_keys
    from hub.record.tables.base import EVER

    with open_record() as store:
        keys = list_keys(store, client)
    for key in keys:
        get_terminal().report(
            "cli-key-ends" if key.until < EVER else "cli-key-is",
            client=key.client_id,
            kid=key.kid,
            alg=key.alg,
            since=_format(key.since),
            until=_format(key.until) if key.until < EVER else "",
        )


@group.command("retire")
@click.argument("client", metavar="CLIENT")
@click.argument("kid", metavar="KID")
@click.option("--dry-run", is_flag=True)
def retire(client: str, kid: str, dry_run: bool) -> None:
    """Refuse a key of a client from now on."""
    from hub.administration.partners import retire_key
    from hub.record.clients.key_list import list_keys

    with open_record() as store:
        if kid not in {key.kid for key in list_keys(store, client)}:
            raise Stop(Exit.FAULT, Problem("cli-key-unknown", "KID"))
        if not dry_run:
            retire_key(store, make_operator().agent, client, kid)
    get_terminal().report("cli-key-would" if dry_run else "cli-key-retired", client=client, kid=kid)


@group.command("assertion")
@click.argument("client", metavar="CLIENT")
@click.option("--file", "path", metavar="FILE", type=_KEY_FILE, required=True)
@click.option("--url", metavar="URL", default="")
def sign(client: str, path: Path, url: str) -> None:
    """Print an assertion, alone on a line, by which `client` asks the token endpoint `url` for a token."""
    from joserfc.errors import JoseError

    from hub.auth import AuthConfig, make_assertion

    url = url or AuthConfig(load_settings().base_url).token_url
    try:
        assertion = make_assertion(
            json.loads(path.read_bytes()), client, url, int(time.time()), secrets.token_urlsafe(16)
        )
    except (JoseError, ValueError, TypeError, KeyError):
        raise Stop(Exit.FAULT, Problem("cli-key-private", str(path))) from None
    click.echo(assertion)


def _write_new(path: Path, text: str, mode: int) -> None:
    """Raises Stop (fault) when the file is there already or cannot be written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError:
        raise Stop(Exit.FAULT, Problem("cli-key-file", str(path))) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")


def _format(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
