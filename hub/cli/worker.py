"""`hub worker`: the work that no request waits for (`docs/contract.md` §3).

Any number of workers may run with the server. SIGTERM ends a worker after its round; a job that fails again and again ends it
with FAULT, so that its supervisor starts another.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubCommand
from hub.cli.record import open_record, refuse_foreign_key
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem

if TYPE_CHECKING:
    from hub.record.db.store import Store
    from hub.settings.settings import Settings
    from hub.subscriptions.worker import Job


@click.command("worker", cls=HubCommand)
@click.option("--once", is_flag=True)
def run(once: bool) -> None:
    from hub.ops.readiness import find_database_problems
    from hub.subscriptions.worker import JobFails, run_due_jobs, run_until_stopped

    failures: list[str] = []

    def report_failure(job: str, error: Exception) -> None:
        # Only the type: the message of an exception may hold a value (`docs/leaks.md` L140).
        failures.append(job)
        get_terminal().report_problems([Problem("cli-worker-fault", f"{job} {type(error).__name__}")])

    with open_record(as_worker=True) as store:
        if problems := find_database_problems(store):
            raise Stop(Exit.NOT_READY, *problems)
        refuse_foreign_key(store)
        jobs = list_jobs(store, load_settings())
        try:
            if once:
                while run_due_jobs(jobs, store.now, report_failure):
                    pass
            else:
                run_until_stopped(jobs, store.now, report_failure, _stop_on_signals())
        except JobFails as error:
            raise Stop(Exit.FAULT, Problem("cli-worker-ends", str(error))) from None
        finally:
            for job in jobs:
                job.finish()
    get_terminal().report("cli-worker-done")
    if once and failures:
        raise Stop(Exit.PARTLY)


def list_jobs(store: Store, settings: Settings) -> list[Job]:
    """All jobs of a worker, in the order of a round."""
    from hub.domain.dates import add_days
    from hub.domain.territory import load_territory
    from hub.outgoing import Fetcher
    from hub.record.accounts.purge import purge_accounts
    from hub.record.admission.inbox import purge_dead_letters, purge_noted
    from hub.record.audit import index_traces
    from hub.record.audit.purge import purge_journal
    from hub.record.clients.tokens import purge_expired
    from hub.record.desk.purge import purge_notes
    from hub.record.maintenance.background import note_round
    from hub.subscriptions.worker import DAY, MINUTE, Job, list_notification_jobs
    from hub.triage.telling import tell_due

    def purge_desk_notes() -> int:
        return purge_notes(store, add_days(store.now(), -load_territory().desk.note_days))

    def purge_messages() -> int:
        return purge_noted(store, add_days(store.now(), -settings.work.noted_days))

    def purge_dead() -> int:
        before, purged = add_days(store.now(), -settings.work.dead_days), 0
        while count := purge_dead_letters(store, before):
            purged += count
        return purged

    def purge_journal_days() -> int:
        return purge_journal(store, add_days(store.now(), -settings.work.journal_days))

    def note_good_round() -> int:
        if not any(job.failures for job in jobs):
            note_round(store)
        return 0

    fetcher = Fetcher(loopback=settings.demo)
    base_url = f"{settings.base_url}/fhir"
    jobs = [
        *list_notification_jobs(store, fetcher, base_url, settings.work.delays, settings.work.notice_days),
        Job("journal", lambda: index_traces(store)),
        Job("tokens", lambda: purge_expired(store), every=DAY // 24),
        Job("decisions", lambda: tell_due(store, base_url)),
        Job("desk-notes", purge_desk_notes, every=DAY // 24),
        Job("accounts", lambda: purge_accounts(store), every=DAY // 24),
        Job("noted", purge_messages, every=DAY // 24),
        Job("dead", purge_dead, every=DAY // 24),
        Job("journal-term", purge_journal_days, every=DAY),
        Job("round", note_good_round, every=MINUTE),
    ]
    return jobs


def _stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, set_stop)
    return stop
