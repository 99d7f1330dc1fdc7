"""The rounds of a worker (`docs/contract.md` §3). Any number of workers may run on one record.

A job does a limited amount of work and returns how much. A worker pauses only after a round in which no job had any. Work that
a job has not finished when its process is killed is done again by the next round of any worker.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from hub.domain.dates import add_days
from hub.record.db.store import Store
from hub.record.notifications.fanout import fan_out, read_last_change
from hub.record.notifications.queue import claim, purge_notices
from hub.record.notifications.status import end_revoked
from hub.record.subscriptions.rows import SubscriptionRow
from hub.subscriptions.delivery import Sender, deliver_to
from hub.subscriptions.delivery_pool import DeliveryPool, find_host, start_threads

DAY = 24 * 3600 * 1_000_000
MINUTE = 60 * 1_000_000
REST_SECONDS = 1.0
# After so many failures running of one job a worker ends, and its supervisor starts another: a process that cannot recover
# must not look alive. With a job of each round this takes a minute or more.
MAX_FAILURES = 60
# Deliveries in one round, so that the other jobs are not delayed.
MAX_DELIVERIES = 20


@dataclass
class Job:
    """`run`: does some work and returns how much. `every`: microseconds between two runs, 0 to run in each round. `failures`:
    how many of its runs failed since the last good one. `finish`: waits for what a run began, before the worker ends."""

    name: str
    run: Callable[[], int]
    every: int = 0
    next: int = field(default=0, compare=False)
    failures: int = field(default=0, compare=False)
    finish: Callable[[], None] = field(default=lambda: None, compare=False)


class JobFails(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """A job failed so often that the worker ends. Its text is the name of the job."""


def list_notification_jobs(
    store: Store,
    sender: Sender,
    base_url: str,
    delays: Sequence[int],
    notice_days: int,
    *,
    executor: Executor | None = None,
) -> list[Job]:
    """The jobs that subscriptions need, in the order of a round. `notice_days`: how long delivered notices are kept; `executor`:
    of the deliveries, by default a few threads."""

    # The changes that a round delivers: those committed before it began to empty the outbox.
    upto = 0

    def fan_out_all() -> int:
        nonlocal upto
        upto = read_last_change(store)
        return fan_out(store, base_url, upto)

    def claim_elsewhere(hosts: Container[str]) -> SubscriptionRow | None:
        return claim(store, lambda endpoint: find_host(endpoint) not in hosts)

    def deliver_one(row: SubscriptionRow) -> bool:
        return deliver_to(row, store, sender, base_url, delays=delays, upto=upto)

    pool = DeliveryPool(claim_elsewhere, deliver_one, executor or start_threads())

    return [
        Job("revoked", lambda: end_revoked(store)),
        Job("changes", fan_out_all),
        Job("deliveries", lambda: pool.run(MAX_DELIVERIES), finish=pool.close),
        Job("notices", lambda: purge_notices(store, add_days(store.now(), -notice_days)), every=DAY // 24),
    ]


def run_due_jobs(jobs: Sequence[Job], now: Callable[[], int], on_failure: Callable[[str, Exception], None]) -> int:
    """Run one round: each job that is due, once. Returns how much was done.

    `now`: the time in microseconds. A job that raises is reported to `on_failure`, and the others run all the same.
    """
    amount = 0
    for job in jobs:
        if job.next > now():
            continue
        job.next = now() + job.every
        try:
            amount += job.run()
            job.failures = 0
        except Exception as error:
            job.failures += 1
            job.next = now() + min(job.every, MINUTE)
            on_failure(job.name, error)
    return amount


def run_until_stopped(
    jobs: Sequence[Job], now: Callable[[], int], on_failure: Callable[[str, Exception], None], stop: threading.Event
) -> None:
    """Run rounds until `stop` is set. A round that has begun is finished.

    Raises JobFails when one job failed `MAX_FAILURES` times running."""
    while not stop.is_set():
        amount = run_due_jobs(jobs, now, on_failure)
        for job in jobs:
            if job.failures >= MAX_FAILURES:
                raise JobFails(job.name)
        if not amount or any(job.failures for job in jobs):
            stop.wait(REST_SECONDS)
