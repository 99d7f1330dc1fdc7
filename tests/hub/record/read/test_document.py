"""What a document of a plan is made of: all that it leads to, as far as its reader sees."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain.errors import NotFound, Refused
from hub.slices import list_references
from tests.territory import PERSON, Territory, condition, request, statements, task

PLAN = "CarePlan/plan"


def goal(id: str, **elements: Any) -> dict[str, Any]:
    found = {"resourceType": "Goal", "id": id, "lifecycleStatus": "active", "description": {"text": "Rester chez soi"}}
    return {**found, "subject": {"reference": PERSON}, **elements}


@pytest.fixture
def planned(here: Territory) -> Territory:
    """A plan with a goal, a problem of each kind, an action of its own and one that is based on it."""
    here.join_circle("medecin_traitant", "ccas")
    here.write(
        goal("but", addresses=[{"reference": "Condition/cardio"}]),
        condition("cardio"),
        condition("psy", "F20.0"),
        condition("ailleurs"),
        request("portage", "Organization/dac"),
        task("portage", "Organization/ccas", "ServiceRequest/portage"),
    )
    here.write(
        {
            "resourceType": "CarePlan",
            "id": "plan",
            "status": "active",
            "intent": "plan",
            "title": "Plan fictif",
            "subject": {"reference": PERSON},
            "careTeam": [{"reference": "CareTeam/cercle"}],
            "goal": [{"reference": "Goal/but"}],
            "addresses": [{"reference": "Condition/cardio"}, {"reference": "Condition/psy"}],
            "activity": [{"reference": {"reference": "Task/portage"}}],
        }
    )
    here.write(request("suite", "Organization/dac", basedOn=[{"reference": PLAN}]))
    here.pass_time()
    return here


def names(here: Territory, role: str) -> list[str]:
    return [one.name for one in here.open(role).document(PLAN)]


def test_it_holds_what_the_plan_leads_to_and_what_is_based_on_it(planned: Territory) -> None:
    found = names(planned, "medecin_traitant")
    assert found[0] == PLAN
    wanted = {PERSON, "Goal/but", "Condition/cardio", "Condition/psy", "Task/portage", "ServiceRequest/portage"}
    assert wanted | {"ServiceRequest/suite", "CareTeam/cercle", "Organization/ccas", "Organization/dac"} <= set(found)
    assert "Organization/cabinet" in found, "its author"
    assert "Condition/ailleurs" not in found, "nothing in the plan leads there"
    assert len(found) == len(set(found))


def test_what_its_reader_does_not_see_is_not_in_it(planned: Territory) -> None:
    record = planned.open("ccas")
    slices = record.document(PLAN)
    assert not {"Condition/cardio", "Condition/psy"} & {one.name for one in slices}
    for one in slices:
        assert record.read(one.name) == one


def test_all_that_it_refers_to_stands_in_it(planned: Territory) -> None:
    from hub.fhir import loads

    slices = planned.open("medecin_traitant").document(PLAN)
    there = {one.name for one in slices}
    named = {name for one in slices for name in list_references(loads(one.body))}
    assert named <= there


def test_a_plan_that_is_hidden_is_absent(planned: Territory) -> None:
    for name in (PLAN, "CarePlan/absent"):
        with pytest.raises(NotFound):
            planned.open("ssiad").document(name)
    with pytest.raises(Refused):
        planned.open("pilote").document(PLAN)


def test_scopes_narrow_each_step(planned: Territory) -> None:
    found = planned.open("medecin_traitant", scopes=("system/CarePlan.r", "system/Goal.r")).document(PLAN)
    assert [one.name for one in found] == [PLAN, "Goal/but"]


def test_as_many_statements_for_many_actions_as_for_few(planned: Territory) -> None:
    record = planned.open("medecin_traitant")
    with statements(planned.store) as few:
        before = len(record.document(PLAN))
    more = [f"Task/de-plus-{rank}" for rank in range(20)]
    for name in more:
        planned.write(task(name.partition("/")[2], "Organization/ccas", "ServiceRequest/portage"))
    planned.change(PLAN, activity=[{"reference": {"reference": name}} for name in ("Task/portage", *more)])
    with statements(planned.store) as many:
        after = len(record.document(PLAN))
    assert after == before + 20
    # The plan, what is based on it, three steps and the one that finds nothing more to ask, the trace.
    assert len(few) == len(many) <= 7
