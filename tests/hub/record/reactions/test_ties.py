"""Ties of the person, of relatives and of the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fhir_profiles import codes
from hub.record.reactions.stakes import is_hub_task
from hub.record.tables import relation
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import DAY, PERSON, Territory, request, task

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
