"""Which Tasks move what they point to (`docs/parts.md` 26): those of a party that asked for it or owns it, and the hub's own.

Whoever sees the title of another party's Task or ServiceRequest may point to it. Seeing a title is no authority: without this
rule, a service would end another's Task by rejecting a Task of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain.errors import Invalid
from hub.record.reactions.stakes import get_party
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import list_references


def may_move(task: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    """Return whether the status of `task` decides on `target`, a Task or ServiceRequest that it points to.

    A Task without requester is the hub's own. A ServiceRequest is moved by its requester's Tasks only: its performer takes
    part in it by a Task."""
    requester = get_party(task, "requester")
    if not requester:
        return True
    parties = {get_party(target, "requester")}
    if target["resourceType"] == "Task":
        parties.add(get_party(target, "owner"))
    return requester in parties


def check_parents(unit: UnitOfWork, resource: Mapping[str, Any]) -> None:
    """Raise Invalid `task-parent-not-yours` for a new Task that is part of one which its requester neither asked for nor owns.

    Its author sees the parent: references were checked before."""
    if resource["resourceType"] != "Task":
        return
    for parent in list_references(resource.get("partOf")):
        if not may_move(resource, unit.read_whole(parent)):
            raise Invalid("task-parent-not-yours", where="Task.partOf")
