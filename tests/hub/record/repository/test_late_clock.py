"""Writers on PostgreSQL lock whom they write about, work at once, and take the clock at the end (`docs/writing.md` §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookLong
from contextlib import suppress
from threading import Event, current_thread
from typing import Any

import pytest
from sqlalchemy import select, text

from hub.domain.errors import Conflict, HubError
from hub.fhir import loads
from hub.record.access.grants import rebuild_all
from hub.record.db.clock import read_clock, tick
from hub.record.db.store import FAILURES, Store, open_store
from hub.record.read.slice import Slice
from hub.record.repository import writes
from hub.record.tables import part
from hub.record.tables.base import EVER
from hub.record.unit_of_work.relabel import relabel
from hub.record.write import late_clock
from hub.slices import get_reference_rid
from tests.conftest import SEAL_KEYS
from tests.contracts.cases import leak
from tests.postgres import Server
from tests.territory import CMP_CATEGORY, PERSON, Json, Territory, consent, request, settle_territory, task

# Seconds in which a thread that does not wait for another one has gone on.
WAIT = 0.4


@pytest.fixture
def busy(postgres: Server, postgres_template: str) -> Iterator[Territory]:
    """A record on PostgreSQL whose clock runs, with Jeanne's circle and a Task that is asked of the home help."""
    name = postgres.create(postgres_template)
    store: Store = open_store(postgres.url(name), SEAL_KEYS, durable=False)
    here = settle_territory(store)
    here.join_circle("gestionnaire", "ssiad", "saad")
    here.write(
        request("r", requester="Organization/dac"), task("t", owner="Organization/saad", focus="ServiceRequest/r")
    )
    yield here
    store.dispose()
    postgres.drop(name)


class Stopped:
    """A writer that stops just before the clock, with what it holds, until `go`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor, write: Callable[[], object]) -> None:
        arrived, self._released, whole = Event(), Event(), late_clock.tick_late

        def stop(*arguments: Any) -> int:
            if current_thread().name == self._thread:
                arrived.set()
                assert self._released.wait(10)
            return whole(*arguments)

        def run() -> object:
            self._thread = current_thread().name
            return write()

        self._thread = ""
        monkeypatch.setattr(late_clock, "tick_late", stop)
        self.work: Future[object] = pool.submit(run)
        assert arrived.wait(10), self.work.exception() if self.work.done() else "no late clock"

    def go(self) -> object:
        """Let it go on, and return the result."""
        self._released.set()
        return self.work.result(10)


def test_who_writes_about_another_person_does_not_wait(busy: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    busy.write({"resourceType": "Patient", "id": "paul", "active": True})
    team = {"resourceType": "CareTeam", "id": "sien", "status": "active", "subject": {"reference": "Patient/paul"}}
    busy.write(team | {"participant": [{"member": {"reference": "Organization/dac"}}]})
    record = busy.open("gestionnaire")
    with ThreadPoolExecutor(2) as pool:
        first = Stopped(monkeypatch, pool, lambda: record.create(make_goal(PERSON)))
        second = pool.submit(record.create, make_goal("Patient/paul")).result(10)
        last = first.go()
    assert isinstance(last, Slice)
    assert last.updated > second.updated


@pytest.mark.parametrize("alone", [False, True])
def test_one_if_match_serves_once(busy: Territory, monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    """Two have read one version; the second waits for the first, late or alone, and then finds another one."""
    version = busy.open("saad").read("Task/t").version
    with ThreadPoolExecutor(2) as pool:
        first = Stopped(monkeypatch, pool, lambda: change_task(busy, "saad", "t", "accepted", version))
        if alone:
            monkeypatch.setattr(writes, "find_persons", lambda entries: frozenset())
        second = pool.submit(change_task, busy, "saad", "t", "rejected", version)
        expect_waiting(second)
        first.go()
        with pytest.raises(Conflict):
            second.result(10)
    assert busy.whole("Task/t")["status"] == "accepted"


@leak(kills="who writes about one person does not wait")
def test_the_last_children_of_a_task_close_it(busy: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two children end at once: if neither saw the other end, their parent would stay open."""
    for name, party in (("u", "Organization/ssiad"), ("v", "Organization/saad")):
        busy.write(task(name, owner=party, partOf=[{"reference": "Task/t"}], focus="ServiceRequest/r"))
    for name in ("t", "u", "v"):
        busy.change(f"Task/{name}", status="accepted")
        busy.change(f"Task/{name}", status="in-progress")
    with ThreadPoolExecutor(2) as pool:
        first = Stopped(monkeypatch, pool, lambda: change_task(busy, "ssiad", "u", "completed"))
        second = pool.submit(change_task, busy, "saad", "v", "completed")
        expect_waiting(second)
        first.go()
        second.result(10)
    assert busy.whole("Task/t")["status"] == "completed"


