"""What a search reads follows what it shows, not what its owner or the territory has (`docs/performance.md` §4.3).

An organisation owns Tasks about a few persons of its circle, three of ten with the status `requested`; others own as many. The
counts are taken with few Tasks and with many.
"""

from __future__ import annotations

import pytest

from hub.domain.actor import Actor
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.repository.searches import Page
from tests.bench import population
from tests.bench.load import load
from tests.bench.owner import write_circle, write_tasks
from tests.clock import FakeClock
from tests.rows_read import count_rows_read
from tests.territory import settle_territory

OWNER = population.name_of(0)
MINE = [("owner", OWNER), ("status", "requested"), ("_count", "20")]
FEW, MANY = 300, 900
# The persons in whose circle the organisation is first: it owns what is written about them. And those of another one.
OURS, THEIRS = range(0, 1000, 200), range(1, 1001, 200)


class Owner:
    """The record of an owner with a number of Tasks."""

    def __init__(self, store: Store, clock: FakeClock, patch: pytest.MonkeyPatch) -> None:
        self.store, self._clock, self._patch, self.count = store, clock, patch, 0
        settle_territory(store)
        load(store, 0)
        for person in (*OURS, *THEIRS):
            write_circle(store, range(person, person + 1))
        actor = Actor(party=OWNER, role=population.role_of(0), scopes=("system/*.cruds",), client="owner")
        self.record = Record(store, actor, "https://hub.example/fhir")

    def write(self, count: int, persons: range = OURS) -> None:
        """`count` more Tasks, newer than the others."""
        write_tasks(self.store, persons, count, prefix=f"{persons.start}-{self.count}")
        self.count += count
        self._clock.tick(1000)
        if self.store.on_postgres:
            # What autovacuum does soon after.
            with self.store.writer.begin() as connection:
                connection.exec_driver_sql("ANALYZE")

    def search(self, *params: tuple[str, str], type_: str = "Task") -> Page:
        return self.record.search(type_, list(params))

    def count_rows(self, *params: tuple[str, str], type_: str = "Task") -> int:
        """The rows read by the statements of a search, the slices of its page aside."""
        *counts, _ = count_rows_read(self._patch, lambda: self.search(*params, type_=type_))
        return sum(counts)


@pytest.fixture
def owner(store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Owner:
    return Owner(store, clock, monkeypatch)


def test_a_worklist_reads_its_page(owner: Owner) -> None:
    owner.write(FEW)
    few = owner.count_rows(*MINE)
    owner.write(MANY)
    owner.write(MANY, THEIRS)
    assert len(owner.search(*MINE).slices) == 20
    assert owner.count_rows(*MINE) <= few * 1.2


def test_a_total_reads_index_entries_of_the_matches_and_keeps_the_page(owner: Owner) -> None:
    owner.write(FEW)
    without = [one.name for one in owner.search(*MINE).slices]
    few = owner.search(*MINE, ("_total", "accurate"))
    assert ([one.name for one in few.slices], few.total) == (without, FEW * 3 // 10)
    alone = owner.count_rows(*MINE)
    counted = (owner.count_rows(*MINE, ("_total", "accurate")) - alone) / few.total
    owner.write(MANY, THEIRS)
    assert (owner.count_rows(*MINE, ("_total", "accurate")) - alone) / few.total <= counted * 1.2
    owner.write(MANY)
    many = owner.search(*MINE, ("_total", "accurate"))
    assert many.total == (FEW + MANY) * 3 // 10
    assert (owner.count_rows(*MINE, ("_total", "accurate")) - alone) / many.total <= counted * 1.2


def test_a_worklist_by_its_last_change_reads_its_page(owner: Owner) -> None:
    latest = [*MINE, ("_sort", "-_lastUpdated")]
    owner.write(FEW)
    few = owner.count_rows(*latest)
    owner.write(MANY)
    owner.write(MANY, THEIRS)
    updated = [each.updated for each in owner.search(*latest).slices]
    assert len(updated) == 20 and updated == sorted(updated, reverse=True)
    assert owner.count_rows(*latest) <= few * 1.2


@pytest.mark.parametrize(
    ("type_", "params"),
    [("Task", [("status", "accepted")]), ("Task", [("status", "accepted,completed")]), ("Patient", [("family", "E")])],
)
def test_a_status_or_a_name_alone_is_looked_up_among_the_persons_whom_the_actor_sees(
    owner: Owner, type_: str, params: list[tuple[str, str]]
) -> None:
    asked = [*params, ("_count", "20"), ("_total", "accurate")]
    owner.write(FEW)
    few, total = owner.count_rows(*asked, type_=type_), owner.search(*asked, type_=type_).total
    owner.write(MANY, THEIRS)
    write_circle(owner.store, range(1002, 1051))
    again = owner.search(*asked, type_=type_)
    assert again.total == total and len(again.slices) == min(20, total)
    assert owner.count_rows(*asked, type_=type_) <= few * 1.2
