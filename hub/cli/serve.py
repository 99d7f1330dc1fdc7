"""`hub serve`: replace this process by gunicorn with `config/gunicorn.py`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hub.cli.help import HubCommand
from hub.cli.settings import load_settings

_CONFIG = Path(__file__).parents[2] / "config" / "gunicorn.py"


def build_server_command() -> list[str]:
    """The command line of the server, for any working directory. The environment has the settings."""
    return [sys.executable, "-m", "gunicorn", "--config", str(_CONFIG), "wsgi:app"]


@click.command("serve", cls=HubCommand)
def run() -> None:
    load_settings()
    os.execv(sys.executable, build_server_command())  # noqa: S606 - no shell, a fixed command line
