"""Create and edit under a slice (`docs/parts.md`, "Writing under a slice").

What is sent is compared with what the actor sees; only what differs counts as written. Hidden parts are put beside it again
before the whole is split anew, so a PUT never deletes what its author could not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hub.conformance import check, make_admissible
from hub.domain.errors import Conflict, Invalid, Problem, Refused
from hub.domain.resource_types import RESOURCE_TYPES
from hub.fhir import loads
from hub.record.access.write_rights import (
    WriteRights,
    build_registration_rights,
    check_places,
    is_desk,
)
from hub.record.read.current import VisiblePart, slice_of
from hub.record.read.slice import Slice
from hub.record.unit_of_work.array_positions import keep_order
from hub.record.unit_of_work.part_rows import part_of
from hub.record.unit_of_work.reference_access import check_references
from hub.record.write.before_write import list_extensions, prepare
from hub.record.write.writer import Writer
from hub.slices import get_reference_rid, join, list_references

# What a patch makes of the slice that its author sees.
Patch = Callable[[dict[str, Any]], dict[str, Any]]
# The hub's own: a PUT that says otherwise is not listened to, a patch that does is a mistake.
_UNTOUCHABLE = ("resourceType", "id", "meta")


def create(writer: Writer, sent: dict[str, Any]) -> str:
    """Stage a resource that an actor creates. Its reference.

    Invalid: not R4, a reference that the actor cannot resolve, a place that it may not write, a Task against its machine.
    Refused: a type that its role never writes."""
    unit, session = writer.unit, writer.session
    resource = _ready(sent)
    resource_type = resource["resourceType"]
    # In a transaction the ids were assigned ahead, so that references could be resolved; else the sender's is not used.
    ahead = f"{resource_type}/{sent.get('id')}" in unit.targets.ahead
    resource["id"] = sent["id"] if ahead else unit.new_id(resource_type)
    if RESOURCE_TYPES[resource_type].only_desk_creates and not is_desk(session):
        raise Refused("write-closed")
    resource = prepare(writer, resource, None).resource
    check_references(unit, writer.view, resource, before=())
    pen = _pen(writer, resource)
    parts = unit.split(resource)
    check_places(pen, resource_type, parts, parts, staked=True)
    return unit.create(resource, by=session.actor.party)


def edit(writer: Writer, name: str, sent: dict[str, Any], if_match: str | None) -> str:
    """Stage what an actor makes of the resource that it sees as `name`.

    NotFound: hidden or absent. Conflict `version-conflict`: it sees another version than `if_match`. Invalid: as in `create`,
    and `if-match-required` when no version is given and the client may not do without."""
    rows, _ = _expected(writer, name, if_match)
    return _make(writer, name, rows, sent)


def patch(writer: Writer, name: str, apply_patch: Patch, if_match: str | None) -> str:
    """Stage what `apply_patch` makes of the slice of `name`: judged on what the actor sees alone (`docs/leaks.md` L63), then as
    an edit. Raises as `edit`, as `apply_patch`, and Invalid `patch-fixed` for a change of what is the hub's own."""
    rows, seen = _expected(writer, name, if_match)
    shown = loads(seen.body, size=len(seen.body))
    amended = apply_patch(loads(seen.body, size=len(seen.body)))
    fixed = [element for element in _UNTOUCHABLE if amended.get(element) != shown[element]]
    if fixed:
        raise Invalid(*(Problem("patch-fixed", f"{shown['resourceType']}.{element}") for element in fixed))
    return _make(writer, name, rows, amended)


def _expected(writer: Writer, name: str, if_match: str | None) -> tuple[list[VisiblePart], Slice]:
    """What the actor sees of `name`, in the version that it means. Refused: its role never changes such a resource."""
    session = writer.session
    if RESOURCE_TYPES[name.partition("/")[0]].only_desk_changes and not is_desk(session):
        raise Refused("write-closed")
    rows = writer.view.get_parts(name)
    seen = slice_of(name, rows, session.keys)
    if if_match is None and not session.actor.lenient_update:
        raise Invalid("if-match-required")
    if if_match is not None and if_match != seen.version:
        raise Conflict("version-conflict")
    return rows, seen


def _make(writer: Writer, name: str, rows: Sequence[VisiblePart], sent: dict[str, Any]) -> str:
    """Stage `sent` in place of the slice made of `rows`."""
    unit, session, rid = writer.unit, writer.session, get_reference_rid(name)
    resource = _ready(sent) | {"id": name.partition("/")[2]}
    stored = {row.key: part_of(row) for row in unit.stored.get(rid)}
    seen = [stored[row.key] for row in rows]
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    before = head | join(seen)
    staked = writer.view.has_stake(rid)
    prepared = prepare(writer, resource, before)
    resource, staked = prepared.resource, staked or prepared.staked
    check_references(unit, writer.view, resource, before=set(list_references(before)))
    pen = _pen_for(writer, unit.targets.find_person(before))
    parts = unit.split(resource)
    check_places(pen, resource["resourceType"], parts, unit.split(before), staked=staked)
    hidden = [part for key, part in stored.items() if key not in {row.key for row in rows}]
    if any(part.core for part in seen):
        # Who saw the spine says how it stands.
        hidden = [replace(part, core={}) for part in hidden]
    whole = head | join([*hidden, keep_order(seen, resource, parts)])
    if whole != head | join(stored.values()):
        unit.replace(name, whole, by=session.actor.party)
    return name


def _ready(sent: dict[str, Any]) -> dict[str, Any]:
    """R4, and what the hub keeps of it."""
    check(sent)
    return make_admissible(sent, list_extensions(sent["resourceType"]))


def _pen(writer: Writer, resource: dict[str, Any]) -> WriteRights:
    unit = writer.unit
    person = unit.targets.find_person(resource)
    registered = {change.rid for change in unit.changes.values() if change.type == "Patient" and change.before is None}
    if resource["resourceType"] == "Patient" or person in registered:
        return build_registration_rights(writer.session)
    return _pen_for(writer, person)


def _pen_for(writer: Writer, person: int) -> WriteRights:
    return writer.view.get_rights(person)
