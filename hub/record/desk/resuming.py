"""After a decision was told: take up a refused demand again, or take back an acceptance (`docs/parts.md` 40).

What was told stays told: a demand that is taken up again is a new Task of the same request.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fhir_profiles import codes
from hub.delegation import withdraw_children
from hub.domain.errors import Conflict
from hub.fhir import loads
from hub.record.db.clock import instant
from hub.record.reactions.stakes import UNANSWERED, get_party, is_hub_task
from hub.record.read.current import build_slice
from hub.record.read.preconditions import Preconditions
from hub.record.tables import link, resource
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.edit import edit
from hub.record.write.writer import Writer
from hub.slices import get_reference_rid, list_references
from hub.task_machine import stamp

Json = dict[str, Any]

# What the new Task has of the refused one: what was asked, of whom, for whom, with what.
_KEPT = (
    "extension",
    "basedOn",
    "identifier",
    "intent",
    "priority",
    "code",
    "focus",
    "for",
    "requester",
    "owner",
    "input",
)


def resume(writer: Writer, task_name: str, reason: str) -> str:
    """Stage a new Task for a refused demand, asked again by its first sender, and its request as active. Return the Task's name.

    Conflict `resume-closed` unless the author's organisation refused it, and no open Task is about the request."""
    task = _read_own(writer, task_name)
    unit = writer.unit
    whole = unit.read_whole(task_name)
    request = str(whole.get("focus", {}).get("reference", ""))
    if task.get("status") != "rejected" or not request or _is_open(unit, request):
        raise Conflict("resume-closed")
    now = instant(unit.time)
    renewed = {name: whole[name] for name in _KEPT if name in whole}
    status: Json = {"resourceType": "Task", "status": "requested", "authoredOn": now}
    step = {"coding": [{"system": codes.BUSINESS_STATUS, "code": codes.CREATED}]}
    note = [{"time": now, "text": reason}]
    name = unit.create(stamp({**status, **renewed, "businessStatus": step, "note": note}, now), by="")
    unit.targets.look_up(list_references(renewed))
    demand = unit.read_whole(request)
    if demand.get("status") == "revoked":
        unit.replace(request, demand | {"status": "active"}, by="")
    return name


def withdraw(writer: Writer, task_name: str, reason: str) -> None:
    """Stage the end of an accepted demand (T7): actions that nobody read are cancelled, the others are asked to end (T11)."""
    task = _read_own(writer, task_name)
    version = build_slice(task_name, writer.view.get_parts(task_name), writer.session.keys).version
    for child in withdraw_children(
        list_children(writer.unit, task_name, writer.actor.party), instant(writer.unit.time)
    ):
        writer.unit.replace(f"Task/{child['id']}", child, by="")
    edit(writer, task_name, {**task, "status": "rejected", "statusReason": {"text": reason}}, Preconditions(version))


def list_children(unit: UnitOfWork, task_name: str, party: str) -> list[Json]:
    """Return the Tasks that are parts of `task_name` and that `party` asked for."""
    rows = unit.connection.execute(
        select(resource.c.id)
        .join_from(link, resource, link.c.source == resource.c.rid)
        .where(link.c.target == get_reference_rid(task_name), resource.c.type == "Task")
        .order_by(resource.c.id)
    )
    tasks = [unit.read_whole(f"Task/{row.id}") for row in rows]
    return [
        task
        for task in tasks
        if task_name in list_references(task.get("partOf")) and get_party(task, "requester") == party
    ]


def _read_own(writer: Writer, task_name: str) -> Json:
    """Return an intake Task of the author's organisation as the author sees it."""
    current = build_slice(task_name, writer.view.get_parts(task_name), writer.session.keys)
    task: Json = loads(current.body, size=len(current.body))
    if get_party(task, "owner") != writer.actor.party or not is_hub_task(task, "intake"):
        raise Conflict("resume-closed")
    return task


def _is_open(unit: UnitOfWork, request: str) -> bool:
    """Return whether an intake Task about the request is still to be decided or under way."""
    rows = unit.connection.execute(
        select(resource.c.id)
        .join_from(link, resource, link.c.source == resource.c.rid)
        .where(link.c.target == get_reference_rid(request), resource.c.type == "Task")
    )
    tasks = [unit.read_whole(f"Task/{row.id}") for row in rows]
    under_way = (*UNANSWERED, "accepted", "in-progress", "on-hold")
    return any(is_hub_task(task, "intake") and task.get("status") in under_way for task in tasks)
