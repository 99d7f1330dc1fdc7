"""Hooks that run before a write is staged, one for a resource type. (Reactions run after it.)

A hook gets the resource as sent, without what the hub does not store, and returns it as it will be stored. It raises Invalid
for what its type forbids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import INS_TYPES
from hub.domain.errors import Invalid, Problem
from hub.domain.roles import load_roles
from hub.record.access.write_rights import is_desk
from hub.record.db.clock import instant
from hub.record.reactions.stakes import get_party, is_hub_task
from hub.record.reactions.ties import read_representatives
from hub.record.subscriptions.register import register
from hub.record.subscriptions.request import EXTENSIONS
from hub.record.tables import party_role
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.named_section import name_section
from hub.record.write.own_service import is_own_service, stamp_own_service
from hub.record.write.writer import Writer
from hub.slices import find_private_holder, is_message, load_labels, set_private_holder
from hub.task_machine import check_create, check_update, fill_in, stamp
from hub.task_machine.reading import is_open_offer

Json = dict[str, Any]


_FIXED_IN_MESSAGE = ("about", "recipient", "sender", "subject", "inResponseTo")


@dataclass(frozen=True)
class Prepared:
    """`resource`: as it will be stored. `staked`: the write itself gives its author a stake, as taking an open Task does.
    `is_own`: the hook has checked every element, which the author may change whatever its role writes."""

    resource: Json
    staked: bool = False
    is_own: bool = False


# (who writes, the resource as sent with its id, the same as its author sees it or None when it is new)
Hook = Callable[[Writer, Json, Json | None], Prepared]


def prepare(writer: Writer, resource: Json, before: Json | None) -> Prepared:
    """Run the hook of the resource's type, if it has one."""
    hook = BEFORE_WRITE.get(resource["resourceType"])
    return hook(writer, resource, before) if hook else Prepared(resource)


def list_extensions(resource_type: str) -> Collection[str]:
    """Return the URLs of the extensions that a client may write in a resource of the type."""
    return EXTENSIONS if resource_type == "Subscription" else load_labels().extensions.keys()


def _prepare_task(writer: Writer, task: Json, before: Json | None) -> Prepared:
    """Check a Task against its machine and stamp it (`docs/loop.md` D4)."""
    unit, session = writer.unit, writer.session
    now, desk = instant(unit.time), is_desk(session)
    if before is None:
        stamped = stamp(fill_in(task, party=session.actor.party, now=now), now)
        check_create(stamped, party=session.actor.party, desk=desk)
        _check_filer(unit, stamped)
        return Prepared(stamped)
    # An actor who takes an open Task has the rights of its new owner: the state machine allows no other change of it.
    staked = is_open_offer(before)
    rule = check_update(before, task, party=session.actor.party, desk=desk)
    # A stamp by the hub alone is not a change by the actor.
    return Prepared(task if task == before else _date(unit, stamp(task, now, rule), before), staked)


def _check_filer(unit: UnitOfWork, task: Json) -> None:
    """Raise Invalid unless a Task `file` asks one organisation that has a clinical role (`docs/parts.md` 27)."""
    if not is_hub_task(task, "file"):
        return
    owner = get_party(task, "owner")
    names = unit.connection.scalars(select(party_role.c.role).where(party_role.c.party == owner))
    if not any(load_roles()[name].clinical for name in names):
        raise Invalid(Problem("task-file-owner", "Task.owner"))


def _date(unit: UnitOfWork, task: Json, before: Json) -> Json:
    """Return `task` with the `lastModified` of `before` when nothing changed in the place of that element: its readers would
    learn of a change that is hidden from them (`docs/leaks.md` L116)."""
    if _list_dated_elements(unit, task) != _list_dated_elements(unit, before):
        return task
    undated = {name: value for name, value in task.items() if name != "lastModified"}
    return undated | ({"lastModified": before["lastModified"]} if "lastModified" in before else {})


