"""A question about a Task begins and ends beside its status (`docs/loop.md` T17, T18)."""

from __future__ import annotations

import pytest

from fhir_profiles import codes
from hub.domain.errors import Invalid
from hub.task_machine import OPEN_STATUSES, TaskRole, add_question, has_question, withdraw_question
from tests.hub.task_machine.tasks import STATUSES, business, refusal, task, update

QUESTION = {"system": codes.HUB_TASK_STEP, "code": codes.QUESTION}


def ask(status: str) -> dict[str, object]:
    return {"businessStatus": add_question(task(status)).get("businessStatus")}


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
@pytest.mark.parametrize("role", [TaskRole.OWN, TaskRole.HUB])
def test_who_works_on_an_open_task_asks(status: str, role: TaskRole) -> None:
    assert update(task(status), role, **ask(status)) == "T17"


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
@pytest.mark.parametrize("role", TaskRole)
def test_an_answer_withdraws_the_question(status: str, role: TaskRole) -> None:
    waiting = add_question(task(status))
    assert update(waiting, role, businessStatus=withdraw_question(waiting).get("businessStatus")) == "T18"


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
def test_the_requester_asks_nothing_by_itself(status: str) -> None:
    with pytest.raises(Invalid) as caught:
        update(task(status), TaskRole.REQ, **ask(status))
    assert refusal(caught) == [("task-fixed", "Task.businessStatus")]


@pytest.mark.parametrize("status", sorted(set(STATUSES) - OPEN_STATUSES - {"draft"}))
def test_a_closed_task_takes_no_question(status: str) -> None:
    with pytest.raises(Invalid):
        update(task(status), TaskRole.OWN, **ask(status))


@pytest.mark.parametrize("role", [TaskRole.REQ, TaskRole.HUB])
def test_who_answers_changes_nothing_of_how_far_the_owner_has_come(role: TaskRole) -> None:
    waiting = add_question(task("accepted", businessStatus=business(codes.ACCEPTED)))
    with pytest.raises(Invalid) as caught:
        update(waiting, role, businessStatus=business(codes.CREATED))
    assert refusal(caught) == [("task-business-status", "Task.businessStatus")]


def test_a_question_stands_beside_the_step_and_leaves_no_mark() -> None:
    before = task("accepted", businessStatus=business(codes.ACCEPTED))
    waiting = add_question(before)
    assert has_question(waiting)
    assert waiting["businessStatus"]["coding"] == [*business(codes.ACCEPTED)["coding"], QUESTION]
    assert add_question(waiting) == waiting
    assert withdraw_question(waiting) == before
    assert withdraw_question(before) == before
    assert "businessStatus" not in withdraw_question(add_question({"status": "requested"}))
