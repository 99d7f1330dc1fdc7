"""`hub endpoint`: at which hosts a client's subscriptions may be told (`docs/leaks.md` L100)."""

from __future__ import annotations

import click

from hub.cli.record import open_record
from hub.cli.speech import HubGroup, get_terminal

group = HubGroup("endpoint", help="cli-endpoint")


@group.command("allow", help="cli-endpoint-allow")
@click.argument("client")
@click.argument("host")
def allow(client: str, host: str) -> None:
    from hub.record.clients.allowed_hosts import allow_host

    with open_record() as store:
        allow_host(store, client, host)
    get_terminal().say("cli-endpoint-done", client=client, host=host)


@group.command("forbid", help="cli-endpoint-forbid")
@click.argument("client")
@click.argument("host")
def forbid(client: str, host: str) -> None:
    from hub.record.clients.allowed_hosts import forbid_host

    with open_record() as store:
        forbid_host(store, client, host)
    get_terminal().say("cli-endpoint-done", client=client, host=host)


@group.command("list", help="cli-endpoint-list")
def list_hosts() -> None:
    from hub.record.clients.allowed_hosts import allowed_hosts

    with open_record() as store:
        found = allowed_hosts(store)
    for client, host in found:
        get_terminal().say("cli-endpoint-is", client=client, host=host)
