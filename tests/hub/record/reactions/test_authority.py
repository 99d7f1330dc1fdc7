"""Seeing a title is no authority (`docs/parts.md` 26): a sweep over what a partner can point to and how its Task can end."""

import json

import pytest
from sqlalchemy import select

from hub.domain.errors import Invalid
from hub.record.reactions import loop, stays
from hub.record.tables import grant
from tests.territory import PARTY_OF, request, settle_territory, stay, task

SSIAD = PARTY_OF["ssiad"]
# What the nursing service can see of others by title, and the elements of a Task that may point to it.
TARGETS = ("Task/theirs", "ServiceRequest/r-theirs", "ServiceRequest/r-hospital", "CarePlan/plan")
POINTING = {
    "partOf": lambda name: [{"reference": name}],
    "basedOn": lambda name: [{"reference": name}],
    "focus": lambda name: name,
    "reasonReference": lambda name: {"reference": name},
    "input": lambda name: [{"type": {"text": "x"}, "valueReference": {"reference": name}}],
}
ENDS = {
    "rejected": ({"statusReason": {"text": "non"}},),
    "cancelled": ({"statusReason": {"text": "non"}},),
    "completed": ({"output": [{"type": {"text": "fait"}, "valueString": "oui"}]},),
    "failed": ({"statusReason": {"text": "non"}},),
}


@pytest.fixture
def here(store):
    """A nursing service and a home help in the circle; each has a Task, the hospital a demand."""
    ward = settle_territory(store)
    ward.join_circle("ssiad", "saad", "gestionnaire", "medecin_traitant")
    ward.pass_time()
    plan = {"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan"}
    ward.write(plan | {"subject": {"reference": "Patient/jeanne"}}, by="Organization/dac")
    ward.write(request("r-hospital"), by="Organization/chu")
    ward.write(request("r-theirs", requester="Organization/dac"), by="Organization/dac")
    ward.write(request("r-own", requester=SSIAD), by=SSIAD)
    ward.write(
        task("theirs", owner=PARTY_OF["saad"], focus="ServiceRequest/r-theirs", status="accepted"),
        by="Organization/dac",
    )
    ward.pass_time()
    return ward


def read_others(here):
    """All that the nursing service neither asked for nor owns, and the rights of everybody else."""
    names = [*TARGETS, "Patient/jeanne"]
    team = [member for member in here.whole("CareTeam/cercle")["participant"] if SSIAD not in str(member["member"])]
    with here.store.read() as connection:
        rows = connection.execute(select(grant.c.party, grant.c.role, grant.c.sees, grant.c.until)).all()
    rights = sorted(tuple(row) for row in rows if row.party != SSIAD)
    return [json.dumps(here.whole(name), sort_keys=True) for name in names], team, rights


def end_own_task(here, element, target, end):
    """A Task of the nursing service that points to `target`, made and ended by it. None when it is refused."""
    own = task(
        "own", owner=SSIAD, requester=SSIAD, **{"focus": "ServiceRequest/r-own", element: POINTING[element](target)}
    )
    own.pop("id")
    record = here.open("ssiad")
    try:
        made = record.create(own)
    except Invalid:
        return None
    steps = [("accepted", {})] if end in ("completed", "failed") else []
    for status, more in [*steps, (end, *ENDS[end])]:
        here.pass_time()
        current = record.read(made.name)
        made = record.edit(made.name, json.loads(current.body) | {"status": status} | more, current.version)
    return made


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("element", POINTING)
@pytest.mark.parametrize("target", TARGETS)
def test_a_1_a_2_a_task_of_ones_own_moves_nothing_of_others(here, target, element, end):
    before = read_others(here)
    made = end_own_task(here, element, target, end)
    # Nobody divides another's Task, only a Task is a parent, and only a ServiceRequest is fulfilled; all else may be pointed to.
    refused = element == "partOf" or (element == "focus" and not target.startswith("ServiceRequest/"))
    assert (made is None) == refused
    assert read_others(here) == before


def test_a_1_a_part_of_anothers_task_is_refused_by_name(here):
    own = task("own", owner=SSIAD, requester=SSIAD, focus="ServiceRequest/r-own", partOf=[{"reference": "Task/theirs"}])
    own.pop("id")
    with pytest.raises(Invalid) as error:
        here.open("ssiad").create(own)
    assert [(problem.code, problem.where) for problem in error.value.problems] == [
        ("task-parent-not-yours", "Task.partOf")
    ]


@pytest.mark.parametrize("party", [PARTY_OF["saad"], "Organization/dac"])
def test_the_owner_and_the_requester_divide_a_task(here, party):
    here.write(
        task("part", owner=party, requester=party, focus="ServiceRequest/r-own", partOf=[{"reference": "Task/theirs"}])
    )
    here.change("Task/part", status="rejected", statusReason={"text": "non"})
    assert here.whole("Task/theirs")["status"] == "failed"


def test_a_2_the_requests_own_requester_moves_it(here):
    here.write(task("asked", owner="Organization/dac", requester="Organization/chu", focus="ServiceRequest/r-hospital"))
    here.change("Task/asked", status="rejected", statusReason={"text": "non"})
    assert here.whole("ServiceRequest/r-hospital")["status"] == "revoked"


@pytest.mark.parametrize(("labels", "status"), [({}, "onhold"), ({"hospital": PARTY_OF["psy_cmp"]}, "active")])
def test_a_7_only_a_somatic_stay_holds_the_situation(here, labels, status):
    episode = {
        "resourceType": "EpisodeOfCare",
        "id": "e",
        "status": "active",
        "patient": {"reference": "Patient/jeanne"},
    }
    here.write(episode | {"managingOrganization": {"reference": "Organization/dac"}})
    here.write(stay("s", "2026-11-20T08:00:00+01:00", **labels))
    assert here.whole("EpisodeOfCare/e")["status"] == status


def test_a_7_put_back_is_noticed(here, monkeypatch):
    monkeypatch.setattr(stays, "_has_label", lambda _unit, _change: False)
    with pytest.raises(AssertionError):
        test_a_7_only_a_somatic_stay_holds_the_situation(here, {"hospital": PARTY_OF["psy_cmp"]}, "active")


def test_a_1_a_2_put_back_is_noticed(here, monkeypatch):
    monkeypatch.setattr(loop, "may_move", lambda _task, _target: True)
    with pytest.raises(AssertionError):
        test_a_1_a_2_a_task_of_ones_own_moves_nothing_of_others(here, "ServiceRequest/r-hospital", "focus", "rejected")
