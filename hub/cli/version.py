"""`hub version`: the release."""

from __future__ import annotations

import click

from hub.cli.help import HubCommand
from hub.cli.terminal import get_terminal
from hub.version import VERSION


@click.command("version", cls=HubCommand)
def run() -> None:
    get_terminal().report("cli-version-is", version=VERSION)
