"""The leak cases of accounts by their numbers: colleagues in one role, masks, acting contexts (`docs/leaks.md` L146–L150)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from fhir_profiles import codes
from hub.domain.errors import HubError, NotFound, Refused
from hub.domain.sections import ALONE
from hub.fhir import loads
from hub.record.access import account_party
from hub.record.db.clock import instant
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.repository.subscriptions import SubscriptionMixin
from hub.record.tables import index_token, part
from hub.slices import get_reference_rid
from tests.colleagues import Colleague, add_colleague
from tests.contracts.cases import leak
from tests.territory import PERSON, Territory, condition, request, settle_territory, task

SSIAD, SAAD, CMP = "Organization/ssiad", "Organization/saad", "Organization/cmp"
NURSE, ELSEWHERE = (SSIAD, "ssiad"), (SAAD, "ssiad")
TYPES = ("Patient", "Condition", "Task", "ServiceRequest")
ABSENT = "a" * 26


@pytest.fixture
def here(store: Store) -> Territory:
    territory = settle_territory(store)
    territory.join_circle("ssiad", "psy_cmp")
    territory.write(condition("coeur"), request("demande"), by=CMP)
    territory.write(task("suite", SSIAD, "ServiceRequest/demande"), by=SSIAD)
    territory.pass_time()
    return territory


@pytest.fixture
def ines(here: Territory) -> Colleague:
    return add_colleague(here, "ines", NURSE, ELSEWHERE)


@pytest.fixture
def paul(here: Territory) -> Colleague:
    return add_colleague(here, "paul", NURSE)


def read_all(record: Record) -> dict[str, tuple[bytes, str]]:
    slices = [entry for kind in TYPES for entry in record.search(kind, [("_count", "100")]).slices]
    return {entry.name: (entry.body, entry.version) for entry in slices}


def describe(ask: Callable[[], Any]) -> Any:
    """What an actor is told, as bytes or as a refusal."""
    try:
        return ask()
    except HubError as error:
        return type(error).__name__, [(problem.code, problem.where) for problem in error.problems]


def leave_circle(here: Territory) -> None:
    here.join_circle("psy_cmp")
    here.pass_time()


@leak(146, kills="any account's grant opens (L146)")
def test_L146_what_one_account_holds_is_nobody_elses(here: Territory, ines: Colleague, paul: Colleague) -> None:
    leave_circle(here)
    others = (paul.open(*NURSE), here.open("ssiad"), here.open("saad"))
    before = [read_all(record) for record in others]
    ines.add_tie(*NURSE, "circle")
    here.pass_time()
    assert [read_all(record) for record in others] == before
    for record in others:
        with pytest.raises(NotFound):
            record.read("Condition/coeur")


@leak(146, kills="the predicate knows no account (L146)")
def test_L146_an_account_sees_what_it_holds(here: Territory, ines: Colleague) -> None:
    leave_circle(here)
    ines.add_tie(*NURSE, "circle")
    here.pass_time()
    record = ines.open(*NURSE)
    assert record.read("Condition/coeur").version == record.search("Condition", [("code", "I10")]).slices[0].version
    assert record.history("Condition/coeur").entries
    here.consent("deny", SSIAD, "medical", id="non")
    here.pass_time()
    with pytest.raises(NotFound):
        record.read("Condition/coeur")


@leak(146, kills="a private note is everybody's (L146)")
def test_L146_a_note_for_oneself_tells_colleagues_nothing(here: Territory, ines: Colleague, paul: Colleague) -> None:
    others = (paul.open(*NURSE), here.open("ssiad"), here.open("psy_cmp"), here.open("personne"))
    asked = [
        ("Communication", [("_total", "accurate")]),
        ("Patient", [("_has:Communication:subject:status", "completed")]),
    ]
    before = [[record.search(kind, pairs) for kind, pairs in asked] for record in others]
    note = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": PERSON},
        "payload": [{"contentString": "À moi seule"}],
        "extension": [{"url": codes.PRIVATE_NOTE_EXTENSION, "valueString": "moi"}],
    }
    name = ines.open(*NURSE).create(note).name
    here.pass_time()
    assert [[record.search(kind, pairs) for kind, pairs in asked] for record in others] == before
    reply = {key: value for key, value in note.items() if key != "extension"}
    for record in others:
        assert describe(lambda record=record: record.read(name)) == describe(
            lambda record=record: record.read(f"Communication/{ABSENT}")
        )
        told = [
            describe(lambda record=record, to=to: record.create({**reply, "inResponseTo": [{"reference": to}]}))
            for to in (name, f"Communication/{ABSENT}")
        ]
        assert told[0] == told[1]


def _ask_about(record: Record, patient: str, task_id: str) -> list[Any]:
    """What an actor can ask about a person, a Task of hers, and what points to them."""
    name, task_name = f"Patient/{patient}", f"Task/{task_id}"
    of_person = [("patient", name)]
    asked: list[Callable[[], Any]] = [
        lambda: record.read(name),
        lambda: record.read(task_name),
        lambda: record.history(task_name).slices,
        lambda: record.everything(name, []).slices,
        lambda: record.search("Task", [*of_person, ("_total", "accurate")]).total,
        lambda: record.search("Task", [("_id", task_id)]).slices,
        lambda: record.search("Condition", [("patient._id", patient)]).slices,
        lambda: record.search("Organization", [("_has:Task:owner:_id", task_id)]).slices,
        lambda: record.search("Organization", [("_id", "ssiad"), ("_revinclude", "Task:owner")]).included,
        lambda: record.search("AuditEvent", of_person).slices,
        lambda: record.edit(task_name, task(task_id, SSIAD), '"x"'),
        lambda: record.create({**condition("x"), "subject": {"reference": name}}),
        lambda: record.create(task("x", SSIAD, requester=SSIAD, partOf=[{"reference": task_name}])),
    ]
    return [describe(ask) for ask in asked]


@leak(147, kills="a mask is not asked for (L147)")
def test_L147_the_person_is_as_absent_to_whom_she_masks(here: Territory, ines: Colleague) -> None:
    record = ines.open(*NURSE)
    assert record.read("Task/suite")
    ines.mask()
    ines.add_tie(*NURSE, "circle")
    here.pass_time()
    hidden, absent = _ask_about(record, "jeanne", "suite"), _ask_about(record, ABSENT, ABSENT)
    assert hidden == absent
    assert read_all(record) == read_all(ines.open(*ELSEWHERE)) == {}


@leak(147, kills="a mask is not asked for (L147)")
def test_L147_nothing_that_happens_behind_a_mask_is_told(here: Territory, ines: Colleague) -> None:
    ines.mask()
    here.pass_time()
    record = ines.open(*NURSE)
    before = [record.search(kind, [("_total", "accurate")]) for kind in TYPES]
    here.write(condition("neuf"), request("neuve", SSIAD), by=SSIAD)
    here.write(task("neuve", SSIAD, "ServiceRequest/neuve"), by=SSIAD)
    here.pass_time()
    assert [record.search(kind, [("_total", "accurate")]) for kind in TYPES] == before


@leak(147, kills="a mask that ends moves no version (L147)")
def test_L147_what_comes_back_is_another_version(here: Territory, ines: Colleague, paul: Colleague) -> None:
    before, others = read_all(ines.open(*NURSE)), read_all(paul.open(*NURSE))
    name = ines.mask()
    here.pass_time()
    assert read_all(ines.open(*NURSE)) == {}
    ended = here.store.now()
    here.change(name, status="inactive")
    here.pass_time()
    record = ines.open(*NURSE)
    after = read_all(record)
    assert after.keys() == before.keys()
    assert all(version != before[resource][1] for resource, (_, version) in after.items())
    assert all(record.read(resource).updated >= ended for resource in after)
    assert record.search("Task", [("_lastUpdated", f"ge{instant(ended)}")]).slices
    assert read_all(paul.open(*NURSE)) == others == before


@leak(148, kills="accounts read Subscriptions (L148)")
def test_L148_subscriptions_are_of_software(here: Territory, ines: Colleague) -> None:
    subscription = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "suivre nos actions",
        "criteria": "https://maillage.example/fhir/SubscriptionTopic/task-changed",
        "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/x", "payload": "application/fhir+json"},
    }
    record = SubscriptionMixin(here.store, ines.build_actor(*NURSE), "http://hub.example/fhir")
    name = f"Subscription/{ABSENT}"
    asked: list[Callable[[], Any]] = [
        lambda: record.create(subscription),
        lambda: record.read(name),
        lambda: record.history(name),
        lambda: record.search("Subscription", []),
        lambda: record.get_status(name),
        record.list_statuses,
        lambda: record.delete(name, None),
    ]
    for ask in asked:
        with pytest.raises(Refused, match="type-closed"):
            ask()
    software = SubscriptionMixin(here.store, here.actor("ssiad"), "http://hub.example/fhir")
    assert software.search("Subscription", []).slices == []


@leak(149, kills="an account holds in all of its contexts (L149)")
def test_L149_what_is_held_in_one_context_is_not_seen_in_another(here: Territory, ines: Colleague) -> None:
    """The same role at two organisations; and a part that the account holds."""
    leave_circle(here)
    here.join_circle("saad", "psy_cmp")
    here.pass_time()
    elsewhere = ines.open(*ELSEWHERE)
    before = read_all(elsewhere)
    ines.add_tie(*NURSE, "circle")
    own = account_party.build_account_party(ines.account_id, *NURSE)
    with here.store.write() as connection:
        for table in (part, index_token):
            held = update(table).where(table.c.rid == get_reference_rid("Condition/coeur"))
            connection.execute(held.values(needs=ALONE, stake_needs=ALONE, holder=own))
    here.pass_time()
    assert "Condition/coeur" in read_all(ines.open(*NURSE))
    after = read_all(elsewhere)
    before.pop("Condition/coeur", None)
    assert after == before


@leak(149, kills="a cursor is whoever's (L49)")
def test_L149_a_cursor_is_of_one_context(here: Territory, ines: Colleague, paul: Colleague) -> None:
    here.write(*(task(f"t{number}", SSIAD, "ServiceRequest/demande") for number in range(3)), by=SSIAD)
    here.pass_time()
    cursor = ines.open(*NURSE).search("Task", [("_count", "1")]).next
    assert cursor
    told = [
        describe(lambda record=record: record.search("Task", [("_count", "1")], cursor=cursor))
        for record in (ines.open(*ELSEWHERE), paul.open(*NURSE), here.open("ssiad"))
    ]
    assert told[0] == told[1] == told[2]
    assert told[0] == describe(lambda: here.open("ssiad").search("Task", [("_count", "1")], cursor="x"))


@leak(150, kills="an entry names the psychiatric centre (L150)")
def test_L150_the_directory_does_not_say_who_works_in_a_psychiatric_centre(here: Territory) -> None:
    before = {role: _list_entries(here.open(role)) for role in ("ssiad", "gestionnaire", "psy_cmp", "personne")}
    odette = add_colleague(here, "odette", (CMP, "psy_cmp"))
    here.pass_time()
    after = {role: _list_entries(here.open(role)) for role in before}
    assert odette.practitioner == ""
    assert set(after["psy_cmp"]) > set(before["psy_cmp"])
    for role in ("ssiad", "gestionnaire", "personne"):
        assert after[role] == before[role]
    ines = add_colleague(here, "ines", NURSE)
    assert not any("Odette" in str(loads(body)) for body in _list_entries(ines.open(*NURSE)))
    assert any("Odette" in str(loads(body)) for body in _list_entries(odette.open(CMP, "psy_cmp")))


def _list_entries(record: Record) -> list[bytes]:
    kinds = ("Practitioner", "PractitionerRole")
    by_organisation = record.search("Organization", [("_id", "cmp"), ("_revinclude", "PractitionerRole:organization")])
    slices = [entry for kind in kinds for entry in record.search(kind, [("_count", "100")]).slices]
    return sorted(entry.body for entry in (*slices, *by_organisation.included))
