"""Traces of readings beside an SQLite record, and the way home (`hub.record.audit.spool`)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from hub.record.audit.spool import BATCH, WAITED, gather
from hub.record.db.store import FAILURES, open_store
from hub.record.repository.record import Record
from hub.record.tables import trace, trace_beside
from tests.territory import PERSON, Territory, condition
from tests.traces import traces

# On PostgreSQL nothing waits: a reading's trace stands in the record at once.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ward(here: Territory) -> Territory:
    here.join_circle("ssiad")
    here.write(condition("c"))
    return here


@on_sqlite
def test_a_reading_waits_for_no_writer(ward: Territory) -> None:
    with ward.store.write():
        assert ward.open("ssiad").read("Condition/c")
    assert [row.action for row in traces(ward.store)] == ["read"]


@on_sqlite
def test_a_reading_changes_nothing_of_what_others_know_of_the_record(ward: Territory) -> None:
    with closing(sqlite3.connect(ward.store.writer.url.database or "")) as other:
        before = _data_version(other)
        ward.open("ssiad").read("Condition/c")
        assert _data_version(other) == before
        gather(ward.store)
        assert _data_version(other) != before


def _data_version(other: sqlite3.Connection) -> int:
    """It changes when someone else changed the file: https://sqlite.org/pragma.html#pragma_data_version."""
    found: int = other.execute("PRAGMA data_version").fetchone()[0]
    return found


@on_sqlite
def test_what_waited_is_gathered_once(ward: Territory) -> None:
    for _ in range(3):
        ward.open("ssiad").read("Condition/c")
    assert len(traces(ward.store)) == 3
    assert len(traces(ward.store)) == 3
    with ward.store.read() as connection:
        assert connection.execute(select(trace_beside)).all() == []


@on_sqlite
def test_it_is_gathered_in_batches_to_the_end(ward: Territory) -> None:
    ward.open("ssiad").read("Condition/c")
    (row,) = traces(ward.store)
    with ward.store.write_relaxed() as connection:
        connection.execute(insert(trace_beside), [row._asdict() | {"seq": rank} for rank in range(1, BATCH + 2)])
    assert len(traces(ward.store)) == BATCH + 2


@on_sqlite
def test_without_the_file_beside_nothing_is_shown_and_it_may_be_asked_again(ward: Territory) -> None:
    ward.store.dispose()
    beside = Path(f"{ward.store.writer.url.database}-traces")
    beside.unlink(missing_ok=True)
    beside.mkdir()
    with pytest.raises(FAILURES):
        ward.open("ssiad").read("Condition/c")
    beside.rmdir()
    assert ward.open("ssiad").read("Condition/c")


@on_sqlite
def test_many_may_be_the_first_to_look(ward: Territory) -> None:
    """Each is a process of its own: the file beside the record is made by one of them and found by the others."""
    ward.store.dispose()
    address = ward.store.writer.url.database or ""
    Path(f"{address}-traces").unlink(missing_ok=True)
    context = get_context("spawn")
    with context.Pool(4) as pool:
        assert pool.map(_looks, [address] * 4, chunksize=1) == [True] * 4


def _looks(address: str) -> bool:
    store = open_store(f"sqlite:///{address}", (b"0" * 64,), durable=False)
    gather(store)
    store.dispose()
    return True


@on_sqlite
def test_what_a_kill_left_in_both_files_stands_in_the_journal_once(ward: Territory) -> None:
    ward.open("ssiad").read("Condition/c")
    with ward.store.write_relaxed() as connection:
        connection.execute(insert(trace).from_select(WAITED.selected_columns.keys(), WAITED))
    events = ward.open("personne").search("AuditEvent", [("patient", PERSON)])
    assert len(traces(ward.store)) == 3
    assert len(events.slices) == 1


@on_sqlite
def test_a_spool_of_an_earlier_version_is_carried_along(ward: Territory) -> None:
    """It has no column `account`; what waits in it comes home, and what is read next waits in it too."""
    ward.open("ssiad").read("Condition/c")
    database = ward.store.writer.url.database or ""
    ward.store.dispose()
    with closing(sqlite3.connect(f"{database}-traces")) as beside:
        beside.execute("ALTER TABLE trace DROP COLUMN account")
        beside.commit()
    again = open_store(f"sqlite:///{database}", ward.store.seal_keys, durable=False)
    later = replace(ward.actor("ssiad"), account="nadia")
    Record(again, later).read("Condition/c")
    with again.read() as connection:
        waiting = connection.execute(select(trace_beside.c.action, trace_beside.c.account)).all()
    assert waiting == [("read", ""), ("read", "nadia")]
    assert [(row.action, row.account) for row in traces(again)] == waiting
    again.dispose()
