"""`hub check`: what stands between this machine and a hub that works; says how to put it right."""

from __future__ import annotations

import os
import shutil

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import settings
from hub.cli.speech import Command, terminal
from hub.domain.errors import Problem
from hub.settings.environment import NAMES

# The tests' own settings, which are not the hub's.
_TESTS = ("HUB_TEST_POSTGRES_URL", "HUB_REQUIRE", "HUB_SHARED_DATA", "HUB_WORLDS")
_ROOM = 1 << 30


@click.command("check", cls=Command, help="cli-check")
def command() -> None:
    from hub.ops.readiness import obstacles
    from hub.record.db.store import open_store

    found = settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        problems = obstacles(store)
    finally:
        store.dispose()
    if found.var.exists() and shutil.disk_usage(found.var).free < _ROOM:
        problems.append(Problem("check-disk", "HUB_VAR"))
    terminal().complain(_misspelt())
    if problems:
        raise Stop(Exit.NOT_READY, *problems)
    terminal().say("check-ready", env=found.env)


def _misspelt() -> list[Problem]:
    """Names that look like settings and are none: told, but no reason to stop."""
    known = {*NAMES, *_TESTS}
    return [
        Problem("setting-unknown", name) for name in sorted(os.environ) if name.startswith("HUB_") and name not in known
    ]
