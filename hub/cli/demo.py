"""`hub demo`: a fictitious territory, the hub that serves it, one referral through each adapter, and what each role sees."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from types import FrameType
from typing import TYPE_CHECKING

import click
import httpx

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.operator import make_operator
from hub.cli.record import claim_record, open_database
from hub.cli.serve import build_server_command, check_address
from hub.cli.settings import load_demo_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem
from hub.settings.settings import Settings

if TYPE_CHECKING:
    from hub.record.db.store import Store

_WAIT_SECONDS = 60


@click.command("demo", cls=HubCommand)
@click.option("--once", is_flag=True)
def run(once: bool) -> None:
    settings = load_demo_settings()
    check_address(settings)
    _prepare_record(settings)
    log = (settings.var / "server.log").open("ab")
    environment = os.environ | {"HUB_ENV": "demo"}
    server = subprocess.Popen(build_server_command(), env=environment, stdout=log)  # noqa: S603 - our own command line
    signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        _wait_until_ready(settings, server)
        _print_story(settings)
        _seed_people(settings)
        get_terminal().report("cli-demo-ready")
        # Scripts wait for this line (`docs/contract.md` §1).
        click.echo(f"ready {settings.base_url}")
        if not once:
            server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _prepare_record(settings: Settings) -> None:
    """Create the tables and load the territory, as far as they are missing. Stop (NOT_READY) on a production's record."""
    from hub.demo.territory import seed_territory
    from hub.ops.readiness import find_database_problems

    with open_database(settings) as store:
        if problems := find_database_problems(store):
            raise Stop(Exit.NOT_READY, *problems)
        claim_record(store, settings)
        _carry_along(store)
        seed_territory(store, settings.var)


def _carry_along(store: Store) -> None:
    """Bring what an earlier version of the demo left to the rules of now: nobody is there to be asked."""
    from hub.record.maintenance.policy import apply_policy, is_policy_due
    from hub.record.maintenance.reindex import is_reindex_due, reindex_all
    from hub.record.maintenance.relabel import is_relabel_due, relabel_all

    with store.read() as connection:
        due = is_policy_due(connection), is_relabel_due(connection), is_reindex_due(connection)
    policy_due, relabel_due, reindex_due = due
    if policy_due:
        apply_policy(store, make_operator().agent)
    if relabel_due:
        relabel_all(store)
    if reindex_due:
        reindex_all(store)


def _wait_until_ready(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    """Wait until `/readyz` answers 200. Stop with NOT_READY after 60 s, or when the server ends."""
    for _ in range(_WAIT_SECONDS * 10):
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{settings.base_url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise Stop(Exit.NOT_READY, Problem("cli-demo-not-ready", settings.base_url))


def _print_story(settings: Settings) -> None:
    from hub.demo.story import DemoStory

    for line in DemoStory(settings.base_url, settings.var, get_terminal().language).play():
        click.echo(line)


def _seed_people(settings: Settings) -> None:
    """Open the accounts of the demo, now that the record has the person and her relatives."""
    from hub.demo.people import seed_people

    with open_database(settings) as store:
        seed_people(store)


def _raise_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
