"""Who asked for, owns and was handed something, and until when."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.errors import NotFound
from hub.record.reactions.stakes import get_asked_party, get_party, list_handed
from hub.record.tables import stake
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import PERSON, Territory, condition, request, task

SAAD, CCAS = "Organization/saad", "Organization/ccas"


def stakes(here: Territory, name: str, *, over: bool = False) -> set[tuple[str, str]]:
    """(party, kind) of the stakes in a resource that hold, or that are over."""
    with here.store.write() as connection:
        found = connection.execute(select(stake).where(stake.c.rid == get_reference_rid(name)))
        return {(row.party, row.kind) for row in found if (row.until != EVER) is over}


def test_a_party_is_an_organisation_the_person_or_a_relative() -> None:
    for name in (SAAD, PERSON, "RelatedPerson/fille"):
        assert get_party({"owner": {"reference": name}}, "owner") == name
    for value in ({"reference": "Practitioner/dr"}, {"display": "x"}, None):
        assert get_party({"owner": value}, "owner") == ""
    assert get_party({}, "owner") == ""


@pytest.mark.parametrize(
    ("status", "is_asked"),
    [("requested", True), ("received", True), ("accepted", False), ("rejected", False), ("draft", False)],
)
def test_who_is_asked_is_the_owner_that_has_not_answered(status: str, is_asked: bool) -> None:
    assert get_asked_party(task("t", owner=SAAD, status=status)) == (SAAD if is_asked else "")


def given(*names: str) -> list[dict[str, Any]]:
    return [{"type": {"text": "x"}, "valueReference": {"reference": name}} for name in names]


def test_what_is_handed_is_focus_input_and_output_and_never_the_person() -> None:
    made = task("t", owner=SAAD, focus="ServiceRequest/r", input=given("Condition/c", PERSON), output=given("Goal/g"))
    assert list_handed(made | {"basedOn": [{"reference": "CarePlan/p"}]}) == {
        (SAAD, "ServiceRequest/r"), (SAAD, "Condition/c"), (SAAD, "Goal/g"),
    }  # fmt: skip
    assert list_handed(made | {"status": "cancelled"}) == set()
    assert list_handed({name: value for name, value in made.items() if name != "owner"}) == set()


def test_stakes_follow_a_task_through_its_life(here: Territory) -> None:
    here.write(request("r", requester="Organization/dac"), condition("c"))
    here.write(task("t", owner=SAAD, focus="ServiceRequest/r", input=given("Condition/c")), by="Organization/dac")
    assert stakes(here, "Task/t") == {
        ("Organization/dac", "requested"),
        ("Organization/dac", "authored"),
        (SAAD, "owns"),
    }
    assert stakes(here, "ServiceRequest/r") == {(SAAD, "handed")}
    assert stakes(here, "Condition/c") == {(SAAD, "handed")}
    here.pass_time()
    here.change("Task/t", owner={"reference": CCAS})
    assert stakes(here, "Task/t") >= {(CCAS, "owns")}
    assert stakes(here, "Task/t", over=True) == {(SAAD, "owns")}
    assert stakes(here, "ServiceRequest/r") == {(CCAS, "handed")}
    here.pass_time()
    here.change("Task/t", status="cancelled")
    assert stakes(here, "ServiceRequest/r") == set()
    assert (CCAS, "owns") in stakes(here, "Task/t")


def test_who_owned_it_sees_it_no_more_and_who_owns_it_does(here: Territory) -> None:
    here.write(request("r", requester="Organization/dac"), task("t", owner=SAAD, focus="ServiceRequest/r"))
    assert here.open("saad").read("ServiceRequest/r")
    here.pass_time()
    here.change("Task/t", owner={"reference": CCAS})
    for name in ("Task/t", "ServiceRequest/r", PERSON):
        assert here.open("ccas").read(name)
        with pytest.raises(NotFound):
            here.open("saad").read(name)


def test_what_is_handed_is_seen_as_far_as_the_role_may_own_it(here: Territory) -> None:
    """The home help is handed a problem: its own medical information, level own."""
    here.write(request("r", requester="Organization/dac"), condition("c"), condition("p", "F20"))
    here.write(task("t", owner=SAAD, focus="ServiceRequest/r", input=given("Condition/c", "Condition/p")))
    assert here.open("saad").read("Condition/c")
    with pytest.raises(NotFound):
        here.open("saad").read("Condition/p")


def test_adding_to_anothers_resource_gives_no_stake(here: Territory) -> None:
    here.write(condition("c"), by="Organization/cabinet")
    here.change("Condition/c", onsetString="hier", by=CCAS)
    assert stakes(here, "Condition/c") == {("Organization/cabinet", "authored")}
