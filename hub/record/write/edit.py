"""Create and edit under a slice (`docs/parts.md`, "Writing under a slice").

What is sent is compared with what the actor sees; only what differs counts as written. Hidden parts are put beside it again
before the whole is split anew, so a PUT never deletes what its author could not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from fhir_profiles.codes import INS_TYPES
from hub.conformance import check, make_admissible
from hub.domain.errors import Conflict, Invalid, Problem, Refused
from hub.fhir import loads
from hub.record.access.write_rights import (
    WriteRights,
    build_registration_rights,
    check_places,
    is_desk,
)
from hub.record.db.clock import instant
from hub.record.read.current import VisiblePart, slice_of
from hub.record.read.slice import Slice
from hub.record.subscriptions.register import register
from hub.record.subscriptions.request import EXTENSIONS
from hub.record.unit_of_work.array_positions import keep_order
from hub.record.unit_of_work.part_rows import part_of
from hub.record.unit_of_work.reference_access import check_references
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.writer import Writer
from hub.slices import get_reference_rid, join, list_references, load_labels
from hub.task_machine import check_create, check_update, stamp
from hub.task_machine.reading import is_open_offer

# What a patch makes of the slice that its author sees.
Patch = Callable[[dict[str, Any]], dict[str, Any]]
# The hub's own: a PUT that says otherwise is not listened to, a patch that does is a mistake.
_UNTOUCHABLE = ("resourceType", "id", "meta")

# Opening a circle opens rights: only a desk's roles write one by hand, or begin a record (`docs/leaks.md` L78).
_DESK_MAKES = frozenset({"CareTeam", "Patient"})
_DESK_CHANGES = frozenset({"CareTeam"})


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
    if resource_type in _DESK_MAKES and not is_desk(session):
        raise Refused("write-closed")
    if resource_type == "Task":
        resource = stamp(resource, instant(unit.time))
        check_create(resource, party=session.actor.party, desk=is_desk(session))
    if resource_type == "Patient":
        _assign(resource, session.actor.party)
    if resource_type == "Subscription":
        resource = register(unit, session, writer.registrations, resource, None)
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
    if name.partition("/")[0] in _DESK_CHANGES and not is_desk(session):
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
    if resource["resourceType"] == "Task":
        # Who takes an open Task writes as the owner that it becomes; the machine lets nothing else pass.
        staked = staked or is_open_offer(before)
        rule = check_update(before, resource, party=session.actor.party, desk=is_desk(session))
        # What only the hub writes is not a difference of the actor's.
        if resource != before:
            resource = _dated(unit, stamp(resource, instant(unit.time), rule), before)
    if resource["resourceType"] == "Patient":
        _assign(resource, session.actor.party)
    if resource["resourceType"] == "Subscription":
        resource = register(unit, session, writer.registrations, resource, before)
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


def _dated(unit: UnitOfWork, task: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """`task`, last modified when it was if what changed stands elsewhere: who sees the time would learn of a change that is
    hidden from him (`docs/leaks.md` L116)."""
    if _outline(unit, task) != _outline(unit, before):
        return task
    kept = {name: value for name, value in task.items() if name != "lastModified"}
    return kept | ({"lastModified": before["lastModified"]} if "lastModified" in before else {})


def _outline(unit: UnitOfWork, task: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said where `lastModified` stands, and in the spine; that time aside."""
    parts = unit.split(task | {"lastModified": ""})
    return [part.get_elements() for part in parts if not part.place.needs or "lastModified" in part.members]


def _ready(sent: dict[str, Any]) -> dict[str, Any]:
    """R4, and what the hub keeps of it."""
    check(sent)
    known = EXTENSIONS if sent["resourceType"] == "Subscription" else load_labels().extensions.keys()
    return make_admissible(sent, known)


def _assign(patient: dict[str, Any], party: str) -> None:
    """A number that says not who gave it is its sender's own (`docs/parts.md` 6); a national one is everybody's."""
    if "identifier" in patient:
        patient["identifier"] = [_assigned(identifier, party) for identifier in patient["identifier"]]


def _assigned(identifier: dict[str, Any], party: str) -> dict[str, Any]:
    assigner = identifier.get("assigner", {})
    if identifier.get("system") in INS_TYPES or "reference" in assigner:
        return identifier
    return identifier | {"assigner": assigner | {"reference": party}}


def _pen(writer: Writer, resource: dict[str, Any]) -> WriteRights:
    unit = writer.unit
    person = unit.targets.find_person(resource)
    registered = {change.rid for change in unit.changes.values() if change.type == "Patient" and change.before is None}
    if resource["resourceType"] == "Patient" or person in registered:
        return build_registration_rights(writer.session)
    return _pen_for(writer, person)


def _pen_for(writer: Writer, person: int) -> WriteRights:
    return writer.view.get_rights(person)
