"""Ties of the person, of relatives and of the desk."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fhir_profiles import codes
from hub.domain.errors import Invalid, NotFound
from hub.fhir import loads
from hub.record.maintenance.relabel import relabel_all
from hub.record.reactions.stakes import is_hub_task
from hub.record.tables import relation
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.colleagues import Colleague, add_colleague
from tests.contracts.cases import leak
from tests.territory import DAY, PERSON, Territory, at, condition, request, task

INTAKE = {"coding": [{"system": codes.HUB_TASK, "code": "intake"}]}
DAC = "Organization/dac"


def ties(here: Territory, person: str = PERSON) -> set[tuple[str, str, int]]:
    """(party, kind, until) of the ties to a person."""
    with here.store.write() as connection:
        found = connection.execute(select(relation).where(relation.c.person == get_reference_rid(person)))
        return {(row.party, row.kind, row.until) for row in found}


def test_the_person_and_her_relatives_are_tied_from_the_first_day(here: Territory) -> None:
    relatives = {(f"RelatedPerson/{name}", "close", EVER) for name in ("fille", "ami", "tuteur")}
    assert ties(here) == {(PERSON, "self", EVER)} | relatives


def test_a_desk_that_registers_has_the_person_on_its_list(here: Territory) -> None:
    made = here.write({"resourceType": "Patient"}, by=DAC)
    assert ties(here, made) == {(made, "self", EVER), (DAC, "desk", EVER), (DAC, "hub", EVER)}
    other = here.write({"resourceType": "Patient"}, by="Organization/chu")
    assert ties(here, other) == {(other, "self", EVER)}


def intake(here: Territory, **elements: Any) -> None:
    here.write(request("r"))
    here.write(task("t", owner=DAC, requester="Organization/chu", focus="ServiceRequest/r", code=INTAKE, **elements))


def test_an_intake_task_opens_the_desk_until_thirty_days_after(here: Territory) -> None:
    intake(here)
    assert {(DAC, "desk", EVER), (DAC, "hub", EVER)} <= ties(here)
    now = here.pass_time()
    here.change("Task/t", status="rejected", statusReason={"text": "x"})
    assert {(DAC, "desk", now + 30 * DAY), (DAC, "oriented", EVER), (DAC, "hub", EVER)} <= ties(here)


def test_received_is_still_open(here: Territory) -> None:
    intake(here)
    here.pass_time()
    here.change("Task/t", status="received")
    assert (DAC, "desk", EVER) in ties(here)


def test_another_task_of_the_desk_opens_nothing(here: Territory) -> None:
    here.write(request("r"), task("t", owner=DAC, requester="Organization/chu", focus="ServiceRequest/r"))
    assert not {kind for party, kind, _ in ties(here) if party == DAC} & {"desk", "hub"}
    # As any owner that is asked it sees the usual identity, no more.
    assert b"1938" not in here.open("guichet").read(PERSON).body
    assert is_hub_task({"code": INTAKE}, "intake")
    assert not is_hub_task({"code": INTAKE}, "reorient")
    assert not is_hub_task({}, "intake")


# --- Associations that represent the person -----------------------------------------------------------------------------

ASSOCIATION = "Organization/asso"


def represent(here: Territory, **contact: Any) -> None:
    """Let an association be Jeanne's legal representative."""
    guardian = {"coding": [{"system": codes.RELATIVE_ROLE, "code": "GUARD"}]}
    found = {"relationship": [guardian], "organization": {"reference": ASSOCIATION}, **contact}
    here.change(PERSON, contact=[*here.whole(PERSON)["contact"], found])


@pytest.fixture
def curator(here: Territory) -> Colleague:
    here.write({"resourceType": "Organization", "id": "asso", "name": "Association fictive"})
    return add_colleague(here, "curatrice", (ASSOCIATION, "repr_legal"))


