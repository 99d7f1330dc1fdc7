"""Whether an actor may change a Task as it asks (`docs/loop.md` D4, D6.4–D6.12)."""

from __future__ import annotations

from collections.abc import Collection

from fhir_profiles import codes
from hub.domain.errors import Invalid, Problem, Refused
from hub.task_machine.business import fitting
from hub.task_machine.creation import content_problems
from hub.task_machine.elements import Update, element_problems
from hub.task_machine.meaning import TERMINAL_STATUSES
from hub.task_machine.profiles import Profile
from hub.task_machine.reading import Task, business_codes, gives_reason, is_open_offer, reference
from hub.task_machine.transitions import Need, Role, Transition, find, named

AMEND = "amend"
_CLOSED = TERMINAL_STATUSES | {"entered-in-error"}


def check_update(
    before: Task,
    after: Task,
    *,
    party: str,
    desk: bool,
    within: Collection[str] = (),
    profile: Profile = "hub",
) -> str:
    """The line of the table that the change follows (`T4`), or `amend` when the status stays as it was.

    `before` and `after`: the Task as this actor sees it, with the hub's statuses; whoever sees its status sees its
    owner. `party`, `within`, `desk`, `profile`: as in `check_create`. Raises Refused `task-not-yours` for an actor who
    is neither its owner, nor its requester, nor the desk, nor claims an open one; Invalid for a move that the table
    has not, else with every problem of the elements and of what the move needs. `lastModified`, `meta` and the
    narrative are not looked at.
    """
    own = frozenset({party, *within} - {""})
    roles = _roles(before, after, own, desk)
    if not roles:
        raise Refused("task-not-yours")
    line = _line(before, after, roles, profile)
    update = Update(before, after, roles, own, line)
    if before["status"] == after.get("status") and before["status"] in _CLOSED and update.changed():
        raise Invalid("task-closed", where="Task.status")
    problems = element_problems(update) + _business_problems(update) + _needs_problems(update)
    if line and Need.CONTENT in line.needs:
        problems += content_problems(after, own, desk, profile)
    if problems:
        raise Invalid(*problems)
    return line.rule if line else AMEND


def _roles(before: Task, after: Task, own: Collection[str], desk: bool) -> frozenset[Role]:
    held = {
        Role.OWN: reference(before, "owner") in own or _claims(before, after, own),
        Role.REQ: reference(before, "requester") in own,
        Role.HUB: desk,
    }
    return frozenset(role for role, holds in held.items() if holds)


def _claims(before: Task, after: Task, own: Collection[str]) -> bool:
    """Whether the actor takes an open Task, for itself; one who forgets to say so is told, not refused."""
    takes = is_open_offer(before) and after.get("status") == "accepted"
    return takes and ("owner" not in after or reference(after, "owner") in own)


def _line(before: Task, after: Task, roles: Collection[Role], profile: Profile) -> Transition | None:
    """The move's line; None for a mere amendment. Raises Invalid with one constant text (`docs/loop.md` D6.6)."""
    start, end = before["status"], after.get("status", "")
    if start == end:
        return _step(before, after, roles)
    line = find(start, end, roles, profile)
    if line is None:
        raise Invalid("task-transition", where="Task.status")
    return line


def _step(before: Task, after: Task, roles: Collection[Role]) -> Transition | None:
    """T11 when the requester begins to ask for the end, T8 when the owner tells how the work goes."""
    if before.get("businessStatus") == after.get("businessStatus"):
        return None
    asks = codes.CANCELLATION_REQUESTED in business_codes(after) - business_codes(before)
    return named("T11" if asks else "T8", before["status"], roles)


def _business_problems(update: Update) -> list[Problem]:
    """A BSeR step that is newly said fits the status and the move."""
    said = business_codes(update.after) - business_codes(update.before)
    allowed = fitting(update.after["status"], update.line.rule if update.line else AMEND)
    return [] if said <= allowed else [Problem("task-business-status", "Task.businessStatus")]


def _needs_problems(update: Update) -> list[Problem]:
    needs = update.line.needs if update.line else frozenset()
    after = update.after
    problems = []
    if Need.OWNER in needs and not after.get("owner"):
        problems.append(Problem("required-missing", "Task.owner"))
    if Need.REASON in needs and not gives_reason(after):
        problems.append(Problem("task-reason", "Task.statusReason.text"))
    if Need.OUTPUT in needs and not after.get("output"):
        problems.append(Problem("task-output", "Task.output"))
    if Need.NO_OUTPUT in needs and update.before.get("output"):
        problems.append(Problem("task-output-given", "Task.output"))
    return problems
