"""The closed loop inside the record: a plan carried out, and the sender's answer from what partners did."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.json import decode

from fhir_profiles import codes
from hub.domain.errors import NotFound
from hub.record.reactions import DECLASSIFIED, REACTIONS, react
from hub.record.unit_of_work.unit import Change, UnitOfWork
from tests.territory import PERSON, Territory, of_domain, request, task

INTAKE = {"coding": [{"system": codes.HUB_TASK, "code": "intake"}]}
CHU, DAC, SAAD, CCAS = (f"Organization/{name}" for name in ("chu", "dac", "saad", "ccas"))


def plan(status: str = "draft") -> dict[str, Any]:
    return {
        "resourceType": "CarePlan",
        "id": "plan",
        "status": status,
        "intent": "plan",
        "subject": {"reference": PERSON},
        "activity": [
            {
                "extension": [of_domain(domain)],
                "detail": {"status": "not-started", "description": domain, "performer": [{"reference": partner}]},
            }
            for domain, partner in (("aide-domicile", SAAD), ("social-droits", CCAS))
        ],
    }


@pytest.fixture
def loop(here: Territory) -> Territory:
    """A demand of the hospital, the desk's Task about it, and a draft plan."""
    here.write(request("r"), by=CHU)
    here.write(plan())
    here.write(
        task(
            "intake",
            owner=DAC,
            requester=CHU,
            focus="ServiceRequest/r",
            code=INTAKE,
            basedOn=[{"reference": "CarePlan/plan"}],
        ),
        by=CHU,
    )
    here.pass_time()
    return here


def children(here: Territory) -> dict[str, str]:
    """Owner → Task of what the desk asked of partners."""
    found = here.open("gestionnaire").search("Task", [("part-of", "Task/intake")]).slices
    return {decode(one.body)["owner"]["reference"]: one.name for one in found}


def test_an_accepted_demand_becomes_tasks_of_partners(loop: Territory) -> None:
    loop.change("Task/intake", status="accepted")
    made = children(loop)
    assert set(made) == {SAAD, CCAS}
    assert loop.whole("CarePlan/plan")["status"] == "active"
    action = loop.whole(made[SAAD])
    assert (action["status"], action["for"], action["requester"]) == (
        "requested",
        {"reference": PERSON},
        {"reference": DAC},
    )
    assert loop.open("saad").read(made[SAAD])
    assert loop.open("saad").read(action["focus"]["reference"])
    with pytest.raises(NotFound):
        loop.open("saad").read(made[CCAS])


def test_it_is_delegated_once(loop: Territory) -> None:
    loop.change("Task/intake", status="accepted")
    first = children(loop)
    loop.pass_time()
    loop.change("Task/intake", priority="urgent")
    assert children(loop) == first


def test_the_senders_task_follows_what_it_does_not_see(loop: Territory) -> None:
    loop.change("Task/intake", status="accepted")
    sender = loop.open("m2m_orienteur")
    made = children(loop)
    loop.pass_time()
    loop.change(made[SAAD], status="accepted")
    assert decode(sender.read("Task/intake").body)["status"] == "in-progress"
    for name in made.values():
        with pytest.raises(NotFound):
            sender.read(name)
    loop.pass_time()
    loop.change(made[SAAD], status="completed", output=[{"type": {"text": "x"}, "valueString": "Fait"}])
    loop.change(made[CCAS], status="rejected")
    answered = decode(sender.read("Task/intake").body)
    assert answered["status"] == "completed"
    assert decode(sender.read("ServiceRequest/r").body)["status"] == "completed"
    assert not set(made.values()) & {word for word in str(answered).split("'") if word}


@pytest.mark.parametrize(
    ("task_status", "request_status"), [("rejected", "revoked"), ("cancelled", "revoked"), ("accepted", "active")]
)
def test_a_request_follows_the_task_that_answers_it(here: Territory, task_status: str, request_status: str) -> None:
    here.write(request("r", requester=DAC), task("t", owner=SAAD, focus="ServiceRequest/r"))
    here.change("Task/t", status=task_status)
    assert here.whole("ServiceRequest/r")["status"] == request_status


def test_a_refused_demand_delegates_nothing(loop: Territory) -> None:
    loop.change("Task/intake", status="rejected")
    assert children(loop) == {}
    assert loop.whole("CarePlan/plan")["status"] == "draft"


def test_a_demand_without_a_plan_is_accepted_all_the_same(here: Territory) -> None:
    here.write(request("r"), task("t", owner=DAC, requester=CHU, focus="ServiceRequest/r", code=INTAKE))
    here.change("Task/t", status="accepted")
    assert here.whole("Task/t")["status"] == "accepted"


# --- Reactions as such -----------------------------------------------------------------------------------------------


def test_reactions_are_a_closed_list_and_return_nothing(here: Territory) -> None:
    types = {"Patient", "RelatedPerson", "Task", "CarePlan", "CareTeam", "Consent", "Encounter"}
    assert set(REACTIONS) == {*types, "QuestionnaireResponse", "Observation", "Communication"}
    assert set(DECLASSIFIED) == {"parent-status", "circle", "consent", "stay", "extract", "unfiled", "match"}
    with here.store.write() as connection:
        unit = UnitOfWork(connection, here.store.now(), here.store.new_id)
        assert react(unit, Change("Goal/g", None, {"resourceType": "Goal"}, "")) is None
        assert not unit.pending
