"""Who may change which element: every element of Task, tried by every role."""

import pytest

from hub.domain.errors import Invalid
from hub.fhir import get_structure
from hub.task_machine import TaskRole
from tests.hub.task_machine.tasks import HUB, PARTNER, STRANGER, refusal, task, update

OTHER = {"reference": "Other/x"}
SAID = {
    "requester": {"reference": HUB},
    "basedOn": [OTHER],
    "partOf": [OTHER],
    "for": OTHER,
    "focus": OTHER,
    "intent": "plan",
    "code": {"text": "autre"},
    "authoredOn": "2026-11-21",
    "priority": "urgent",
    "statusReason": {"text": "pourquoi"},
    "businessStatus": {"text": "étape"},
    "executionPeriod": {"start": "2026-11-21"},
    "location": OTHER,
    "relevantHistory": [OTHER],
    "note": [{"text": "n"}],
    "output": [{"type": {"text": "t"}, "valueString": "v"}],
    "input": [{"type": {"text": "t"}, "valueString": "v"}],
    "identifier": [{"value": "1"}],
    "restriction": {"period": {"end": "2026-12-01"}},
    "owner": {"reference": STRANGER},
}
# docs/loop.md, "Who may change which element", for a Task in progress.
MAY = {
    TaskRole.REQ: {"priority", "restriction", "note", "identifier"},
    TaskRole.OWN: {"statusReason", "businessStatus", "executionPeriod", "location", "relevantHistory", "note", "output"}
    | {"identifier"},
    TaskRole.HUB: {"identifier"},
}
UNJUDGED = {"id", "meta", "text", "lastModified", "status"}


def elements():
    return [name for name in get_structure("Task").elements if not name.startswith("_")]


@pytest.mark.parametrize("role", TaskRole)
def test_each_element_of_a_task_is_open_to_those_of_the_page_alone(role):
    assert SAID.keys() < set(elements())
    for name in set(elements()) - UNJUDGED:
        changes = {name: SAID.get(name, "anything")}
        if name in MAY[role]:
            assert update(task("in-progress"), role, **changes) in ("amend", "T8")
            continue
        with pytest.raises(Invalid) as caught:
            update(task("in-progress"), role, **changes)
        assert refusal(caught) == [("task-owner" if name == "owner" else "task-fixed", f"Task.{name}")], name


@pytest.mark.parametrize("name", ["requester", "basedOn", "partOf", "for", "focus", "intent", "code", "authoredOn"])
@pytest.mark.parametrize("status", ["draft", "requested", "received", "accepted", "on-hold"])
def test_what_never_changes_cannot_be_taken_away_either(name, status):
    before = task(status, basedOn=[OTHER], partOf=[OTHER])
    for role in TaskRole:
        for value in (None, [OTHER, OTHER]):
            with pytest.raises(Invalid) as caught:
                update(before, role, **{name: value})
            assert refusal(caught) == [("task-fixed", f"Task.{name}")]


def test_what_the_hub_writes_itself_is_not_looked_at():
    sent = {"meta": {"versionId": "9"}, "lastModified": "1999-01-01", "text": {"status": "empty"}}
    for role in TaskRole:
        assert update(task("completed"), role, **sent) == "amend"


def test_an_extension_of_a_primitive_counts_as_its_element():
    with pytest.raises(Invalid) as caught:
        update(task("in-progress"), TaskRole.OWN, _authoredOn={"id": "x"})
    assert refusal(caught) == [("task-fixed", "Task.authoredOn")]


@pytest.mark.parametrize(
    ("name", "role"),
    [("note", TaskRole.OWN), ("note", TaskRole.REQ), ("output", TaskRole.OWN), ("identifier", TaskRole.OWN)],
)
def test_lists_only_grow(name, role):
    first, second, third = ({**SAID[name][0], "id": rank} for rank in "123")
    before = task("in-progress", **{name: [first, second]})
    assert update(before, role, **{name: [first, second, third]}) == "amend"
    for wrong in (None, [first], [second, first], [first, third], [third, first, second], [first, third, second]):
        with pytest.raises(Invalid) as caught:
            update(before, role, **{name: wrong})
        assert refusal(caught) == [("task-append-only", f"Task.{name}")]


@pytest.mark.parametrize("status", ["draft", "requested", "received", "accepted"])
def test_the_requester_gives_more_until_it_is_accepted(status):
    if status != "accepted":
        assert update(task(status), TaskRole.REQ, input=SAID["input"]) == "amend"
        return
    with pytest.raises(Invalid) as caught:
        update(task(status), TaskRole.REQ, input=SAID["input"])
    assert refusal(caught) == [("task-fixed", "Task.input")]


def test_of_the_restriction_only_the_period_moves():
    before = task("accepted", restriction={"repetitions": 2, "period": {"end": "2026-12-01"}})
    assert update(before, TaskRole.REQ, restriction={"repetitions": 2, "period": {"end": "2027-01-01"}}) == "amend"
    with pytest.raises(Invalid) as caught:
        update(before, TaskRole.REQ, restriction={"repetitions": 3, "period": {"end": "2027-01-01"}})
    assert refusal(caught) == [("task-fixed", "Task.restriction")]


@pytest.mark.parametrize("status", ["rejected", "cancelled", "failed", "completed", "entered-in-error"])
def test_a_closed_task_stays_as_it_is(status):
    for role in TaskRole:
        assert update(task(status), role) == "amend"
        with pytest.raises(Invalid) as caught:
            update(task(status), role, note=SAID["note"])
        assert refusal(caught) == [("task-closed", "Task.status")]


@pytest.mark.parametrize("status", ["requested", "received"])
def test_the_desk_hands_over_what_nobody_has_accepted(status):
    assert update(task(status), TaskRole.HUB, owner={"reference": STRANGER}) == "amend"
    assert update(task(status), TaskRole.HUB, owner=None) == "amend"


@pytest.mark.parametrize("role", [TaskRole.REQ, TaskRole.OWN])
def test_nobody_else_does(role):
    for owner in ({"reference": STRANGER}, None):
        with pytest.raises(Invalid) as caught:
            update(task(), role, owner=owner)
        assert refusal(caught) == [("task-owner", "Task.owner")]


def test_an_owner_may_say_more_of_itself():
    assert update(task("accepted"), TaskRole.OWN, owner={"reference": PARTNER, "display": "SSIAD"}) == "amend"
