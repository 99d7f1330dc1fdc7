"""`hub version`: which release this is."""

from __future__ import annotations

import click

from hub.cli.speech import HubCommand, get_terminal
from hub.version import VERSION


@click.command("version", cls=HubCommand, help="cli-version")
def run() -> None:
    get_terminal().say("cli-version-is", version=VERSION)
