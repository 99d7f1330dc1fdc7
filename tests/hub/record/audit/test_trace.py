"""Traces of access (`docs/parts.md` 20): one row a request, committed before the answer, without a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.json import decode
from sqlalchemy import select

import tests.traces as every
from hub.domain.errors import Conflict, HubError, Invalid, NotFound, Refused
from hub.record.repository.record import Record
from hub.record.tables import metadata, trace, trace_beside
from hub.record.write.transaction import Entry
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
    assert row.at == ward.store.get_time()


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
def test_d10_if_the_trace_cannot_be_written_nothing_is_shown(ward: Territory, ask: Callable[[Record], object]) -> None:
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
        with here.store.write_relaxed() as connection:
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
