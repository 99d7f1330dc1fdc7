"""`hub serve`: gunicorn with `config/gunicorn.py`, in the place of this process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hub.cli.settings import settings
from hub.cli.speech import Command

_CONFIG = Path(__file__).parents[2] / "config" / "gunicorn.py"


def server() -> list[str]:
    """The command line that serves the hub, from any working directory; the environment carries the settings."""
    return [sys.executable, "-m", "gunicorn", "--config", str(_CONFIG), "wsgi:app"]


@click.command("serve", cls=Command, help="cli-serve")
def command() -> None:
    settings()
    os.execv(sys.executable, server())  # noqa: S606 - no shell, a fixed command line