def _list_dated_elements(unit: UnitOfWork, task: Json) -> list[Json]:
    """Return the elements of the core and of the place of `lastModified`, without its time."""
    parts = unit.split(task | {"lastModified": ""})
    return [part.get_elements() for part in parts if not part.place.needs or "lastModified" in part.members]


def _prepare_patient(writer: Writer, patient: Json, before: Json | None) -> Prepared:
    """Give each number without an assigner to its sender (`docs/parts.md` 6); a national number belongs to nobody.

    Only a desk states which association represents the person, since that opens the record to it."""
    if read_representatives(patient) != read_representatives(before or {}) and not is_desk(writer.session):
        raise Invalid(Problem("not-yours-to-write", "Patient.contact"))
    if "identifier" not in patient:
        return Prepared(patient)
    identifiers = [_assign(identifier, writer.actor.party) for identifier in patient["identifier"]]
    return Prepared(patient | {"identifier": identifiers})


def _assign(identifier: Json, party: str) -> Json:
    assigner = identifier.get("assigner", {})
    if identifier.get("system") in INS_TYPES or "reference" in assigner:
        return identifier
    return identifier | {"assigner": assigner | {"reference": party}}


def _prepare_subscription(writer: Writer, subscription: Json, before: Json | None) -> Prepared:
    """Check the terms of a Subscription and write its row (`docs/loop.md` D6.36)."""
    return Prepared(register(writer.unit, writer.session, writer.registrations, subscription, before))


def _prepare_note(writer: Writer, note: Json, before: Json | None) -> Prepared:
    """Let a note that is for its writer alone belong to the account (`docs/parts.md` 31); whether it is private never changes."""
    holder = find_private_holder(note) if before is None else find_private_holder(before)
    if before is None and holder is not None:
        holder = writer.session.params["account_party"]
        if holder is None:
            raise Invalid(Problem("not-yours-to-write", "Communication.extension"))
    prepared = set_private_holder(note, holder)
    if is_message(prepared) or is_message(before or prepared):
        _check_message(writer, prepared, before)
    return Prepared(prepared)


def _check_message(writer: Writer, message: Json, before: Json | None) -> None:
    """Raise Invalid unless a message about a Task is from the writer's organisation, to parties of that Task, and stays what it
    is and for whom (`docs/parts.md` 29). The desk may write to anybody: it asks those who know the person."""
    if before is not None and any(before.get(name) != message.get(name) for name in _FIXED_IN_MESSAGE):
        raise Invalid(Problem("not-yours-to-write", "Communication.recipient"))
    if get_party(message, "sender") != writer.actor.party:
        raise Invalid(Problem("not-yours-to-write", "Communication.sender"))
    if is_desk(writer.session):
        return
    tasks = [writer.unit.read_whole(link["reference"]) for link in message["about"]]
    parties = {get_party(task, element) for task in tasks for element in ("requester", "owner")}
    if writer.actor.party not in parties or any(link.get("reference") not in parties for link in message["recipient"]):
        raise Invalid(Problem("not-yours-to-write", "Communication.recipient"))


def _prepare_service(writer: Writer, service: Json, before: Json | None) -> Prepared:
    """Let an organisation say places, hours and conditions of its own services; others need the right to write the directory."""
    if before is None or not is_own_service(before, writer.actor.party):
        return Prepared(service)
    if load_roles()[writer.actor.role].directory.level == "write":
        return Prepared(service)
    return Prepared(stamp_own_service(service, before, instant(writer.unit.time)), is_own=True)


def _prepare_coded(writer: Writer, resource: Json, before: Json | None) -> Prepared:
    """Say the section of what codes place (`docs/parts.md` 27)."""
    return Prepared(name_section(writer.actor.role, resource, before))


BEFORE_WRITE: dict[str, Hook] = {
    **dict.fromkeys(("Condition", "DocumentReference", "Flag", "Observation"), _prepare_coded),
    "Communication": _prepare_note,
    "HealthcareService": _prepare_service,
    "Patient": _prepare_patient,
    "Subscription": _prepare_subscription,
    "Task": _prepare_task,
}
