import copy

import pytest

from hub.delegation import delegate
from hub.domain.errors import Invalid
from tests.hub.delegation.plans import (
    HELPERS,
    HUB,
    INTAKE,
    NOW,
    NURSES,
    PERSON,
    REQUEST,
    activity,
    assert_r4,
    counter,
    domain,
    plan,
)
from tests.hub.task_machine.tasks import refusal


def carried_out(drafted, request=REQUEST):
    made = delegate(drafted, INTAKE, request, now=NOW, new_id=counter(), hub=HUB)
    assert_r4(made.plan, *made.resources)
    return made


def kinds(made):
    return [resource["resourceType"] for resource in made.resources]


def test_a_plan_without_activity_only_becomes_active():
    made = carried_out(plan(title="Plan"))
    assert made.plan == plan(title="Plan", status="active", period={"start": NOW})
    assert made.resources == ()


@pytest.mark.parametrize("period", [{"start": "2026-11-01"}, {"start": "2026-11-01", "end": "2026-11-21"}])
def test_a_start_that_was_said_stays(period):
    assert carried_out(plan(period=period)).plan["period"] == period


@pytest.mark.parametrize("end", ["2026-11-20", "2025", "2026-11-21T07:59:59Z"])
def test_a_plan_that_is_over_is_not_carried_out(end):
    with pytest.raises(Invalid) as caught:
        carried_out(plan(period={"end": end}))
    assert refusal(caught) == [("plan-ended", "CarePlan.period.end")]


@pytest.mark.parametrize("end", ["2026-11-21", "2026", "2026-11-21T08:00:01Z"])
def test_its_last_day_is_within_it(end):
    assert carried_out(plan(period={"end": end})).plan["period"] == {"start": NOW, "end": end}


@pytest.mark.parametrize("status", ["on-hold", "revoked", "completed", "entered-in-error", "unknown"])
def test_a_plan_that_is_closed_is_not_carried_out(status):
    with pytest.raises(Invalid) as caught:
        carried_out(plan(status=status))
    assert refusal(caught) == [("plan-not-open", "CarePlan.status")]


def test_one_partner_gets_one_request_and_one_task_and_the_plan_points_to_it():
    made = carried_out(plan({"id": "x", "extension": [domain("soins-perso")], **activity(NURSES)}))
    request, task = made.resources
    assert made.plan["activity"] == [
        {"id": "x", "extension": [domain("soins-perso")], "reference": {"reference": "Task/task-1"}}
    ]
    assert (request["performer"], task["owner"]) == ([{"reference": NURSES}], {"reference": NURSES})
    assert task["focus"] == {"reference": f"ServiceRequest/{request['id']}"}
    assert task["for"] == request["subject"] == PERSON


def test_several_partners_get_one_each_and_one_named_twice_gets_one():
    made = carried_out(plan({"id": "x", **activity(NURSES, HELPERS, NURSES)}))
    assert kinds(made) == ["ServiceRequest", "Task"] * 2
    assert [task["owner"]["reference"] for task in made.resources[1::2]] == [NURSES, HELPERS]
    assert made.plan["activity"] == [
        {"id": "x", "reference": {"reference": "Task/task-1"}},
        {"reference": {"reference": "Task/task-2"}},
    ]


def test_those_who_are_no_organisation_keep_the_detail():
    made = carried_out(plan({"id": "x", **activity("RelatedPerson/fille", NURSES, goal=[{"reference": "Goal/g"}])}))
    kept, delegated = made.plan["activity"]
    assert kept == {"id": "x", **activity("RelatedPerson/fille", goal=[{"reference": "Goal/g"}])}
    assert delegated == {"reference": {"reference": "Task/task-1"}}


@pytest.mark.parametrize("kind", [None, "ServiceRequest", "Task"])
@pytest.mark.parametrize("status", ["not-started", "scheduled"])
def test_these_are_for_partners(kind, status):
    assert kinds(carried_out(plan(activity(NURSES, kind=kind, status=status)))) == ["ServiceRequest", "Task"]


@pytest.mark.parametrize(
    "kept",
    [
        activity(),
        activity("Practitioner/x", "PractitionerRole/y", "Patient/p"),
        activity(NURSES, kind="Appointment"),
        *(activity(NURSES, status=status) for status in ("in-progress", "completed", "cancelled", "unknown")),
        activity(NURSES, doNotPerform=True),
        activity(NURSES, productCodeableConcept={"text": "Lit médicalisé"}),
        {"reference": {"reference": "Appointment/r"}},
        {"progress": [{"text": "Fait hors du plan"}]},
    ],
    ids=str,
)
def test_these_stay_in_the_plan(kept):
    made = carried_out(plan(kept))
    assert (made.plan["activity"], made.resources) == ([kept], ())


def test_an_active_plan_hands_out_what_was_added_and_nothing_twice():
    first = carried_out(plan(activity(NURSES))).plan
    second = delegate(
        {**first, "activity": [*first["activity"], activity(HELPERS)]},
        INTAKE,
        REQUEST,
        now=NOW,
        new_id=str.lower,
        hub=HUB,
    )
    assert [task["owner"]["reference"] for task in second.resources[1::2]] == [HELPERS]
    again = delegate(second.plan, INTAKE, REQUEST, now=NOW, new_id=str.lower, hub=HUB)
    assert (again.plan, again.resources) == (second.plan, ())


def test_what_is_given_is_left_as_it_was():
    drafted = plan({"id": "x", **activity("RelatedPerson/fille", NURSES)}, period={"end": "2027"})
    before = copy.deepcopy(drafted)
    carried_out(drafted)
    assert drafted == before
