"""`hub endpoint`: the hosts to which a client's notifications may be sent (`docs/leaks.md` L100)."""

from __future__ import annotations

import click

from hub.cli.help import HubGroup
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal

group = HubGroup("endpoint")


@group.command("allow")
@click.argument("client", metavar="CLIENT")
@click.argument("host", metavar="HOST")
def allow(client: str, host: str) -> None:
    """Allow the subscriptions of `client` to name an endpoint at `host`."""
    from hub.record.clients.allowed_hosts import allow_host

    with open_record() as store:
        allow_host(store, client, host)
    get_terminal().report("cli-endpoint-done", client=client, host=host)


@group.command("forbid")
@click.argument("client", metavar="CLIENT")
@click.argument("host", metavar="HOST")
def forbid(client: str, host: str) -> None:
    """Withdraw what `allow` did."""
    from hub.record.clients.allowed_hosts import forbid_host

    with open_record() as store:
        forbid_host(store, client, host)
    get_terminal().report("cli-endpoint-done", client=client, host=host)


@group.command("list")
def list_hosts() -> None:
    """Report each client with each host allowed to it."""
    from hub.record.clients.allowed_hosts import list_allowed_hosts

    with open_record() as store:
        hosts = list_allowed_hosts(store)
    for client, host in hosts:
        get_terminal().report("cli-endpoint-is", client=client, host=host)
