"""The closed loop: an accepted demand becomes a plan and partners' Tasks, and their ends the sender's answer
(`docs/loop.md` D3, D4)."""

from __future__ import annotations

from sqlalchemy import select

from hub.delegation import close_parent, delegate
from hub.record.db.clock import instant
from hub.record.reactions.authority import may_move
from hub.record.reactions.stakes import get_party
from hub.record.reactions.ties import is_hub_task
from hub.record.tables import link, resource
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid, list_references
from hub.task_machine import derive_request_status


def on_accepted_intake(unit: UnitOfWork, change: Change) -> None:
    """The desk accepts: the draft plan becomes active and each activity with a performer becomes a partner's Task."""
    before = (change.before or {}).get("status")
    if change.after["status"] != "accepted" or before == "accepted" or not is_hub_task(change.after, "intake"):
        return
    plan = next((name for name in list_references(change.after.get("basedOn")) if name.startswith("CarePlan/")), None)
    if plan is None or unit.read_whole(plan).get("status") != "draft":
        return
    request = unit.read_whole(change.after["focus"]["reference"])
    delegation = delegate(
        unit.read_whole(plan),
        change.after,
        request,
        now=instant(unit.time),
        new_id=unit.new_id,
        hub=get_party(change.after, "owner"),
    )
    for created in delegation.resources:
        unit.create(dict(created), by=get_party(change.after, "owner"))
        unit.targets.look_up(list_references(created))
    unit.replace(plan, dict(delegation.plan), by="")


def on_request_followed(unit: UnitOfWork, change: Change) -> None:
    """The ServiceRequest follows the Task that answers it (`docs/loop.md` D6.17): one of its own requester
    (`docs/parts.md` 26)."""
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
    """The parent's status from its children's; its requester never sees the children."""
    if change.before is not None and change.before["status"] == change.after["status"]:
        return
    for parent in list_references(change.after.get("partOf")):
        whole = unit.read_whole(parent)
        if not may_move(change.after, whole):
            continue
        children = [child for name in _children(unit, parent) if may_move(child := unit.read_whole(name), whole)]
        closed = close_parent(whole, children, instant(unit.time))
        if closed is not None:
            unit.replace(parent, dict(closed), by="")


def _children(unit: UnitOfWork, parent: str) -> list[str]:
    stored = unit.connection.execute(
        select(resource.c.id)
        .join_from(link, resource, link.c.source == resource.c.rid)
        .where(link.c.target == get_reference_rid(parent), resource.c.type == "Task")
    )
    names = {f"Task/{row.id}" for row in stored} | {name for name, c in unit.changes.items() if c.type == "Task"}
    return sorted(name for name in names if parent in set(list_references(unit.read_whole(name).get("partOf"))))
