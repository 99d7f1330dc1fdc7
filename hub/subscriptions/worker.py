"""What goes on behind the doors, turn by turn: any number of workers over one record (`docs/contract.md` §3).

A job does some work and says how much; a worker rests only when no job found any. What a job leaves half done when the
process is killed, the next turn of any worker does again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hub.record.db.store import Store
from hub.record.notifications.fanout import fan_out
from hub.record.notifications.queue import purge_notices
from hub.record.notifications.status import end_revoked
from hub.subscriptions.delivery import Sender, deliver

DAY = 24 * 3600 * 1_000_000
REST_SECONDS = 1.0
# Deliveries of one turn, so that the other jobs have theirs.
MAX_DELIVERIES = 20


@dataclass
class Job:
    """`run` does some work and gives how much was done. `every`: microseconds between two runs, 0 for each turn."""

    name: str
    run: Callable[[], int]
    every: int = 0
    next: int = field(default=0, compare=False)


def list_notification_jobs(
    store: Store, sender: Sender, fhir: str, delays: Sequence[int], notice_days: int
) -> list[Job]:
    """The jobs that subscriptions need, in the order of a turn."""

    def tell() -> int:
        return sum(1 for _ in range(MAX_DELIVERIES) if deliver(store, sender, fhir, delays))

    return [
        Job("revoked", lambda: end_revoked(store)),
        Job("changes", lambda: fan_out(store, fhir)),
        Job("deliveries", tell),
        Job("notices", lambda: purge_notices(store, store.now() - notice_days * DAY), every=DAY // 24),
    ]


def run_due_jobs(jobs: Sequence[Job], now: Callable[[], int], failed: Callable[[str, Exception], None]) -> int:
    """Run each job that is due once; how much was done. A job that fails is told of and does not keep the others waiting."""
    done = 0
    for job in jobs:
        if job.next > now():
            continue
        job.next = now() + job.every
        try:
            done += job.run()
        except Exception as fault:
            failed(job.name, fault)
    return done


def run_until_stopped(
    jobs: Sequence[Job], now: Callable[[], int], failed: Callable[[str, Exception], None], stop: threading.Event
) -> None:
    """Turn after turn until `stop` is set; a turn that has begun is finished."""
    while not stop.is_set():
        if not run_due_jobs(jobs, now, failed):
            stop.wait(REST_SECONDS)
