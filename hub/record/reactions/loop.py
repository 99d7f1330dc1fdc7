"""The referral loop: an accepted demand becomes an active plan and Tasks of partners; when these end, so does the sender's
Task (`docs/loop.md` D3, D4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from hub.delegation import close_parent, delegate
from hub.record.db.clock import instant
from hub.record.reactions.authority import may_move
from hub.record.reactions.stakes import get_party, is_hub_task
from hub.record.tables import desk_note, link, resource
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid, list_references
from hub.task_machine import derive_request_status, has_question


def on_accepted_intake(unit: UnitOfWork, change: Change) -> None:
    """When the desk accepts the intake Task: activate the draft plan, and create a Task for each activity with a performer."""
    before = (change.before or {}).get("status")
    if change.after["status"] != "accepted" or before == "accepted" or not is_hub_task(change.after, "intake"):
        return
    plan = next((name for name in list_references(change.after.get("basedOn")) if name.startswith("CarePlan/")), None)
    if plan is None or unit.read_whole(plan).get("status") != "draft":
        return
    delegate_plan(unit, plan, change.after)


def delegate_plan(unit: UnitOfWork, plan: str, task: Mapping[str, Any]) -> None:
    """Make `plan` active and create the Tasks of its activities as parts of the intake Task."""
    hub = get_party(task, "owner")
    delegation = delegate(
        unit.read_whole(plan),
        task,
        unit.read_whole(task["focus"]["reference"]),
        now=instant(unit.time),
        new_id=unit.new_id,
        hub=hub,
    )
    for created in delegation.resources:
        unit.create(dict(created), by=hub)
        unit.targets.look_up(list_references(created))
    unit.replace(plan, dict(delegation.plan), by="")


def on_request_followed(unit: UnitOfWork, change: Change) -> None:
    """Set the status of the ServiceRequest in a Task's focus from the Task's own status (`docs/loop.md` D6.17).

    Only a Task whose requester also asked for the ServiceRequest does so (`docs/parts.md` 26)."""
    name = (change.after.get("focus") or {}).get("reference", "")
    if (
        change.before is None
        or not name.startswith("ServiceRequest/")
        or change.before["status"] == change.after["status"]
    ):
        return
    request = unit.read_whole(name)
    status = derive_request_status(change.after["status"])
    if not may_move(change.after, request):
        return
    if request.get("status") != status:
        unit.replace(name, request | {"status": status}, by="")


def on_child_task(unit: UnitOfWork, change: Change) -> None:
    """Derive the status of a Task's parents (`partOf`) from all their children, which the parent's requester never sees."""
    if change.before is not None and change.before["status"] == change.after["status"]:
        return
    for parent in list_references(change.after.get("partOf")):
        task = unit.read_whole(parent)
        if not may_move(change.after, task):
            continue
        children = [child for name in _list_children(unit, parent) if may_move(child := unit.read_whole(name), task)]
        closed = close_parent(task, children, instant(unit.time))
        if closed is not None:
            unit.replace(parent, dict(closed), by="")


def _list_children(unit: UnitOfWork, parent: str) -> list[str]:
    stored = unit.connection.execute(
        select(resource.c.id)
        .join_from(link, resource, link.c.source == resource.c.rid)
        .where(link.c.target == get_reference_rid(parent), resource.c.type == "Task")
    )
    names = {f"Task/{row.id}" for row in stored} | {name for name, c in unit.changes.items() if c.type == "Task"}
    return sorted(name for name in names if parent in set(list_references(unit.read_whole(name).get("partOf"))))


def on_answered_question(unit: UnitOfWork, change: Change) -> None:
    """When the question on the desk's Task is withdrawn: the clock of the desk runs again (`docs/loop.md` T18)."""
    if change.before is None or not is_hub_task(change.after, "intake"):
        return
    if has_question(change.before) and not has_question(change.after):
        questions = update(desk_note).where(desk_note.c.kind == "question", desk_note.c.subject == change.name)
        unit.connection.execute(questions.where(desk_note.c.until > unit.time).values(until=unit.time))
