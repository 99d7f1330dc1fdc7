"""`hub worker`: any number next to the server; `--once` does one turn (`docs/contract.md` §3). SIGTERM ends it after its turn."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_settings
from hub.cli.speech import HubCommand, get_terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store
    from hub.settings.settings import Settings
    from hub.subscriptions.worker import Job


@click.command("worker", cls=HubCommand, help="cli-worker")
@click.option("--once", is_flag=True)
def run(once: bool) -> None:
    from hub.record.db.store import open_store
    from hub.subscriptions.worker import run_due_jobs, run_until_stopped

    found = load_settings()
    failures: list[str] = []

    def failed(job: str, fault: Exception) -> None:
        # The type and no more: what a fault says may hold a value (`docs/leaks.md` L140).
        failures.append(job)
        get_terminal().complain([Problem("cli-worker-fault", f"{job} {type(fault).__name__}")])

    store = open_store(found.database_url, found.seal_keys)
    try:
        if once:
            todo = list_jobs(store, found)
            while run_due_jobs(todo, store.now, failed):
                pass
        else:
            run_until_stopped(list_jobs(store, found), store.now, failed, _stop_at_signals())
    finally:
        store.dispose()
    get_terminal().say("cli-worker-done")
    if once and failures:
        raise Stop(Exit.PARTLY)


def list_jobs(store: Store, found: Settings) -> list[Job]:
    """Everything that goes on behind the doors."""
    from hub.outgoing import Fetcher
    from hub.record.admission.inbox import purge_noted
    from hub.record.audit import index_traces
    from hub.record.clients.tokens import purge_expired
    from hub.subscriptions.worker import DAY, Job, list_notification_jobs

    def forget() -> int:
        return purge_noted(store, store.now() - found.work.noted_days * DAY)

    sender = Fetcher(loopback=found.demo)
    return [
        *list_notification_jobs(store, sender, f"{found.base_url}/fhir", found.work.delays, found.work.notice_days),
        Job("journal", lambda: index_traces(store)),
        Job("tokens", lambda: purge_expired(store), every=DAY // 24),
        Job("noted", forget, every=DAY // 24),
    ]


def _stop_at_signals() -> threading.Event:
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
