"""No trace is missed, whatever the order in which they are committed (`hub.record.audit.index`)."""

from __future__ import annotations

import sys
from threading import Thread
from typing import Any

import pytest
from msgspec.json import decode
from sqlalchemy import Connection, delete, insert, select, update

from hub.record.audit import index_traces
from hub.record.audit.index import BATCH
from hub.record.db.store import Store
from hub.record.tables import access, access_actor, access_upto, trace
from hub.slices import get_reference_rid
from tests.hub.record.audit.conftest import DORA, Ward
from tests.territory import PERSON, condition, statements

JEANNE = get_reference_rid(PERSON)


def indexed(store: Store) -> dict[tuple[int, int], int]:
    """How many resources stand beside each (person, moment)."""
    with store.read() as connection:
        rows = connection.execute(select(access.c.person, access.c.at, access.c.shown)).all()
    return {(row.person, row.at): len(list_rids(row.shown)) for row in rows}


def list_rids(shown: Any) -> list[int]:
    """The rids of a row of `access`: an array, on SQLite the text of one."""
    rids: list[int] = decode(shown) if isinstance(shown, str) else shown
    return rids


def leave(connection: Connection, at: int, shown: str = "Condition/c", kind: str = "Condition") -> None:
    """A trace, as a request leaves it."""
    who = {"client": "x", "party": "Organization/ssiad", "role": "ssiad", "session": "", "action": "read"}
    connection.execute(insert(trace).values(at=at, tid=f"t{at}", type=kind, shown=shown, asked="", **who))


def test_each_trace_stands_beside_each_person_once(ward: Ward) -> None:
    ward.here.open("gestionnaire").search("Condition", [("code", "I10"), ("_include", "Condition:patient")])
    at = ward.here.store.now()
    assert index_traces(ward.here.store) == 1
    assert indexed(ward.here.store) == {(JEANNE, at): 2, (get_reference_rid(DORA), at): 2}
    assert index_traces(ward.here.store) == 0


def test_what_is_committed_late_is_not_missed(ward: Ward) -> None:
    store = ward.here.store
    with store.write() as connection:
        leave(connection, 2_000)
    index_traces(store)
    with store.write() as connection:
        leave(connection, 1_000)
    assert index_traces(store) == 1
    assert set(indexed(store)) == {(JEANNE, 1_000), (JEANNE, 2_000)}


def test_what_is_being_written_is_waited_for_or_comes_next(ward: Ward) -> None:
    """A writer took its number and has not committed yet: whoever comes after it neither sees it nor passes it by."""
    store = ward.here.store
    if not store.on_postgres:
        pytest.skip("SQLite has one writer at a time")
    found: list[int] = []
    other = Thread(target=lambda: found.append(index_traces(store)))
    with store.writer.begin() as slow:
        leave(slow, 1_000)
        with store.write() as connection:
            leave(connection, 2_000)
        other.start()
        other.join(0.5)
        assert found == []
    other.join()
    assert found == [2]
    assert set(indexed(store)) == {(JEANNE, 1_000), (JEANNE, 2_000)}


@pytest.mark.parametrize("count", [BATCH, 2 * BATCH + 1])
def test_it_goes_on_in_batches_to_the_end(ward: Ward, count: int) -> None:
    with ward.here.store.write() as connection:
        for at in range(count):
            leave(connection, at)
    assert index_traces(ward.here.store) == count
    assert len(indexed(ward.here.store)) == count


def test_the_number_of_statements_is_that_of_batches(ward: Ward) -> None:
    counts = []
    for base, many in ((0, 1), (1_000, 100)):
        with ward.here.store.write() as connection:
            for at in range(base, base + many):
                leave(connection, at, "Condition/c Condition/psy Condition/d Patient/jeanne Organization/dac")
        index_traces(ward.here.store) if base == 0 else None
        with statements(ward.here.store) as said:
            index_traces(ward.here.store)
        counts.append(len(said))
    # Whether anything is new; on SQLite whether anything waits beside the record.
    assert counts[0] == (1 if ward.here.store.on_postgres else 2) and counts[1] <= counts[0] + 8


def test_to_fill_it_again_gives_the_same_rows(ward: Ward) -> None:
    ward.opens("ssiad", "Condition/c")
    ward.here.open("gestionnaire").search("Condition", [])
    index_traces(ward.here.store)
    before = indexed(ward.here.store)
    for again in (update(access_upto).values(seq=0), delete(access_upto)):
        with ward.here.store.write() as connection:
            connection.execute(again)
        assert index_traces(ward.here.store) > 0
        assert indexed(ward.here.store) == before != {}


def count_bytes(store: Store) -> int:
    """The bytes of the values in the journal, and eight for each row and each item of its key."""
    rows = 0
    with store.read() as connection:
        for table in (access, access_actor):
            for row in connection.execute(select(table)):
                values = [list_rids(value) if name == "shown" else value for name, value in row._mapping.items()]
                sizes = [
                    len(value) if isinstance(value, str) else 8 * (len(value) if isinstance(value, list) else 1)
                    for value in values
                ]
                rows += sum(sizes) + 8 * (1 + len(table.primary_key))
    return rows


def test_a_search_leaves_one_row_a_person_and_less_than_2_kb(ward: Ward) -> None:
    """Twenty resources of one person are one row; whoever acts again about the same persons adds no further one for itself."""
    names = [ward.here.write(condition(f"k{number}")) for number in range(20)]
    with ward.here.store.write() as connection:
        leave(connection, 1, " ".join(names))
    index_traces(ward.here.store)
    assert indexed(ward.here.store) == {(JEANNE, 1): 20}
    first = count_bytes(ward.here.store)
    with ward.here.store.write() as connection:
        leave(connection, 2, " ".join(names))
    index_traces(ward.here.store)
    assert first < 1_000 and count_bytes(ward.here.store) - first < 400


def test_what_is_laid_out_costs_few_steps_a_resource(ward: Ward) -> None:
    names = " ".join(ward.here.write(condition(f"k{number}")) for number in range(20))
    with ward.here.store.write() as connection:
        leave(connection, 0, names)
    index_traces(ward.here.store)
    with ward.here.store.write() as connection:
        for at in range(1, 101):
            leave(connection, at, names)
    calls = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        assert index_traces(ward.here.store) == 100
    finally:
        sys.setprofile(before)
    assert calls < 4 * 2_000


def test_what_speaks_of_nobody_is_in_nobodys_journal(ward: Ward) -> None:
    with ward.here.store.write() as connection:
        leave(connection, 1, "Organization/dac", "Organization")
        leave(connection, 2, "")
        leave(connection, 3, "Condition/gone")
    assert index_traces(ward.here.store) == 3
    assert indexed(ward.here.store) == {}


@pytest.mark.parametrize(
    ("kind", "sought"),
    [
        ("Condition", {"Condition/c"}),
        ("Patient", {PERSON}),
        ("", {"Condition/c", PERSON}),
        ("AuditEvent", {"Condition/c", PERSON}),
    ],
)
def test_what_was_asked_for_is_told_from_what_came_along(ward: Ward, kind: str, sought: set[str]) -> None:
    with ward.here.store.write() as connection:
        leave(connection, 1, f"Condition/c {PERSON}", kind)
    index_traces(ward.here.store)
    with ward.here.store.read() as connection:
        row = connection.execute(select(access.c.shown, access.c.sought)).one()
    assert len(list_rids(row.shown)) == 2
    assert set(list_rids(row.shown)[: row.sought]) == {get_reference_rid(name) for name in sought}