def test_an_association_that_represents_the_person_is_tied_by_its_contact(here: Territory, curator: Colleague) -> None:
    record = curator.open(ASSOCIATION, "repr_legal")
    here.write(condition("coeur"))
    with pytest.raises(NotFound):
        record.read(PERSON)
    represent(here)
    here.pass_time()
    assert record.read(PERSON)
    assert record.search("Condition", []).slices
    assert (ASSOCIATION, "close", EVER) in ties(here)
    # Its other roles, and a contact that represents nobody, are given nothing.
    here.change(PERSON, contact=[{"organization": {"reference": "Organization/saad"}}])
    now = here.pass_time()
    with pytest.raises(NotFound):
        record.read(PERSON)
    kinds = {party: until for party, kind, until in ties(here) if kind == "close" and party.startswith("Organization")}
    assert kinds.keys() == {ASSOCIATION}
    assert kinds[ASSOCIATION] < now


def test_a_contact_of_an_older_record_gives_its_tie_at_relabel(
    here: Territory, curator: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = curator.open(ASSOCIATION, "repr_legal")
    with monkeypatch.context() as patch:
        patch.setattr("hub.record.reactions.ties.read_representatives", lambda _patient: {})
        represent(here, period={"start": "2026-11-01", "end": "2026-11-30"})
    here.pass_time()
    with pytest.raises(NotFound):
        record.read(PERSON)
    versions = here.open("medecin_traitant").search("Patient", [])
    relabel_all(here.store)
    here.pass_time()
    assert record.read(PERSON)
    again = ties(here)
    relabel_all(here.store)
    assert ties(here) == again
    assert here.open("medecin_traitant").search("Patient", []) == versions
    # A tie that has ended is not given again, and one that is over is not given.
    here.pass_time(at("2026-11-30T23:00:00Z") - here.store.now())
    relabel_all(here.store)
    with pytest.raises(NotFound):
        record.read(PERSON)


def test_a_representation_has_its_period(here: Territory, curator: Colleague) -> None:
    record = curator.open(ASSOCIATION, "repr_legal")
    represent(here, period={"start": "2026-11-22", "end": "2026-11-30"})
    opened = []
    for moment in ("2026-11-21T22:59:59Z", "2026-11-21T23:00:00Z", "2026-11-30T22:59:59Z", "2026-11-30T23:00:00Z"):
        here.pass_time(at(moment) - here.store.now())
        opened.append(bool(record.search("Patient", []).slices))
    assert opened == [False, True, True, False]


@leak(78, kills="anybody says who represents the person (L78)")
def test_l78_only_a_desk_says_who_represents_the_person(here: Territory, curator: Colleague) -> None:
    """A relative may write contacts; it enrols nobody by that."""
    record = here.open("repr_legal")
    own = record.read(PERSON)
    patient = loads(own.body)
    guardian = {"coding": [{"system": codes.RELATIVE_ROLE, "code": "GUARD"}]}
    patient["contact"] = [{"relationship": [guardian], "organization": {"reference": ASSOCIATION}}]
    with pytest.raises(Invalid, match="not-yours-to-write"):
        record.edit(PERSON, patient, own.version)
    intake(here)
    here.pass_time()
    desk = here.open("guichet")
    seen = desk.read(PERSON)
    desk.edit(PERSON, loads(seen.body) | {"contact": patient["contact"]}, seen.version)
    here.pass_time()
    assert curator.open(ASSOCIATION, "repr_legal").read(PERSON)
    # Who represents her may change its own address, not its mandate.
    mine = curator.open(ASSOCIATION, "repr_legal")
    seen = mine.read(PERSON)
    changed = loads(seen.body)
    changed["contact"][0]["telecom"] = [{"system": "phone", "value": "0000000002"}]
    written = mine.edit(PERSON, changed, seen.version)
    changed = loads(written.body)
    changed["contact"][0]["period"] = {"end": "2030-01-01"}
    with pytest.raises(Invalid, match="not-yours-to-write"):
        mine.edit(PERSON, changed, written.version)
