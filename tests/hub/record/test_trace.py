"""Traces of access (`parts.md` 20): one row a request, committed before the answer, without a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode
from sqlalchemy import insert, select

import tests.traces as every
from hub.errors import Conflict, HubError, Invalid, NotFound, Refused
from hub.record.door import Record
from hub.record.store import FAILURES, open_store
from hub.record.tables import metadata, trace, trace_beside
from hub.record.trace import BATCH, WAITED, gather
from hub.record.transacting import Entry
from tests.territory import PERSON, Territory, condition, person, request

Row = Any


def traces(here: Territory) -> list[Row]:
    """Every trace, in the order of time: the clock goes on by a microsecond after each look."""
    found = every.traces(here.store)
    here.pass_time(1)
    return found


@pytest.fixture
def ward(here: Territory) -> Territory:
    here.join_circle("medecin_traitant", "ssiad", "saad", "gestionnaire")
    here.write(condition("c"))
    assert traces(here) == []  # what the hub itself writes past the doors is nobody's opening
    return here


READINGS: list[tuple[str, Callable[[Record], object], str, list[str]]] = [
    ("read", lambda record: record.read("Condition/c"), "Condition", ["Condition/c"]),
    (
        "vread",
        lambda record: record.vread("Condition/c", record.read("Condition/c").version),
        "Condition",
        ["Condition/c"],
    ),
    ("history", lambda record: record.history("Condition/c"), "Condition", ["Condition/c"]),
    (
        "search",
        lambda record: record.search("Condition", [("_include", "Condition:patient")]),
        "Condition",
        ["Condition/c", PERSON],
    ),
    ("search", lambda record: record.search("Goal", []), "Goal", []),
]


@pytest.mark.parametrize(
    ("action", "ask", "kind", "shown"), READINGS, ids=[r[0] + str(n) for n, r in enumerate(READINGS)]
)
def test_a_reading_leaves_one_row_that_names_what_was_shown(
    ward: Territory, action: str, ask: Callable[[Record], object], kind: str, shown: list[str]
) -> None:
    ask(ward.open("ssiad", session="jti-1"))
    rows = [row for row in traces(ward) if row.action == action]
    assert len(rows) == 1
    row = rows[0]
    assert (row.type, row.shown.split(), row.asked) == (kind, shown, "")
    assert (row.party, row.role, row.client, row.session) == ("Organization/ssiad", "ssiad", "test-ssiad", "jti-1")
    assert row.at == ward.store.now() - 1


@pytest.mark.parametrize("name", ["Condition/c", "Condition/none"])
@pytest.mark.parametrize("action", ["read", "vread", "history", "update"])
def test_what_was_asked_in_vain_is_noted_alike_hidden_or_absent(ward: Territory, name: str, action: str) -> None:
    record = ward.open("saad")
    asks: dict[str, Callable[[], object]] = {
        "read": lambda: record.read(name),
        "vread": lambda: record.vread(name, "a" * 52),
        "history": lambda: record.history(name),
        "update": lambda: record.edit(name, condition(name.partition("/")[2]), "a" * 52),
    }
    with pytest.raises(NotFound):
        asks[action]()
    assert [(row.action, row.type, row.shown, row.asked) for row in traces(ward)] == [(action, "Condition", "", name)]


def test_a_write_leaves_one_row_in_its_transaction(ward: Territory) -> None:
    record = ward.open("medecin_traitant")
    sent = {name: value for name, value in condition("x").items() if name != "id"}
    made = record.create(sent)
    assert [(row.action, row.shown) for row in traces(ward)] == [("create", made.name)]
    whole = decode(made.body) | {"onsetString": "hier"}
    changed = record.edit(made.name, whole, made.version)
    assert [(row.action, row.shown) for row in traces(ward)][1:] == [("update", made.name)]
    for refused in (
        lambda: record.edit(made.name, whole, made.version),
        lambda: record.edit(made.name, whole, None),
        lambda: record.edit(made.name, whole | {"code": condition("x", "F20")["code"]}, changed.version),
    ):
        with pytest.raises((Conflict, Invalid)):
            refused()
    assert len(traces(ward)) == 2  # nothing was written and nothing was shown


def test_a_transaction_is_one_request(ward: Territory) -> None:
    record = ward.open("gestionnaire")
    names = [record.new_name("RelatedPerson"), record.new_name("RelatedPerson")]
    relative = {"resourceType": "RelatedPerson", "patient": {"reference": PERSON}}
    record.transact([Entry("POST", name, relative | {"id": name.partition("/")[2]}) for name in names])
    assert [(row.action, row.type, row.shown.split()) for row in traces(ward)] == [
        ("transaction", "RelatedPerson", names)
    ]
    mixed = [
        Entry("POST", record.new_name("RelatedPerson"), relative),
        Entry("PUT", "Task/none", {"resourceType": "Task"}),
    ]
    with pytest.raises(NotFound):
        record.transact(mixed)
    assert [(row.action, row.shown, row.asked) for row in traces(ward)][1:] == [("transaction", "", "Task/none")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda record: record.read("Medication/m"),
        lambda record: record.search("Condition", [("nonsense", "1")]),
        lambda record: record.search("AuditEvent", [("x", "1")]),
        lambda record: record.create({"resourceType": "Provenance"}),
    ],
)
def test_what_is_refused_before_the_record_is_opened_is_no_opening(
    ward: Territory, ask: Callable[[Record], object]
) -> None:
    with pytest.raises((Refused, Invalid)):
        ask(ward.open("ssiad"))
    assert traces(ward) == []


@pytest.mark.parametrize(
    "ask", [reading[1] for reading in READINGS], ids=[f"{r[0]}{n}" for n, r in enumerate(READINGS)]
)
def test_if_the_trace_cannot_be_written_nothing_is_shown(ward: Territory, ask: Callable[[Record], object]) -> None:
    _lose_the_table(ward)
    with pytest.raises(Exception) as caught:
        ask(ward.open("ssiad"))
    assert not isinstance(caught.value, HubError)


def test_if_the_trace_cannot_be_written_nothing_is_written(ward: Territory) -> None:
    sent = {name: value for name, value in request("x", requester="Organization/ssiad").items() if name != "id"}
    _lose_the_table(ward)
    with pytest.raises(Exception, match="trace"):
        ward.open("ssiad").create(sent)
    with ward.store.write() as connection:
        found = metadata.tables["resource"]
        assert connection.execute(select(found.c.id).where(found.c.type == "ServiceRequest")).all() == []


def _lose_the_table(here: Territory) -> None:
    with here.store.write() as connection:
        trace.drop(connection)
    if not here.store.on_postgres:
        with here.store.note() as connection:
            trace_beside.drop(connection)


def test_no_value_of_the_record_is_in_a_trace(ward: Territory) -> None:
    record = ward.open("gestionnaire")
    record.search("Patient", [("family", "NAISSANCE"), ("birthdate", "1938-02-03"), ("_count", "3")])
    record.search("Patient", [("identifier", "000000000000097")])
    record.create({name: value for name, value in person().items() if name not in ("id", "generalPractitioner")})
    words = " ".join(str(value) for row in traces(ward) for value in row)
    for value in ("NAISSANCE", "1938", "000000000000097", "Fictive", "Inventée"):
        assert value not in words


def test_an_asked_name_is_cut_not_refused(ward: Territory) -> None:
    with pytest.raises(NotFound):
        ward.open("ssiad").read("Condition/" + "x" * 300)
    assert len(traces(ward)[0].asked) == 120


# On PostgreSQL nothing waits: a reading's trace stands in the record at once.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
def test_a_reading_waits_for_no_writer(ward: Territory) -> None:
    with ward.store.write():
        assert ward.open("ssiad").read("Condition/c")
    assert [row.action for row in traces(ward)] == ["read"]


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
    assert len(traces(ward)) == 3
    assert len(traces(ward)) == 3
    with ward.store.read() as connection:
        assert connection.execute(select(trace_beside)).all() == []


@on_sqlite
def test_it_is_gathered_in_batches_to_the_end(ward: Territory) -> None:
    ward.open("ssiad").read("Condition/c")
    (row,) = traces(ward)
    with ward.store.note() as connection:
        connection.execute(insert(trace_beside), [row._asdict() | {"seq": rank} for rank in range(1, BATCH + 2)])
    assert len(traces(ward)) == BATCH + 2


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
    with ward.store.note() as connection:
        connection.execute(insert(trace).from_select(WAITED.selected_columns.keys(), WAITED))
    events = ward.open("personne").search("AuditEvent", [("patient", PERSON)])
    assert len(traces(ward)) == 3
    assert len(events.slices) == 1
