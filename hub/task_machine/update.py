"""The check of a change of a Task (`docs/loop.md` D4, D6.4–D6.12)."""

from __future__ import annotations

from collections.abc import Collection

from fhir_profiles import codes
from hub.domain.errors import Invalid, Problem, Refused
from hub.task_machine.business import list_fitting_steps
from hub.task_machine.creation import find_content_problems
from hub.task_machine.elements import TaskUpdate, find_element_problems
from hub.task_machine.meaning import TERMINAL_STATUSES
from hub.task_machine.profiles import Guide
from hub.task_machine.reading import (
    Task,
    get_business_codes,
    get_reference,
    gives_reason,
    has_question,
    is_open_offer,
    list_other_steps,
)
from hub.task_machine.transitions import REFUSALS, Need, TaskRole, Transition, find_transition, find_transition_by_rule

AMEND = "amend"
_CLOSED = TERMINAL_STATUSES | {"entered-in-error"}


def check_update(
    before: Task,
    after: Task,
    *,
    party: str,
    desk: bool,
    within: Collection[str] = (),
    guide: Guide = "hub",
) -> str:
    """Return the line of the table that the change follows (`T4`), or `amend` when the status stays the same.

    `before` and `after`: the Task as this actor sees it, with the hub's statuses. An actor who sees its status sees its
    owner. `party`, `within`, `desk`, `guide`: as in `check_create`. Raises Refused `task-not-yours` for an actor who
    is neither its owner, nor its requester, nor the desk, nor claims an open one; Invalid for a move that is not
    in the table, else with every problem of the elements and of what the move needs. `lastModified`, `meta` and narrative are
    ignored.
    """
    own = frozenset({party, *within} - {""})
    roles = _find_roles(before, after, own, desk)
    if not roles:
        raise Refused("task-not-yours")
    line = _find_line(before, after, roles, guide)
    update = TaskUpdate(before, after, roles, own, line)
    if before["status"] == after.get("status") and before["status"] in _CLOSED and update.list_changes():
        raise Invalid("task-closed", where="Task.status")
    problems = find_element_problems(update) + _find_business_problems(update) + _find_need_problems(update)
    if line and Need.CONTENT in line.needs:
        problems += find_content_problems(after, own, desk, guide)
    if problems:
        raise Invalid(*problems)
    return line.rule if line else AMEND


def _find_roles(before: Task, after: Task, own: Collection[str], desk: bool) -> frozenset[TaskRole]:
    holds = {
        TaskRole.OWN: get_reference(before, "owner") in own or _claims(before, after, own),
        TaskRole.REQ: get_reference(before, "requester") in own,
        TaskRole.HUB: desk,
    }
    return frozenset(role for role, is_held in holds.items() if is_held)


def _claims(before: Task, after: Task, own: Collection[str]) -> bool:
    """Return whether the actor takes an open Task for itself. Without an owner, the Task still counts as claimed: a later check
    reports that the owner is missing."""
    takes = is_open_offer(before) and after.get("status") == "accepted"
    return takes and ("owner" not in after or get_reference(after, "owner") in own)


def _find_line(before: Task, after: Task, roles: Collection[TaskRole], guide: Guide) -> Transition | None:
    """Return the move's line; None when the status stays. Raises Invalid with the one text of the present status
    (`docs/loop.md` D6.6)."""
    start, end = before["status"], after.get("status", "")
    if start == end:
        return _find_step(before, after, roles)
    line = find_transition(start, end, roles, guide)
    if line is None:
        raise Invalid(REFUSALS[start], where="Task.status")
    return line


def _find_step(before: Task, after: Task, roles: Collection[TaskRole]) -> Transition | None:
    """Return T17 or T18 when a question begins or ends, T11 when the requester begins to ask for the end, T8 when the owner
    reports progress."""
    if before.get("businessStatus") == after.get("businessStatus"):
        return None
    if has_question(before) != has_question(after):
        return find_transition_by_rule("T17" if has_question(after) else "T18", before["status"], roles)
    asks = codes.CANCELLATION_REQUESTED in get_business_codes(after) - get_business_codes(before)
    return find_transition_by_rule("T11" if asks else "T8", before["status"], roles)


def _find_business_problems(update: TaskUpdate) -> list[Problem]:
    """Return a problem for a new BSeR step that does not fit the status and the move."""
    if update.line and update.line.rule in ("T17", "T18") and TaskRole.OWN not in update.roles:
        # Who asks or answers changes nothing of how far the owner has come.
        is_same = list_other_steps(update.before) == list_other_steps(update.after)
        return [] if is_same else [Problem("task-business-status", "Task.businessStatus")]
    added = get_business_codes(update.after) - get_business_codes(update.before)
    allowed = list_fitting_steps(update.after["status"], update.line.rule if update.line else AMEND)
    return [] if added <= allowed else [Problem("task-business-status", "Task.businessStatus")]


def _find_need_problems(update: TaskUpdate) -> list[Problem]:
    needs = update.line.needs if update.line else frozenset()
    after = update.after
    problems = []
    if Need.OWNER in needs and not after.get("owner"):
        problems.append(Problem("task-required", "Task.owner"))
    if Need.REASON in needs and not gives_reason(after):
        problems.append(Problem("task-reason", "Task.statusReason.text"))
    if Need.OUTPUT in needs and not after.get("output"):
        problems.append(Problem("task-output", "Task.output"))
    if Need.NO_OUTPUT in needs and update.before.get("output"):
        problems.append(Problem("task-output-given", "Task.output"))
    return problems
