"""`hub endpoint`: at which hosts a client's subscriptions may be told (`docs/leaks.md` L100)."""

from __future__ import annotations

import click

from hub.cli.record import record
from hub.cli.speech import Commands, terminal

command = Commands("endpoint", help="cli-endpoint")


@command.command("allow", help="cli-endpoint-allow")
@click.argument("client")
@click.argument("host")
def allow(client: str, host: str) -> None:
    from hub.record.clients.allowed_hosts import allow_host

    with record() as store:
        allow_host(store, client, host)
    terminal().say("cli-endpoint-done", client=client, host=host)


@command.command("forbid", help="cli-endpoint-forbid")
@click.argument("client")
@click.argument("host")
def forbid(client: str, host: str) -> None:
    from hub.record.clients.allowed_hosts import forbid_host

    with record() as store:
        forbid_host(store, client, host)
    terminal().say("cli-endpoint-done", client=client, host=host)


@command.command("list", help="cli-endpoint-list")
def hosts() -> None:
    from hub.record.clients.allowed_hosts import allowed_hosts

    with record() as store:
        found = allowed_hosts(store)
    for client, host in found:
        terminal().say("cli-endpoint-is", client=client, host=host)
