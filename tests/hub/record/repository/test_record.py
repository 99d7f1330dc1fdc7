"""The door: who opens it, what a transaction is, and how much each interaction asks of the database."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.json import decode

from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.read.slice import Slice
from hub.record.repository.record import Record
from hub.record.write.transaction import Entry
from tests.territory import PERSON, Territory, condition, person, request, statements, task

Json = dict[str, Any]


def what(one: Slice) -> Json:
    found: Json = decode(one.body)
    return {name: value for name, value in found.items() if name != "meta"}


def without(resource: Json, *names: str) -> Json:
    return {name: value for name, value in resource.items() if name not in names}


def test_there_is_no_default_actor() -> None:
    parameters = inspect.signature(Record).parameters
    assert parameters["actor"].default is inspect.Parameter.empty


@pytest.mark.parametrize(
    "ask",
    [
        lambda record: record.read(PERSON),
        lambda record: record.vread(PERSON, "a" * 52),
        lambda record: record.history(PERSON).slices,
        lambda record: record.search("Patient", []),
        lambda record: record.create({"resourceType": "RelatedPerson", "patient": {"reference": PERSON}}),
        lambda record: record.edit(PERSON, person(), "a" * 52),
        lambda record: record.transact([Entry("PUT", PERSON, person(), "a" * 52)]),
    ],
)
def test_every_interaction_asks_the_scopes_first(here: Territory, ask: Callable[[Record], object]) -> None:
    with pytest.raises(Refused), statements(here.store) as said:
        ask(here.open("gestionnaire", scopes=("system/Task.cruds",)))
    assert said == []


def test_a_transaction_is_all_or_nothing(here: Territory) -> None:
    record = here.open("gestionnaire")
    here.join_circle("gestionnaire")
    name = record.new_name("RelatedPerson")
    relative = {"resourceType": "RelatedPerson", "patient": {"reference": PERSON}}
    for wrong in (
        Entry("PUT", PERSON, person(), "a" * 52),
        Entry("PUT", "Patient/none", person() | {"id": "none"}, "a" * 52),
        Entry("POST", record.new_name("RelatedPerson"), {"resourceType": "RelatedPerson"}),
    ):
        with pytest.raises((Conflict, NotFound, Invalid)):
            record.transact([Entry("POST", name, relative), wrong])
        with pytest.raises(NotFound):
            record.read(name)


def test_entries_point_to_each_other_whatever_their_order_and_answers_keep_it(here: Territory) -> None:
    record = here.open("guichet")
    names = {kind: record.new_name(kind) for kind in ("ServiceRequest", "Patient", "RelatedPerson")}
    about = {"reference": names["Patient"]}
    entries = [
        Entry(
            "POST",
            names["ServiceRequest"],
            without(request("x", requester="Organization/dac"), "id") | {"subject": about},
        ),
        Entry("POST", names["RelatedPerson"], {"resourceType": "RelatedPerson", "patient": about}),
        Entry("POST", names["Patient"], without(person(), "id", "generalPractitioner")),
    ]
    made = record.transact(entries)
    assert [one.slice.name for one in made] == [entry.name for entry in entries]
    assert what(made[0].slice)["subject"] == about
    assert record.read(names["Patient"]) == made[2].slice


def test_what_a_transaction_changes_is_judged_on_what_it_saw(here: Territory) -> None:
    here.join_circle("ccas")
    record = here.open("ccas")
    seen = record.read(PERSON)
    changed = what(seen) | {"contact": [{"name": {"text": "x"}}]}
    made = record.transact([Entry("PUT", PERSON, changed, seen.version)])
    assert what(made[0].slice)["contact"] == changed["contact"]
    with pytest.raises(Conflict):
        record.transact([Entry("PUT", PERSON, changed, seen.version)])


def test_names_to_come_are_of_the_type(here: Territory) -> None:
    record = here.open("ccas")
    assert record.new_name("Task").startswith("Task/")
    assert record.new_name("Task") != record.new_name("Task")


# --- How much is asked of the database -------------------------------------------------------------------------------

# Statements of one interaction: the question and the trace; on PostgreSQL a reading first enters behind the second wall.
READINGS: dict[str, tuple[int, Callable[[Record], object]]] = {
    "read": (2, lambda record: record.read("Task/t")),
    "history": (2, lambda record: record.history("Task/t").slices),
    "hot search": (3, lambda record: record.search("Task", [("owner", "Organization/ssiad")])),
    "search": (3, lambda record: record.search("Task", [("patient", PERSON), ("_sort", "authored-on")])),
    "search with total": (4, lambda record: record.search("Task", [("patient", PERSON), ("_total", "accurate")])),
    "search with include": (
        5,
        lambda record: record.search("Task", [("patient", PERSON), ("_include", "Task:focus")]),
    ),
    "chained search": (3, lambda record: record.search("Task", [("patient.family", "fictive")])),
}


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_asks_as_much_of_a_small_record_as_of_a_large_one(here: Territory, reading: str) -> None:
    wanted, ask = READINGS[reading]
    here.join_circle("ssiad", "saad")
    here.write(
        request("r", requester="Organization/dac"), task("t", owner="Organization/ssiad", focus="ServiceRequest/r")
    )
    counts = []
    for size in range(2):
        ask(here.open("ssiad"))
        with statements(here.store) as said:
            ask(here.open("ssiad"))
        counts.append(len([one for one in said if not _enters(one)]))
        for number in range(15):
            name = f"{size}-{number}"
            here.write(
                request(f"r{name}", requester="Organization/dac"),
                task(f"t{name}", owner="Organization/ssiad", focus=f"ServiceRequest/r{name}"),
                condition(f"c{name}"),
            )
        here.change("Task/t", priority="urgent" if size else "asap")
    assert counts == [wanted, wanted]


def _enters(statement: str) -> bool:
    """Whether a statement is one of `hub.record.access.row_level_security`."""
    return "set_config" in statement or "SET LOCAL" in statement.upper() or "SET ROLE" in statement.upper()


def test_a_write_asks_as_much_of_a_small_record_as_of_a_large_one(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    record = here.open("medecin_traitant")
    sent = without(condition("x"), "id")
    made = record.create(sent)
    counts = []
    for size in range(3):
        with statements(here.store) as creating:
            record.create(sent)
        seen = record.read(made.name)
        with statements(here.store) as editing:
            record.edit(made.name, what(seen) | {"onsetString": f"{size}"}, seen.version)
        counts.append((len(creating), len(editing)))
        here.write(*(condition(f"c{size}-{number}") for number in range(25)))
    assert len(set(counts[1:])) == 1
    assert max(counts[0]) <= 40
