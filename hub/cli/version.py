"""`hub version`: which release this is."""

from __future__ import annotations

import click

from hub.cli.speech import Command, terminal
from hub.version import VERSION


@click.command("version", cls=Command, help="cli-version")
def command() -> None:
    terminal().say("cli-version-is", version=VERSION)
