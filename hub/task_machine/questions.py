"""A question about a Task (`docs/loop.md` T17, T18): a coding of the hub's own system beside the step of BSeR."""

from __future__ import annotations

from typing import Any

from fhir_profiles import codes
from hub.task_machine.reading import Task, has_question, list_other_steps


def add_question(task: Task) -> dict[str, Any]:
    """Return the Task waiting for an answer; the same when it waits already."""
    if has_question(task):
        return dict(task)
    question = {"system": codes.HUB_TASK_STEP, "code": codes.QUESTION}
    return {**task, "businessStatus": {**task.get("businessStatus", {}), "coding": [*list_other_steps(task), question]}}


def withdraw_question(task: Task) -> dict[str, Any]:
    """Return the Task without the question."""
    if not has_question(task):
        return dict(task)
    step = {name: value for name, value in task["businessStatus"].items() if name != "coding"}
    others = list_other_steps(task)
    step |= {"coding": others} if others else {}
    without = {name: value for name, value in task.items() if name != "businessStatus"}
    return without | ({"businessStatus": step} if step else {})
