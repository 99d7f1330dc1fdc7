"""`hub check`: what is missing or wrong in the settings, the database and the disk."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.config_pages import PageError
from hub.domain.dates import find_day
from hub.domain.errors import Problem
from hub.settings.environment import NAMES

if TYPE_CHECKING:
    from hub.record.db.store import Store
    from hub.settings.settings import Settings

# Settings of the tests, which the hub does not read.
_TEST_SETTINGS = (
    "HUB_TEST_POSTGRES_URL",
    "HUB_REQUIRE",
    "HUB_SHARED_DATA",
    "HUB_WORLDS",
    "HUB_WORLDS_FROM",
    "HUB_WORLDS_DATABASE",
    "HUB_LOOKS",
)
_MIN_FREE_BYTES = 1 << 30
# How long (µs) a change may wait for a worker.
_MAX_WAIT = 15 * 60 * 1_000_000


@click.command("check", cls=HubCommand)
def run() -> None:
    from hub.administration.missing import list_missing
    from hub.ops.readiness import find_database_problems, find_problems

    settings = load_settings()
    with open_record() as store:
        reasons = find_database_problems(store)
        # The precise reason takes the place of "does not answer".
        problems = [problem for problem in find_problems(store) if problem.code != "ready-database"] + reasons
        if not problems:
            problems = _find_account_problems(settings) + _find_late_work(store)
            _report_dead_letters(store)
        missing = [] if problems else list_missing(store, demo=settings.demo)
        ahead = [] if problems else _find_time_ahead(store)
    if settings.var.exists() and shutil.disk_usage(settings.var).free < _MIN_FREE_BYTES:
        problems.append(Problem("check-disk", "HUB_VAR"))
    warnings = [*_find_unknown_settings(), *missing, *ahead]
    if not (settings.demo or settings.proxies):
        warnings.append(Problem("check-no-proxy", "HUB_PROXY"))
    get_terminal().report_problems(warnings)
    if problems:
        raise Stop(Exit.NOT_READY, *problems)
    get_terminal().report("check-incomplete" if missing else "check-ready", env=settings.env)


def _report_dead_letters(store: Store) -> None:
    """Say how many messages were refused and wait for somebody, and since when."""
    from hub.record.admission.inbox import count_dead_letters

    count, oldest = count_dead_letters(store)
    if count:
        since = find_day(oldest)
        get_terminal().report("check-dead-letters", count=count, since=since)


def _find_late_work(store: Store) -> list[Problem]:
    """Say when a worker last ended a good round, and return the problem when changes have waited for too long."""
    from hub.record.db.clock import instant
    from hub.record.maintenance.background import read_background

    with store.read() as connection:
        background = read_background(connection)
    if background.last_round is not None:
        get_terminal().report("check-worker-round", at=instant(background.last_round))
    oldest = background.oldest_change
    is_late = oldest is not None and oldest < store.now() - _MAX_WAIT
    return [Problem("check-worker", "hub worker")] if is_late else []


def _find_time_ahead(store: Store) -> list[Problem]:
    """Return the problem when the last commit has a time that no clock has reached."""
    from hub.record.maintenance.clocks import compare_clocks

    with store.read() as connection:
        is_ahead = compare_clocks(store, connection).is_record_ahead()
    return [Problem("check-clock", "clock")] if is_ahead else []


def _find_account_problems(settings: Settings) -> list[Problem]:
    """What prevents people from signing in: a wrong page of identity providers."""
    from hub.accounts.upstream.providers import read_providers

    problems = []
    try:
        if settings.idp_file is not None:
            read_providers(settings.idp_file, loopback=settings.demo)
    except PageError:
        problems.append(Problem("check-idp", "HUB_IDP_FILE"))
    return problems


def _find_unknown_settings() -> list[Problem]:
    """The variables that begin with `HUB_` and are no setting, perhaps misspelt."""
    known = {*NAMES, *_TEST_SETTINGS}
    return [
        Problem("setting-unknown", name) for name in sorted(os.environ) if name.startswith("HUB_") and name not in known
    ]
