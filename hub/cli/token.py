"""`hub token CLIENT`: one access token of the demo, alone on standard output."""

from __future__ import annotations

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_database
from hub.cli.settings import load_demo_settings
from hub.domain.errors import NotFound, Problem


@click.command("token", cls=HubCommand)
@click.argument("client", metavar="CLIENT")
@click.option("--scope", metavar="SCOPES", default=None)
@click.option("--role", metavar="ROLE", default=None)
def run(client: str, scope: str | None, role: str | None) -> None:
    from hub.auth import issue_demo_token
    from hub.record.clients.registry import find

    with open_database(load_demo_settings()) as store:
        partner = find(store, client)
        # A client has one role. `--role` does not change it: it refuses when the caller expects another.
        if partner is not None and role not in (None, partner.role):
            raise Stop(Exit.USAGE, Problem("cli-token-role", "--role"))
        try:
            click.echo(issue_demo_token(store, client, scope))
        except NotFound:
            raise Stop(Exit.USAGE, Problem("cli-token-unknown", "CLIENT")) from None
