"""`hub endpoint`: at which hosts a client's subscriptions may be told (`leaks.md` L100)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hub.cli.settings import settings
from hub.cli.speech import Commands, terminal

if TYPE_CHECKING:
    from hub.record.store import Store

command = Commands("endpoint", help="cli-endpoint")


@command.command("allow", help="cli-endpoint-allow")
@click.argument("client")
@click.argument("host")
def allow(client: str, host: str) -> None:
    from hub.record.subscriptions.hosts import allow_host

    with _record() as store:
        allow_host(store, client, host)
    terminal().say("cli-endpoint-done", client=client, host=host)


@command.command("forbid", help="cli-endpoint-forbid")
@click.argument("client")
@click.argument("host")
def forbid(client: str, host: str) -> None:
    from hub.record.subscriptions.hosts import forbid_host

    with _record() as store:
        forbid_host(store, client, host)
    terminal().say("cli-endpoint-done", client=client, host=host)


@command.command("list", help="cli-endpoint-list")
def hosts() -> None:
    from hub.record.subscriptions.hosts import allowed_hosts

    with _record() as store:
        found = allowed_hosts(store)
    for client, host in found:
        terminal().say("cli-endpoint-is", client=client, host=host)


@contextmanager
def _record() -> Iterator[Store]:
    from hub.record.store import open_store

    found = settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        yield store
    finally:
        store.dispose()
