"""A client that polls beside several writers misses nothing (`docs/writing.md`; `docs/parts.md` 16, 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
from sqlalchemy import select

from hub.record.db.clock import instant
from hub.record.db.store import Store, open_store, wall_clock
from hub.record.read.slice import Slice
from hub.record.repository.export_jobs import begin_export, end_export
from hub.record.tables import outbox
from tests.conftest import SEAL_KEYS
from tests.territory import PERSON, Json, Territory, settle_territory

WRITERS, WRITES = 8, 5
PLAN: Json = {
    "resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": PERSON},
}  # fmt: skip


def read_coarsely() -> int:
    """The reading of a clock that moves ten times a second: writers read one time."""
    return wall_clock() // 100_000 * 100_000


@pytest.fixture(params=[wall_clock, read_coarsely])
def busy(database: str, request: pytest.FixtureRequest) -> Iterator[Territory]:
    """A record whose clock runs: on PostgreSQL the database's, or a coarse one."""
    store: Store = open_store(database, SEAL_KEYS, durable=False, now=request.param)
    yield settle_territory(store)
    store.dispose()


def test_a_poller_beside_writers_loses_nothing_and_each_commit_has_its_own_time(busy: Territory) -> None:
    """Faults F12: under 8 writers on PostgreSQL, 82 transactions shared 35 times, and 8 of 158 plans were never seen."""
    busy.join_circle("gestionnaire")
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        writing = [pool.submit(_write, busy) for _ in range(WRITERS)]

        def is_done() -> bool:
            return all(work.done() for work in writing)

        polling, exporting = pool.submit(_poll, busy, is_done), pool.submit(_export, busy, is_done)
        written = {name for work in writing for name in work.result()}
        assert polling.result() == exporting.result() == written
    with busy.store.read() as connection:
        times = list(connection.scalars(select(outbox.c.at).where(outbox.c.event == "CarePlan.created")))
    assert len(times) == len(set(times)) == WRITERS * WRITES


def _write(here: Territory) -> list[str]:
    record = here.open("gestionnaire")
    return [record.create(deepcopy(PLAN)).name for _ in range(WRITES)]


def _poll(here: Territory, is_done: Callable[[], bool]) -> set[str]:
    """Ask for what is later than the latest seen, as long as there are writers and once more."""
    latest, seen = 0, set[str]()
    while True:
        last = is_done()
        slices = _search(here, ("_lastUpdated", f"gt{instant(latest)}"))
        seen |= {plan.name for plan in slices}
        latest = max([latest, *(plan.updated for plan in slices)])
        if last:
            return seen


def _export(here: Territory, is_done: Callable[[], bool]) -> set[str]:
    """Export what changed since the transaction time of the export before, as long as there are writers and once more."""
    since, seen = instant(0), set[str]()
    while True:
        last = is_done()
        actor = here.actor("gestionnaire")
        export = begin_export(here.store, actor, ("CarePlan",), of_persons=False, since=since, query="")
        seen |= {plan.name for plan in _search(here, ("_lastUpdated", f"gt{since}"))}
        end_export(here.store, actor, export.job)
        since = instant(export.at)
        if last:
            return seen


def _search(here: Territory, *params: tuple[str, str]) -> list[Slice]:
    return here.open("gestionnaire").search("CarePlan", [*params, ("_count", "1000")]).slices
