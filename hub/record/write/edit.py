"""Create, update and patch a resource of which the actor sees a slice (`docs/parts.md`, "Writing under a slice").

The resource sent is compared with the slice that the actor sees; only the differences need write rights. The hidden parts are
added again before the resource is split, so that a PUT never deletes what its author cannot see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hub.conformance import check, make_admissible
from hub.domain.errors import Invalid, Problem, Refused
from hub.domain.resource_types import RESOURCE_TYPES
from hub.fhir import loads
from hub.record.access.write_rights import (
    WriteRights,
    build_registration_rights,
    check_places,
    is_desk,
)
from hub.record.reactions.authority import check_parents
from hub.record.read.current import VisiblePart, build_slice
from hub.record.read.preconditions import Preconditions
from hub.record.read.slice import Slice
from hub.record.unit_of_work.array_positions import keep_order
from hub.record.unit_of_work.part_rows import read_part
from hub.record.unit_of_work.reference_access import check_references
from hub.record.write.before_write import list_extensions, prepare
from hub.record.write.writer import Writer
from hub.slices import find_private_holder, get_reference_rid, join, list_references, rename_ids

# Applies a patch to a slice and returns the result.
Patch = Callable[[dict[str, Any]], dict[str, Any]]
# Elements that only the hub sets: a PUT with other values is accepted without them, a patch of them is refused.
_UNTOUCHABLE = ("resourceType", "id", "meta")


def create(writer: Writer, resource_sent: dict[str, Any]) -> str:
    """Stage a new resource and return its `Type/id`.

    Raises Invalid for a resource that is not valid R4, a reference that the actor cannot resolve, a place that it may not write,
    or a Task that its state machine does not allow; Refused for a type that the actor's role never creates."""
    unit, session = writer.unit, writer.session
    resource = _make_ready(resource_sent)
    resource_type = resource["resourceType"]
    # In a transaction the ids are assigned before, to resolve references; otherwise the sender's id is not used.
    ahead = f"{resource_type}/{resource_sent.get('id')}" in unit.targets.ahead
    resource["id"] = resource_sent["id"] if ahead else unit.new_id(resource_type)
    if RESOURCE_TYPES[resource_type].only_desk_creates and not is_desk(session):
        raise Refused("write-closed")
    resource = prepare(writer, resource, None).resource
    check_references(unit, writer.view, resource, before=())
    check_parents(unit, resource)
    rights = _load_create_rights(writer, resource)
    parts = unit.split(resource)
    check_places(rights, resource_type, parts, parts, staked=True)
    # A private note is its writer's alone: its organisation gets no stake in it.
    return unit.create(resource, by="" if find_private_holder(resource) else session.actor.party)


def edit(writer: Writer, name: str, resource_sent: dict[str, Any], preconditions: Preconditions) -> str:
    """Stage an update of `name` and return its `Type/id`.

    Raises NotFound when it is hidden or absent; Conflict `version-conflict` when a precondition is false of the version that
    the actor sees; Invalid as `create`, and `if-match-required` without If-Match unless the client has lenient updates."""
    rows, _ = _load_expected(writer, name, preconditions)
    return _stage_edit(writer, name, rows, resource_sent)


def patch(writer: Writer, name: str, apply_patch: Patch, preconditions: Preconditions) -> str:
    """Apply a patch to the slice of `name` that the actor sees (`docs/leaks.md` L63), and stage the result as `edit` does.

    Raises as `edit` and `apply_patch`, and Invalid `patch-fixed` for a change of an element that only the hub sets."""
    rows, current = _load_expected(writer, name, preconditions)
    original = loads(current.body, size=len(current.body))
    amended = apply_patch(loads(current.body, size=len(current.body)))
    fixed = [element for element in _UNTOUCHABLE if amended.get(element) != original[element]]
    if fixed:
        raise Invalid(*(Problem("patch-fixed", f"{original['resourceType']}.{element}") for element in fixed))
    return _stage_edit(writer, name, rows, amended)


def _load_expected(writer: Writer, name: str, preconditions: Preconditions) -> tuple[list[VisiblePart], Slice]:
    """Load the parts and the slice of `name` that the actor sees, and check its version. Raises as `edit`, and Refused when the
    actor's role never changes the type."""
    session = writer.session
    if RESOURCE_TYPES[name.partition("/")[0]].only_desk_changes and not is_desk(session):
        raise Refused("write-closed")
    rows = writer.view.get_parts(name)
    current = build_slice(name, rows, session.keys)
    preconditions.check(current)
    if preconditions.if_match is None and not session.actor.lenient_update:
        raise Invalid("if-match-required")
    return rows, current


def _stage_edit(writer: Writer, name: str, rows: Sequence[VisiblePart], resource_sent: dict[str, Any]) -> str:
    """Stage `resource_sent` in place of the slice made of `rows`."""
    unit, session, rid = writer.unit, writer.session, get_reference_rid(name)
    resource = _make_ready(resource_sent) | {"id": name.partition("/")[2]}
    stored = {row.key: read_part(row) for row in unit.stored.get(rid)}
    current = [stored[row.key] for row in rows]
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    before = head | join(current)
    staked = writer.view.has_stake(rid)
    prepared = prepare(writer, resource, before)
    resource, staked = prepared.resource, staked or prepared.staked
    check_references(unit, writer.view, resource, before=set(list_references(before)))
    rights = _load_rights(writer, unit.targets.find_person(before))
    parts = unit.split(resource)
    if not prepared.is_own:
        check_places(rights, resource["resourceType"], parts, unit.split(before), staked=staked)
    sent_ids = {str(inner.get("id", "")) for inner in resource.get("contained", ())}
    hidden = [rename_ids(part, sent_ids) for key, part in stored.items() if key not in {row.key for row in rows}]
    if any(part.core for part in current):
        # The actor saw the core elements, so that those sent replace the copies in the hidden parts.
        hidden = [replace(part, core={}) for part in hidden]
    whole = head | join([*hidden, keep_order(current, resource, parts)])
    if whole != head | join(stored.values()):
        unit.replace(name, whole, by=session.actor.party)
    return name


def _make_ready(resource_sent: dict[str, Any]) -> dict[str, Any]:
    """Check that the resource is valid R4, and return it without what the hub does not store."""
    check(resource_sent)
    return make_admissible(resource_sent, list_extensions(resource_sent["resourceType"]))


def _load_create_rights(writer: Writer, resource: dict[str, Any]) -> WriteRights:
    unit = writer.unit
    person = unit.targets.find_person(resource)
    registered = {change.rid for change in unit.changes.values() if change.type == "Patient" and change.before is None}
    if resource["resourceType"] == "Patient" or person in registered:
        return build_registration_rights(writer.session)
    return _load_rights(writer, person)


def _load_rights(writer: Writer, person: int) -> WriteRights:
    return writer.view.get_rights(person)
