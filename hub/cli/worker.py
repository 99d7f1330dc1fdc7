"""`hub worker`: any number next to the server; `--once` does one turn (`docs/contract.md` §3). SIGTERM ends it after its turn."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.settings import settings
from hub.cli.speech import Command, terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store
    from hub.settings.settings import Settings
    from hub.subscriptions.worker import Job


@click.command("worker", cls=Command, help="cli-worker")
@click.option("--once", is_flag=True)
def command(once: bool) -> None:
    from hub.record.db.store import open_store
    from hub.subscriptions.worker import turn, work

    found = settings()
    failures: list[str] = []

    def failed(job: str, fault: Exception) -> None:
        # The type and no more: what a fault says may hold a value (`docs/leaks.md` L140).
        failures.append(job)
        terminal().complain([Problem("cli-worker-fault", f"{job} {type(fault).__name__}")])

    store = open_store(found.database_url, found.seal_keys)
    try:
        if once:
            todo = jobs(store, found)
            while turn(todo, store.now, failed):
                pass
        else:
            work(jobs(store, found), store.now, failed, _stop_at_signals())
    finally:
        store.dispose()
    terminal().say("cli-worker-done")
    if once and failures:
        raise Stop(Exit.PARTLY)


def jobs(store: Store, found: Settings) -> list[Job]:
    """Everything that goes on behind the doors."""
    from hub.outgoing import Fetcher
    from hub.record.admission.inbox import purge_noted
    from hub.record.audit import index_traces
    from hub.record.clients.tokens import purge_expired
    from hub.subscriptions.worker import DAY, Job, telling_jobs

    def forget() -> int:
        return purge_noted(store, store.now() - found.work.noted_days * DAY)

    sender = Fetcher(loopback=found.demo)
    return [
        *telling_jobs(store, sender, f"{found.base_url}/fhir", found.work.delays, found.work.notice_days),
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
