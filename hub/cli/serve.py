"""`hub serve`: replace this process by gunicorn with `config/gunicorn.py`."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_database, refuse_foreign_key
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem
from hub.settings.settings import Settings

_CONFIG = Path(__file__).parents[2] / "config" / "gunicorn.py"


def build_server_command() -> list[str]:
    """The command line of the server, for any working directory. The environment has the settings."""
    return [sys.executable, "-m", "gunicorn", "--config", str(_CONFIG), "wsgi:app"]


def check_address(settings: Settings) -> None:
    """Stop (NOT_READY) when the hub cannot listen at `HUB_HOST` and `PORT`: gunicorn would try for seconds, and not say why."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Stop(Exit.NOT_READY, Problem("cli-port-busy", f"PORT={settings.port}")) from None
        raise Stop(
            Exit.NOT_READY, Problem("cli-port-refused", f"HUB_HOST={settings.host} PORT={settings.port}")
        ) from None


@click.command("serve", cls=HubCommand)
def run() -> None:
    settings = load_settings()
    check_address(settings)
    # A record of the other kind, or made with another seal key, stops the start here, with a sentence.
    with open_database(settings) as store:
        refuse_foreign_key(store)
    get_terminal().report("cli-serve-starts", address=f"http://{settings.host}:{settings.port}", url=settings.base_url)
    sys.stdout.flush()
    os.execv(sys.executable, build_server_command())  # noqa: S606 - no shell, a fixed command line