@leak(kills="who writes alone keeps nobody out")
def test_an_opposition_waits_for_who_writes_and_is_later(busy: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(2) as pool:
        first = Stopped(monkeypatch, pool, lambda: busy.open("gestionnaire").create(make_goal(PERSON)))
        second = pool.submit(busy.write, consent("deny"))
        expect_waiting(second)
        written = first.go()
        second.result(10)
    assert isinstance(written, Slice)
    with busy.store.read() as connection:
        closed = connection.scalar(text("SELECT max(until) FROM grant_ WHERE until < (1::bigint << 60)"))
    assert closed > written.updated


def test_a_new_label_of_an_organisation_waits_for_who_refers_to_it(
    busy: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Split by the old label, the new reference would be shown to those from whom the new one hides it."""
    asked = request("", requester="Organization/dac", performer=[{"reference": "Organization/ssiad"}])
    del asked["id"]
    with ThreadPoolExecutor(2) as pool:
        first = Stopped(monkeypatch, pool, lambda: busy.open("gestionnaire").create(asked))
        second = pool.submit(busy.change, "Organization/ssiad", type=[CMP_CATEGORY])
        expect_waiting(second)
        written = first.go()
        second.result(10)
    assert isinstance(written, Slice)
    rid = get_reference_rid(written.name)
    before = read_places(busy, rid)
    with busy.unit() as unit:
        relabel(unit, rid)
    assert read_places(busy, rid) == before


@leak(kills="what is written is not compared with what is locked")
def test_what_is_written_about_somebody_who_is_not_locked_is_written_alone(
    busy: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[int] = []
    monkeypatch.setattr(writes, "find_persons", lambda entries: frozenset({get_reference_rid("Patient/paul")}))
    monkeypatch.setattr(writes, "tick", lambda *given: ticks.append(tick(*given)) or ticks[-1])
    written = busy.open("gestionnaire").create(make_goal(PERSON))
    assert [written.updated] == ticks


@leak(kills="facts bear the time at which the writer read")
def test_rows_bear_the_commit_time_and_not_that_at_which_the_writer_read(
    busy: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that began before its commit would be missed by who polls (`docs/parts.md` 16)."""
    times, whole = set[int](), late_clock.tick_late
    last = clock_time(busy)

    def take(store: Store, connection: Any, least: int) -> int:
        time = whole(store, connection, least)
        assert time > least
        times.add(time)
        return time

    monkeypatch.setattr(late_clock, "tick_late", take)
    change_task(busy, "saad", "t", "accepted")
    busy.open("gestionnaire").create(make_goal(PERSON))
    with busy.store.read() as connection:
        begun = {
            time
            for column, table in COLUMNS
            for time in connection.scalars(text(f"SELECT {column} FROM {table} WHERE {column} > {last}"))
            if time < EVER
        }
    assert begun == times
    assert len(times) == 2


def test_nothing_is_left_of_a_writer_that_dies_with_the_clock(busy: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, last = late_clock.tick_late, clock_time(busy)

    def die(store: Store, connection: Any, least: int) -> int:
        time = whole(store, connection, least)
        pid = connection.connection.dbapi_connection.info.backend_pid
        with store.autocommit() as other:
            other.execute(text(f"SELECT pg_terminate_backend({pid})"))
        return time

    monkeypatch.setattr(late_clock, "tick_late", die)
    with pytest.raises(FAILURES):
        busy.open("gestionnaire").create(make_goal(PERSON))
    monkeypatch.setattr(late_clock, "tick_late", whole)
    assert clock_time(busy) == last
    assert busy.open("gestionnaire").search("Goal", []).slices == []
    busy.open("gestionnaire").create(make_goal(PERSON))


def test_what_several_writers_leave_is_what_follows_from_the_facts(busy: Territory) -> None:
    def write(number: int) -> None:
        for turn in range(3):
            with suppress(Conflict):
                change_task(busy, "saad", "t", ("accepted", "in-progress", "completed")[turn])
            busy.open("gestionnaire").create(make_goal(PERSON))
            asked = task(f"x{number}{turn}", owner="Organization/ccas", focus="ServiceRequest/r")
            busy.open("gestionnaire").create({**asked, "status": "requested"})

    with ThreadPoolExecutor(6) as pool:
        for work in [pool.submit(write, number) for number in range(6)]:
            with suppress(HubError):
                work.result(30)
    with busy.store.write() as connection:
        tick(busy.store, connection)
        assert rebuild_all(connection).changed == 0
    assert len(busy.open("gestionnaire").search("Goal", [("_count", "100")]).slices) > 6


COLUMNS = [
    (column, table)
    for table, columns in {"part": "since until moved", "grant_": "since until", "stake": "since until",
                           "relation": "since until", "outbox": "at"}.items()
    for column in columns.split()
]  # fmt: skip


def expect_waiting(work: Future[Any]) -> None:
    with pytest.raises(TookLong):
        work.result(WAIT)


def make_goal(person: str) -> Json:
    text_of_goal = {"text": "sortir tous les jours"}
    subject = {"reference": person}
    return {"resourceType": "Goal", "lifecycleStatus": "active", "description": text_of_goal, "subject": subject}


def change_task(here: Territory, role: str, name: str, status: str, version: str = "") -> Slice:
    record = here.open(role)
    current = record.read(f"Task/{name}")
    sent = loads(current.body, size=len(current.body)) | {"status": status}
    if status == "completed":
        sent["output"] = [{"type": {"text": "compte rendu"}, "valueString": "fait"}]
    return record.edit(f"Task/{name}", sent, version or current.version)


def clock_time(here: Territory) -> int:
    with here.store.autocommit() as connection:
        return read_clock(here.store, connection)


def read_places(here: Territory, rid: int) -> set[tuple[int, int]]:
    with here.store.read() as connection:
        rows = connection.execute(select(part.c.key, part.c.needs).where(part.c.rid == rid, part.c.until == EVER))
        return {(row.key, row.needs) for row in rows}
