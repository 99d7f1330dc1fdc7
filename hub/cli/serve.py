"""`hub serve`: gunicorn with `config/gunicorn.py`, in the place of this process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand

_CONFIG = Path(__file__).parents[2] / "config" / "gunicorn.py"


def build_server_command() -> list[str]:
    """The command line that serves the hub, from any working directory; the environment carries the settings."""
    return [sys.executable, "-m", "gunicorn", "--config", str(_CONFIG), "wsgi:app"]


@click.command("serve", cls=HubCommand, help="cli-serve")
def run() -> None:
    load_settings()
    os.execv(sys.executable, build_server_command())  # noqa: S606 - no shell, a fixed command line
