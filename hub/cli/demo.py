"""`hub demo`: a fictitious territory, the hub in front of it, one real referral through each adapter, and what each role sees."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from types import FrameType

import click
import httpx

from hub.cli.exits import Exit, Stop
from hub.cli.serve import build_server_command
from hub.cli.settings import load_demo_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem
from hub.settings.settings import Settings

_WAIT_SECONDS = 60


@click.command("demo", cls=HubCommand, help="cli-demo")
@click.option("--once", is_flag=True, help="stop when the story is told")
def run(once: bool) -> None:
    settings = load_demo_settings()
    _prepare_record(settings)
    log = (settings.var / "demo" / "server.log").open("ab")
    serving = subprocess.Popen(build_server_command(), env=os.environ | {"HUB_ENV": "demo"}, stdout=log)  # noqa: S603 - our own command line
    signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        _wait_until_ready(settings, serving)
        _print_story(settings)
        get_terminal().say("cli-demo-ready")
        # The line that scripts wait for (`docs/contract.md` §1).
        click.echo(f"ready {settings.base_url}")
        if not once:
            serving.wait()
    except KeyboardInterrupt:
        pass
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait()


def _prepare_record(settings: Settings) -> None:
    from hub.demo.territory import seed_territory
    from hub.record.db.store import open_store
    from hub.record.maintenance.migrate import migrate

    store = open_store(settings.database_url, settings.seal_keys)
    try:
        migrate(store)
        seed_territory(store, settings.var)
    finally:
        store.dispose()


def _wait_until_ready(settings: Settings, serving: subprocess.Popen[bytes]) -> None:
    for _ in range(_WAIT_SECONDS * 10):
        if serving.poll() is not None:
            break
        try:
            if httpx.get(f"{settings.base_url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise Stop(Exit.NOT_READY, Problem("cli-demo-not-ready", settings.base_url))


def _print_story(settings: Settings) -> None:
    from hub.demo.story import Story

    for line in Story(settings.base_url, settings.var).tell():
        click.echo(line)


def _raise_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
