import pytest

from hub.domain.errors import Invalid
from hub.task_machine import check_create, fill_in
from tests.hub.task_machine.tasks import HUB, NOW, SOURCE, fulfil, hub_task, refusal, task

INTAKE = {"system": hub_task("intake")["coding"][0]["system"], "code": "intake"}


def create(made, *, desk=False, **more):
    check_create(made, party=HUB if desk else SOURCE, desk=desk, **more)


@pytest.mark.parametrize(
    "made",
    [
        task(),
        task("draft"),
        task(owner=None),
        task(intent="proposal"),
        task(intent="proposal", code={"text": "Changer l'horaire"}),
        task(output=[{"type": {"text": "x"}, "valueString": "y"}]),
    ],
)
def test_these_pass(made):
    create(made)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({name: None}, "task-required")
        for name in ("status", "intent", "code", "focus", "for", "requester", "authoredOn")
    ]
    + [
        ({"status": "received"}, "task-first-status"),
        ({"status": "accepted"}, "task-first-status"),
        ({"intent": "plan"}, "task-intent"),
        ({"code": {"text": "à faire"}}, "task-code"),
        ({"code": fulfil(INTAKE)}, "task-code"),
        ({"focus": {"reference": "CarePlan/c"}}, "task-focus"),
        ({"focus": {"identifier": {"value": "1"}}}, "task-focus"),
        ({"for": {"reference": "Group/g"}}, "task-for"),
        ({"requester": {"reference": HUB}}, "task-requester"),
        ({"requester": {"display": "CHU"}}, "task-requester"),
    ],
    ids=str,
)
def test_each_fault_is_named_with_its_place(changes, code):
    with pytest.raises(Invalid) as caught:
        create(task(**changes))
    assert refusal(caught) == [(code, f"Task.{next(iter(changes))}")]


def test_all_faults_are_said_at_once():
    with pytest.raises(Invalid) as caught:
        create({"resourceType": "Task", "status": "ready"})
    assert {where for _, where in refusal(caught)} == {
        f"Task.{name}" for name in ("status", "intent", "code", "focus", "for", "requester", "authoredOn")
    }


def test_a_nameless_party_asks_for_nothing():
    with pytest.raises(Invalid) as caught:
        check_create(task(requester={"display": "CHU"}), party="", desk=False)
    assert refusal(caught) == [("task-requester", "Task.requester")]


def test_a_service_of_the_caller_may_be_the_requester():
    made = task(requester={"reference": "PractitionerRole/sociale"})
    create(made, within=["PractitionerRole/sociale"])
    with pytest.raises(Invalid):
        create(made)


def test_bser_asks_for_an_owner():
    create(task(), guide="bser")
    create(task(owner=None), guide="gravity")
    with pytest.raises(Invalid) as caught:
        create(task(owner=None), guide="bser")
    assert refusal(caught) == [("task-required", "Task.owner")]


def test_the_desk_gives_itself_actions_of_its_own():
    own = {"requester": {"reference": HUB}, "owner": {"reference": HUB}}
    create(task(**own, code=hub_task("reassessment"), focus={"reference": "CarePlan/c"}), desk=True)
    create(task(**own, code=hub_task("system-gap"), focus=None, **{"for": None}), desk=True)
    with pytest.raises(Invalid) as caught:
        create(task(**own, code=hub_task("system-gap")), desk=True)
    assert refusal(caught) == [("task-gap-person", "Task.for")]
    with pytest.raises(Invalid) as caught:
        create(task(**own, code=fulfil(), focus=None), desk=True)
    assert refusal(caught) == [("task-required", "Task.focus")]


def test_c16_what_a_bare_task_lacks_is_filled_in():
    """R4 task.html#resource: code, requester and authoredOn are 0..1, so a stranger's Task has none of them."""
    bare = task(code=None, requester=None, authoredOn=None)
    filled = fill_in(bare, party=SOURCE, now=NOW)
    assert (filled["code"], filled["requester"], filled["authoredOn"]) == (fulfil(), {"reference": SOURCE}, NOW)
    create(filled)


@pytest.mark.parametrize(
    "given",
    [
        {"code": {"text": "à faire"}},
        {"requester": {"reference": HUB}},
        {"requester": {"display": "CHU"}},
        {"authoredOn": "2026"},
        {"authoredOn": None, "_authoredOn": {"extension": []}},
    ],
)
def test_c16_what_was_sent_is_not_replaced(given):
    sent = task(**given)
    assert fill_in(sent, party=SOURCE, now=NOW) == sent


def test_c16_without_a_party_there_is_no_requester():
    assert "requester" not in fill_in(task(requester=None), party="", now=NOW)
