"""`hub check`: what stands between this machine and a hub that works; says how to put it right."""

from __future__ import annotations

import os
import shutil

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem
from hub.settings.environment import NAMES

# The tests' own settings, which are not the hub's.
_TEST_SETTINGS = ("HUB_TEST_POSTGRES_URL", "HUB_REQUIRE", "HUB_SHARED_DATA", "HUB_WORLDS")
_MIN_FREE_BYTES = 1 << 30


@click.command("check", cls=HubCommand, help="cli-check")
def run() -> None:
    from hub.ops.readiness import find_problems
    from hub.record.db.store import open_store

    found = load_settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        problems = find_problems(store)
    finally:
        store.dispose()
    if found.var.exists() and shutil.disk_usage(found.var).free < _MIN_FREE_BYTES:
        problems.append(Problem("check-disk", "HUB_VAR"))
    get_terminal().complain(_find_unknown_settings())
    if problems:
        raise Stop(Exit.NOT_READY, *problems)
    get_terminal().say("check-ready", env=found.env)


def _find_unknown_settings() -> list[Problem]:
    """Names that look like settings and are none: told, but no reason to stop."""
    known = {*NAMES, *_TEST_SETTINGS}
    return [
        Problem("setting-unknown", name) for name in sorted(os.environ) if name.startswith("HUB_") and name not in known
    ]
