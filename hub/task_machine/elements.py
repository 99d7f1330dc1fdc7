"""Who may change which element of a Task that exists (`docs/loop.md` D4, D6.10). What no role has, nobody changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.domain.errors import Problem
from hub.task_machine.reading import Task, get_reference, list_changes
from hub.task_machine.transitions import Need, TaskRole, Transition

# The hub's own, or not kept: what a client sends there is ignored (`docs/parts.md` 11).
_IGNORED = frozenset({"resourceType", "id", "meta", "text", "lastModified"})
_APPENDED = frozenset({"identifier", "note", "output"})
_BEFORE_ACCEPTANCE = frozenset({"draft", "requested", "received"})
_SHARED = frozenset({"status", "note", "identifier"})
_MAY = {
    TaskRole.REQ: _SHARED | {"priority"},
    TaskRole.OWN: _SHARED
    | {"statusReason", "businessStatus", "executionPeriod", "location", "relevantHistory", "output"},
    TaskRole.HUB: frozenset({"status", "identifier"}),
}


@dataclass(frozen=True)
class TaskUpdate:
    """A change to check. `own`: the references of the actor's organisation. `line`: the move; None when neither the status nor a
    business status of the table changes."""

    before: Task
    after: Task
    roles: Collection[TaskRole]
    own: Collection[str]
    line: Transition | None

    def list_changes(self) -> list[str]:
        """Return the elements that the actor changes."""
        return list_changes(self.before, self.after, but=_IGNORED)


def find_element_problems(update: TaskUpdate) -> list[Problem]:
    """Return a problem for each element that this actor may not change, or not in this way."""
    problems = []
    for name in update.list_changes():
        if name == "owner":
            if not _may_hand_over(update):
                problems.append(Problem("task-owner", "Task.owner"))
        elif not _may_change(update, name):
            problems.append(Problem("task-fixed", f"Task.{name}"))
        elif name in _APPENDED and not _only_adds(update, name):
            problems.append(Problem("task-append-only", f"Task.{name}"))
    return problems


def _may_change(update: TaskUpdate, name: str) -> bool:
    if any(name in _MAY[role] for role in update.roles):
        return True
    if name == "statusReason":
        return update.line is not None and Need.REASON in update.line.needs
    if name == "businessStatus":
        return update.line is not None
    if TaskRole.REQ not in update.roles:
        return False
    if name == "input":
        return update.before["status"] in _BEFORE_ACCEPTANCE
    return name == "restriction" and _only_its_period(update)


def _may_hand_over(update: TaskUpdate) -> bool:
    """Return whether the actor may change the owner: within its own organisation, or by a claim. The desk may choose anyone until
    somebody has accepted, because the owner of an accepted Task is in the circle and must have agreed to it."""
    if TaskRole.OWN in update.roles and get_reference(update.after, "owner") in update.own:
        return True
    return TaskRole.HUB in update.roles and {update.before["status"], update.after["status"]} <= _BEFORE_ACCEPTANCE


def _only_adds(update: TaskUpdate, name: str) -> bool:
    old, new = update.before.get(name, []), update.after.get(name, [])
    return bool(new[: len(old)] == old)


def _only_its_period(update: TaskUpdate) -> bool:
    old, new = update.before.get("restriction", {}), update.after.get("restriction", {})
    return list_changes(old, new, but=()) == ["period"]
